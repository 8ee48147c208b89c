import { readFile } from 'node:fs/promises';
import { differentiate, encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { loadModel, openRuntime } from '@colloid/sampler';
import type { HostTensor, Runtime, Session } from '@colloid/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInModels } from '../built-in.ts';
import { IMAGE_SIZE } from './camera.ts';
import { FACTOR_NAMES, LATENT_DIMENSION as D } from './factors.ts';
import type { FactorName } from './factors.ts';
import { EYE_PIXELS, generatorFiles } from './files.ts';
import { factorsGraph, mappingGraph, synthesisGraph } from './graphs.ts';
import { parametricHeadFactors } from './measure-factors.ts';
import { fromCoordinates, mapLatents } from './mixing.ts';
import { drawsFrom } from './random.ts';

/** Loading a gradient graph of some ten thousand nodes takes a busy machine its time. */
const PATIENCE_MS = 240_000;
const PIXELS = IMAGE_SIZE ** 2;
const graph = synthesisGraph();
let runtime: Runtime;
let synthesis: Session;

beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  synthesis = await runtime.session(encodeModel(graph), { name: 'synthesis' });
});
afterAll(() => runtime.close());

const rows = (data: Float32Array, width: number): HostTensor => ({
  dtype: 'float32',
  dims: [data.length / width, width],
  data,
});

function floats(tensor: HostTensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array))
    throw new TypeError('The graph gave no float32 output.');
  return tensor.data;
}

async function render(w: Float32Array): Promise<Float32Array> {
  return floats((await synthesis.run({ w: rows(w, D) }))['image']);
}

async function runOnce(
  made: Graph,
  input: string,
  output: string,
  data: Float32Array,
): Promise<Float32Array> {
  const session = await runtime.session(encodeModel(made), { name: made.name });
  try {
    return floats((await session.run({ [input]: rows(data, D) }))[output]);
  } finally {
    await session.dispose();
  }
}

function normals(seed: number, count: number, radius = 1): Float32Array {
  const draws = drawsFrom(seed);
  return Float32Array.from({ length: count }, () => radius * draws.normal());
}

/** A person like no other, calm and facing the camera, but for the coordinates given. */
function latentWith(...changes: readonly Partial<Record<FactorName, number>>[]): Float32Array {
  const u = new Float32Array(changes.length * D);
  for (const [row, change] of changes.entries()) {
    const calm = {
      smile: -1.5,
      mouthOpen: -1.5,
      squint: -1.5,
      browRaise: -1.5,
      disgust: -1.5,
      ...change,
    };
    for (const [name, value] of Object.entries(calm))
      u[row * D + FACTOR_NAMES.findIndex((factor) => factor === name)] = value;
  }
  return fromCoordinates(u);
}

/** Sum of `weight` times brightness (0 … 1) over the pixels of image `index`. */
function weigh(
  images: Float32Array,
  index: number,
  weight: (x: number, y: number, brightness: number) => number,
): number {
  let total = 0;
  for (let pixel = 0; pixel < PIXELS; pixel += 1) {
    let brightness = 0;
    for (let channel = 0; channel < 3; channel += 1)
      brightness += (images[(index * 3 + channel) * PIXELS + pixel] ?? 0) / 6 + 1 / 6;
    total += weight(pixel % IMAGE_SIZE, Math.floor(pixel / IMAGE_SIZE), brightness);
  }
  return total;
}

const isRising = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));

describe('the files of the generator', { timeout: PATIENCE_MS }, () => {
  it('are those that the source makes', async () => {
    for (const [name, bytes] of generatorFiles()) {
      const stored = await readFile(
        new URL(`../../built-in/parametric-head/${name}`, import.meta.url),
      );
      expect(
        Buffer.compare(stored, bytes),
        `${name} is stale: run node scripts/build-generator.ts`,
      ).toBe(0);
    }
  });

  it('load as a generator model', async () => {
    const folder = builtInModels.find((model) => model.name === 'parametric-head')?.folder ?? '';
    const model = await loadModel(folder);
    expect(model).toMatchObject({ kind: 'generator', latentDim: D });
  });
});

describe('the mapping', () => {
  it('is the same in the graph and in code', async () => {
    const z = normals(1, 50 * D);
    const w = await runOnce(mappingGraph(), 'z', 'w', z);
    const expected = mapLatents(z);
    expect(
      Math.max(...w.map((value, index) => Math.abs(value - (expected[index] ?? 0)))),
    ).toBeLessThan(1e-5);
  });

  it('leads to factors that the graph and the code agree on', async () => {
    const w = mapLatents(normals(2, 20 * D));
    const measured = await runOnce(factorsGraph(), 'w', 'factors', w);
    const told = parametricHeadFactors(w).flatMap((factors) =>
      FACTOR_NAMES.map((name) => factors[name]),
    );
    expect(
      Math.max(...told.map((value, index) => Math.abs(value - (measured[index] ?? 0)))),
    ).toBeLessThan(1e-5);
  });
});

describe('rendered heads', { timeout: PATIENCE_MS }, () => {
  it('are finite and within range for ordinary latents and for ones twice as far out', async () => {
    for (const radius of [1, 2]) {
      for (let batch = 0; batch < 5; batch += 1) {
        const images = await render(mapLatents(normals(100 * radius + batch, 20 * D, radius)));
        expect(images.every((value) => value >= -1 && value <= 1)).toBe(true);
      }
    }
  });

  it('are the same twice', async () => {
    const w = mapLatents(normals(3, 4 * D));
    expect(
      Buffer.compare(Buffer.from((await render(w)).buffer), Buffer.from((await render(w)).buffer)),
    ).toBe(0);
  });

  it('have their pupils where the manifest says', async () => {
    const images = await render(latentWith({}));
    for (const [x, y] of [EYE_PIXELS.left, EYE_PIXELS.right]) {
      const near = (px: number, py: number): boolean => Math.hypot(px - x, py - y) < 9;
      const dark = (px: number, py: number, brightness: number): number =>
        near(px, py) ? Math.exp(-20 * brightness) : 0;
      const total = weigh(images, 0, dark);
      const centreX =
        weigh(images, 0, (px, py, brightness) => px * dark(px, py, brightness)) / total;
      const centreY =
        weigh(images, 0, (px, py, brightness) => py * dark(px, py, brightness)) / total;
      expect(Math.hypot(centreX - x, centreY - y)).toBeLessThan(1.5);
    }
  });

  it('turn with the yaw factor: the shaded underside of the nose and the eyes move across the image', async () => {
    const images = await render(
      latentWith(...[-1.5, -0.75, 0, 0.75, 1.5].map((yaw) => ({ yaw, noseTip: 0.5 }))),
    );
    const inBand = (y: number): boolean => y > 74 && y < 82;
    const centres = Array.from({ length: 5 }, (_, index) => {
      const dark = (x: number, y: number, brightness: number): number =>
        inBand(y) && x > 34 && x < 94 ? Math.exp(-14 * brightness) : 0;
      return (
        weigh(images, index, (x, y, brightness) => x * dark(x, y, brightness)) /
        weigh(images, index, dark)
      );
    });
    expect(isRising(centres), centres.join()).toBe(true);
  });

  it('are lit from the side that the light comes from', async () => {
    const images = await render(
      latentWith(...[-2, -1, 0, 1, 2].map((lightAzimuth) => ({ lightAzimuth }))),
    );
    const onFace = (x: number, y: number): boolean =>
      Math.hypot((x - 63.5) / 26, (y - 74) / 20) < 1;
    const balance = Array.from({ length: 5 }, (_, index) =>
      weigh(images, index, (x, y, brightness) =>
        onFace(x, y) ? Math.sign(x - 63.5) * brightness : 0,
      ),
    );
    expect(isRising(balance), balance.join()).toBe(true);
  });

  it('grow darker with melanin', async () => {
    const images = await render(
      latentWith(...[2, 1, 0, -1, -2].map((skinMelanin) => ({ skinMelanin }))),
    );
    const cheeks = (x: number, y: number): boolean =>
      y > 68 && y < 84 && Math.abs(Math.abs(x - 63.5) - 18) < 5;
    const brightness = Array.from({ length: 5 }, (_, index) =>
      weigh(images, index, (x, y, value) => (cheeks(x, y) ? value : 0)),
    );
    expect(isRising(brightness), brightness.join()).toBe(true);
  });
});

describe('the gradient of the image', { timeout: PATIENCE_MS }, () => {
  it('agrees with central differences along random directions', async () => {
    const seed = 5;
    const count = 4;
    const w = mapLatents(normals(seed, count * D));
    const cotangent = Float32Array.from({ length: count * 3 * PIXELS }, (_, index) => {
      const [x, y, channel] = [
        index % IMAGE_SIZE,
        Math.floor(index / IMAGE_SIZE) % IMAGE_SIZE,
        Math.floor(index / PIXELS),
      ];
      return (Math.sin(x / 9 + channel) + Math.cos(y / 7 - 2 * channel)) / PIXELS;
    });
    const made = differentiate(graph, { outputs: [{ name: 'image' }], withRespectTo: ['w'] });
    const session = await runtime.session(encodeModel(made), { name: 'gradient' });
    const feeds = {
      w: rows(w, D),
      image_cotangent: {
        dtype: 'float32',
        dims: [count, 3, IMAGE_SIZE, IMAGE_SIZE],
        data: cotangent,
      },
    } as const;
    const gradient = floats((await session.run(feeds))['w_grad']);
    await session.dispose();
    expect(gradient.every((value) => Number.isFinite(value))).toBe(true);

    const step = 1e-2;
    const errors: number[] = [];
    for (let direction = 0; direction < 8; direction += 1) {
      const raw = normals(1000 * seed + direction, count * D);
      const ahead = new Float32Array(w.length);
      const back = new Float32Array(w.length);
      const unit = new Float32Array(w.length);
      for (let row = 0; row < count; row += 1) {
        const norm = Math.hypot(...raw.subarray(row * D, (row + 1) * D));
        for (let index = row * D; index < (row + 1) * D; index += 1) {
          unit[index] = (raw[index] ?? 0) / norm;
          ahead[index] = (w[index] ?? 0) + step * (unit[index] ?? 0);
          back[index] = (w[index] ?? 0) - step * (unit[index] ?? 0);
        }
      }
      const [after, before] = [await render(ahead), await render(back)];
      for (let row = 0; row < count; row += 1) {
        const difference =
          dot(cotangent, after, row, 3 * PIXELS) - dot(cotangent, before, row, 3 * PIXELS);
        const predicted = dot(gradient, unit, row, D);
        errors.push(
          Math.abs(difference / (2 * step) - predicted) /
            Math.sqrt(dot(gradient, gradient, row, D)),
        );
      }
    }
    errors.sort((a, b) => a - b);
    expect(errors[errors.length >> 1], `seed ${seed}`).toBeLessThan(1e-3);
    expect(errors.at(-1), `seed ${seed}`).toBeLessThan(1e-2);
  });
});

function dot(left: Float32Array, right: Float32Array, row: number, width: number): number {
  let total = 0;
  for (let index = row * width; index < (row + 1) * width; index += 1)
    total += (left[index] ?? 0) * (right[index] ?? 0);
  return total;
}
