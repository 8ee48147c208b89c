import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { normal, STREAMS } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { naiveAngle, unitRows } from '../testing/naive-pairs.ts';
import { fitCapacity } from './capacity.ts';
import { measure, measureLeakage } from './index.ts';
import type { Histogram, VariationShard } from './index.ts';

const N = 40;
const A = 3;
const E = 16;
const D = 5;
const ICT = 1.3;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

function rows(count: number, dim: number, seed: number): Float32Array {
  const out = new Float32Array(count * dim);
  normal({ seed, stream: STREAMS.direction }, out);
  return out;
}

function units(data: Float32Array, dim: number): Float32Array {
  return Float32Array.from(unitRows({ data, dim }).flat());
}

/** References, the second a copy of the first, with noisy variations. */
function dataset() {
  const references = units(rows(N, E, 1), E);
  references.copyWithin(E, 0, E);
  const noise = rows(N * A, E, 2);
  const embeddings = units(
    noise.map((x, at) => 0.2 * x + (references[Math.floor(at / (A * E)) * E + (at % E)] ?? 0)),
    E,
  );
  const latents = rows(N, D, 3);
  const moved = rows(N * A, D, 4).map(
    (x, at) => 0.3 * x + (latents[Math.floor(at / (A * D)) * D + (at % D)] ?? 0),
  );
  return { references, embeddings, latents, moved };
}

async function* inShards(
  embeddings: Float32Array,
  latents: Float32Array,
): AsyncGenerator<VariationShard> {
  for (const [first, end] of [
    [0, 7],
    [7, 30],
    [30, N],
  ] as const) {
    yield {
      firstIdentity: first,
      variations: A,
      embeddings: embeddings.subarray(first * A * E, end * A * E),
      latents: latents.subarray(first * A * D, end * A * D),
    };
  }
}

/** Counts into the histogram's own bins; a value within rounding of an edge may fall on either side. */
function expectHistogram(found: Histogram | null, values: readonly number[]): void {
  const { edges, counts } = found ?? { edges: [], counts: [] };
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
  let below = 0;
  counts.forEach((count, bin) => {
    below += count;
    const edge = edges[bin + 1] ?? 0;
    const least = values.filter((value) => value < edge - 1e-5).length;
    const most = values.filter((value) => value < edge + 1e-5).length;
    expect(below).toBeGreaterThanOrEqual(least);
    expect(below).toBeLessThanOrEqual(bin === counts.length - 1 ? values.length : most);
  });
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((x, d) => x - (b[d] ?? 0)));
const rowsOf = (data: Float32Array, dim: number): number[][] =>
  Array.from({ length: data.length / dim }, (_, i) => [...data.subarray(i * dim, (i + 1) * dim)]);
const pairsOf = <T>(all: readonly T[], of: (a: T, b: T) => number): number[] =>
  all.flatMap((a, i) => all.slice(i + 1).map((b) => of(a, b)));

describe('the metrics of a dataset', () => {
  test('equal counts over single pairs, and do not depend on the cut into shards', async () => {
    const { references, embeddings, latents, moved } = dataset();
    const found = await measure(runtime, {
      references: { embeddings: references, latents },
      variations: inShards(embeddings, moved),
      ict: ICT,
      embeddingDim: E,
      seed: 5,
    });
    const refs = unitRows({ data: references, dim: E });
    const images = unitRows({ data: embeddings, dim: E });
    const inter = pairsOf(refs, naiveAngle);
    const intra = images.map((image, row) => naiveAngle(image, refs[Math.floor(row / A)] ?? []));
    const groups = refs.map((ref, i) => [ref, ...images.slice(i * A, (i + 1) * A)]);
    expectHistogram(found.histograms.inter, inter);
    expectHistogram(found.histograms.intra, intra);
    expectHistogram(
      found.histograms.intraPairs,
      groups.flatMap((group) => pairsOf(group, naiveAngle)),
    );
    const centres = rowsOf(latents, D);
    expectHistogram(found.histograms.interLatent, pairsOf(centres, distance));
    expectHistogram(
      found.histograms.intraLatent,
      rowsOf(moved, D).map((w, row) => distance(w, centres[Math.floor(row / A)] ?? [])),
    );
    expect(found.duplicates).toMatchObject({ count: 1, listed: [{ a: 0, b: 1, theta: 0 }] });
    const nearest = refs.map((a, i) =>
      Math.min(...refs.map((b, j) => (i === j ? 9 : naiveAngle(a, b)))),
    );
    const apart = nearest.filter((theta) => theta >= ICT).length / N;
    expect(found.identitiesAboveIct).toBeCloseTo(apart, 12);
    const whole = found.capacity.points.at(-1);
    expect(whole?.n).toBe(N);
    expect(whole?.share).toBeCloseTo(apart, 12);
    expect(found.capacity.points[0]?.share).toBeGreaterThan(whole?.share ?? 1);
    expect(found.verification).toMatchObject({ genuine: N * A, impostors: inter.length });

    const atOnce = await measure(runtime, {
      references: { embeddings: references, latents },
      variations: { variations: A, theta: Float32Array.from(intra), embeddings, latents: moved },
      ict: ICT,
      embeddingDim: E,
      seed: 5,
    });
    expect(atOnce.histograms).toEqual(found.histograms);
    expect(atOnce.capacity).toEqual(found.capacity);
  });

  test('a shard that is out of order is refused', async () => {
    const { references, embeddings, latents } = dataset();
    const variations = inShards(embeddings, latents);
    await variations.next();
    const options = { references: { embeddings: references }, ict: ICT, embeddingDim: E };
    await expect(measure(runtime, { ...options, variations })).rejects.toThrow(
      /identity 7, where 0/,
    );
  });

  test('the capacity fit finds the law that shares follow, and says so where there is none', () => {
    const sizes = [2, 10, 50, 200, 1000, 5000];
    const law = (n: number): number => Math.exp(-0.002 * (n - 1) ** 0.8);
    const fit = fitCapacity(sizes.map((n) => ({ n, share: law(n), deviation: 0 })));
    expect(fit?.b).toBeCloseTo(0.8, 9);
    expect(fit?.c).toBeCloseTo(0.002, 9);
    expect(fit?.residual).toBeLessThan(1e-9);
    expect(fit?.extrapolated[0]).toMatchObject({ n: 10_000 });
    expect(fit?.sizeAtShare.at(-1)?.n).toBeCloseTo(1 + (Math.LN2 / 0.002) ** 1.25, 3);
    expect(fitCapacity(sizes.map((n) => ({ n, share: 1, deviation: 0 })))).toBeNull();
  });
});

describe('leakage', () => {
  test('counts and lists the samples that a gallery holds, by row and by class', async () => {
    const classes = 12;
    const perClass = 4;
    const centres = rows(classes, E, 11);
    const gallery = units(
      rows(classes * perClass, E, 12).map(
        (x, at) => 0.3 * x + (centres[Math.floor(at / (perClass * E)) * E + (at % E)] ?? 0),
      ),
      E,
    );
    const labels = Int32Array.from(
      { length: classes * perClass },
      (_, i) => 100 + Math.floor(i / perClass),
    );
    const samples = units(rows(25, E, 13), E);
    samples.set(gallery.subarray(9 * E, 10 * E), 4 * E);
    const found = await measureLeakage(runtime, {
      gallery: { name: 'faces', digest: 'abc', embeddings: gallery, labels },
      recogniser: 'tiny',
      samples: () => [samples.subarray(0, 10 * E), samples.subarray(10 * E)],
      embeddingDim: E,
      falseMatchRate: 0.01,
    });
    const known = unitRows({ data: gallery, dim: E });
    const images = unitRows({ data: samples, dim: E });
    const between = known.flatMap((a, i) =>
      known
        .slice(i + 1)
        .flatMap((b, j) => (labels[i] === labels[i + 1 + j] ? [] : [naiveAngle(a, b)])),
    );
    const { toSamples, toCentres } = found;
    const { threshold } = toSamples.under;
    const rate = between.filter((theta) => theta < threshold - 1e-6).length / between.length;
    expect(toSamples.impostors).toBe(between.length);
    expect(Math.abs((toSamples.falseMatchRate ?? 1) - rate)).toBeLessThan(2 / between.length);
    expect(toSamples.falseMatchRate).toBeLessThanOrEqual(0.01);
    const all = images.flatMap((a) => known.map((b) => naiveAngle(a, b)));
    expectHistogram(toSamples.histogram, all);
    expect(toSamples.under.count).toBe(all.filter((theta) => theta < threshold).length);
    expect(toSamples.under.listed[0]).toEqual({ a: 4, b: 9, theta: 0 });
    expect(toSamples.min).toBe(0);
    expect(toCentres?.under.listed[0]).toMatchObject({ a: 4, b: 102 });
    expect(found.gallery).toEqual({ name: 'faces', digest: 'abc', rows: 48, classes: 12 });
  });

  test('a gallery of another recogniser is refused by name', async () => {
    const gallery = { name: 'faces', digest: 'abc', embeddings: new Float32Array(17) };
    const options = { gallery, recogniser: 'tiny', samples: () => [], embeddingDim: E };
    await expect(measureLeakage(runtime, options)).rejects.toThrow(/'faces' must hold rows of 16/);
  });

  test.each([
    ['few rows', 99, undefined],
    ['one row', 1, undefined],
    ['many rows of one person', 120, new Int32Array(120)],
  ])('a gallery of %s has a plain threshold', async (_name, count, labels) => {
    const options = {
      gallery: { name: 'faces', digest: 'abc', embeddings: units(rows(count, E, 14), E), labels },
      recogniser: 'tiny',
      samples: () => [units(rows(5, E, 15), E)],
      embeddingDim: E,
    };
    const { toSamples } = await measureLeakage(runtime, options);
    expect(toSamples.under.threshold).toBe(0.5);
    const pairs = labels === undefined ? (count * (count - 1)) / 2 : 0;
    expect(toSamples.impostors).toBe(pairs);
    expect(toSamples.falseMatchRate === null).toBe(pairs === 0);
    const asked = measureLeakage(runtime, { ...options, falseMatchRate: 0.1 });
    if (pairs === 0) await expect(asked).rejects.toThrow(/too few pairs of different people/);
    else expect((await asked).toSamples.under.threshold).not.toBe(0.5);
  });
});
