import { describe, expect, test } from 'vitest';

import { CovariateError } from '../errors.ts';
import { normal, STREAMS } from '../random/random.ts';
import {
  decodeCovariateDirections,
  encodeCovariateDirections,
  fitCovariates,
  parseImageLabels,
  parseLatentLabels,
} from './index.ts';
import scikitLearn from './fixtures/linear-svc.json' with { type: 'json' };
import { dot, linearSvm } from './linear-svm.ts';

const D = 6;

/** Two clouds of latents whose class is decided by the first coordinate, not without overlap. */
function clouds(count: number): { latents: Float32Array; signs: Int8Array } {
  const latents = new Float32Array(count * D);
  for (let row = 0; row < count; row += 1) {
    normal(
      { seed: 4, stream: STREAMS.referenceLatent, identity: row },
      latents.subarray(row * D, (row + 1) * D),
    );
  }
  const signs = Int8Array.from({ length: count }, (_, row) => (row % 2 === 0 ? -1 : 1));
  signs.forEach((sign, row) => {
    latents[row * D] = (latents[row * D] ?? 0) * 0.6 + sign;
  });
  return { latents, signs };
}

const labelsOf = (signs: Int8Array, covariate = 'pose', names = ['left', 'right']) =>
  Array.from(signs, (sign, row) => ({
    identity: `person ${Math.floor(row / 4)}`,
    covariate,
    class: names[sign < 0 ? 0 : 1] ?? '',
  }));

describe('a plane', () => {
  test.each(scikitLearn.cases)('is the one of scikit-learn for $name', (reference) => {
    const { width, signs, latents, coefficients } = reference;
    const v = linearSvm({
      rows: Float32Array.from(latents),
      width,
      signs: Int8Array.from(signs),
    }).fit();
    const length = Math.hypot(...coefficients);
    expect(v).toHaveLength(width);
    v.forEach((value, d) => {
      expect(Math.abs(value - (coefficients[d] ?? 0)) / length).toBeLessThan(1e-6);
    });
  });

  test('is where no small step lessens the published loss, for all rows and for some of them', () => {
    const { latents, signs } = clouds(60);
    const svm = linearSvm({ rows: latents, width: D, signs });
    const isSome = (row: number): boolean => row % 5 !== 2;
    for (const isUsed of [() => true, isSome]) {
      const loss = (v: Float64Array): number =>
        dot(v, v) / 2 +
        signs.reduce((sum, sign, i) => {
          const slack = 1 - sign * dot(v, latents.subarray(i * D, (i + 1) * D));
          return isUsed(i) ? sum + Math.max(0, slack) ** 2 : sum;
        }, 0);
      const v = svm.fit(isUsed);
      for (let d = 0; d < D; d += 1) {
        const moved = (step: number): Float64Array => v.map((x, k) => (k === d ? x + step : x));
        const slope = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
        expect(Math.abs(slope)).toBeLessThan(1e-6);
      }
    }
  });

  test('depends neither on the order of the rows nor on what was fitted before, and turns with the signs', () => {
    const { latents, signs } = clouds(60);
    const fit = (rows: Float32Array, given: Int8Array): Float64Array =>
      linearSvm({ rows, width: D, signs: given }).fit();
    const isClose = (a: Float64Array, b: Float64Array): void =>
      a.forEach((value, d) => expect(Math.abs(value - (b[d] ?? 9))).toBeLessThan(1e-9));
    const v = fit(latents, signs);
    const reversed = latents.map((_, i) => latents[(59 - Math.floor(i / D)) * D + (i % D)] ?? 0);
    isClose(fit(reversed, signs.toReversed()), v);
    isClose(
      fit(
        latents,
        signs.map((sign) => -sign),
      ),
      v.map((value) => -value),
    );
    const svm = linearSvm({ rows: latents, width: D, signs });
    svm.fit((row) => row < 30);
    isClose(svm.fit(), v);
  });
});

describe('fitted directions', () => {
  test('point from the negative to the positive class, with the distances of both sides', async () => {
    const { latents, signs } = clouds(200);
    const { directions } = await fitCovariates({ latents, latentDim: D, labels: labelsOf(signs) });
    const [pose] = directions;
    if (pose === undefined) throw new Error('there is one');
    expect(pose).toMatchObject({ covariate: 'pose', negative: 'left', positive: 'right' });
    expect(Math.abs(Math.hypot(...pose.normal) - 1)).toBeLessThan(1e-6);
    expect(pose.normal[0]).toBeGreaterThan(0.95);
    expect(pose.negativeSide.mean).toBeLessThan(-0.5);
    expect(pose.positiveSide).toMatchObject({ count: 100 });
    expect(pose.positiveSide.mean).toBeGreaterThan(0.5);
    expect(pose.trainingAccuracy).toBeGreaterThan(0.9);
    const drop = pose.trainingAccuracy - (pose.heldOutAccuracy ?? 0);
    expect(Math.abs(drop)).toBeLessThan(0.06);
  });

  test('come in pairs with neutral where there is one, and survive their encoding to the bit', async () => {
    const { latents, signs } = clouds(30);
    const labels = labelsOf(signs, 'expression', ['neutral', 'smile']).map((label, row) =>
      row % 6 === 1 ? Object.assign(label, { class: 'scream' }) : label,
    );
    const fitted = await fitCovariates({ latents, latentDim: D, labels });
    expect(fitted.directions.map(({ negative, positive }) => [negative, positive])).toEqual([
      ['neutral', 'scream'],
      ['neutral', 'smile'],
    ]);
    const bytes = encodeCovariateDirections(fitted);
    expect(decodeCovariateDirections(bytes)).toEqual(fitted);
    expect(encodeCovariateDirections(decodeCovariateDirections(bytes))).toEqual(bytes);
  });

  test('have no held-out accuracy where one person is all there is', async () => {
    const { latents, signs } = clouds(4);
    const { directions } = await fitCovariates({ latents, latentDim: D, labels: labelsOf(signs) });
    expect(directions[0]?.heldOutAccuracy).toBeNull();
  });

  test('are refused for labels that cannot make a pair, and latents that are none', async () => {
    const { latents, signs } = clouds(6);
    const fit = (labels: ReturnType<typeof labelsOf>, given = latents) =>
      fitCovariates({ latents: given, latentDim: D, labels });
    const labels = labelsOf(signs);
    await expect(fit(labels.slice(1))).rejects.toThrow(/5 labels for 6 latents/);
    await expect(fit(labels.map((label) => ({ ...label, class: 'left' })))).rejects.toThrow(
      /'pose' has the classes left; it needs two/,
    );
    await expect(
      fitCovariates(
        { latents, latentDim: D, labels },
        { pairs: [{ covariate: 'pose', negative: 'left', positive: 'up' }] },
      ),
    ).rejects.toThrow(/No latent is labelled 'up' of 'pose'/);
    const three = labels.map((label, row) => (row === 0 ? { ...label, class: 'up' } : label));
    await expect(fit(three)).rejects.toThrow(/left, right, up/);
    const broken = latents.slice();
    broken[D + 1] = Number.NaN;
    await expect(fit(labels, broken)).rejects.toThrow(/Latent 1 \(from 0\)/);
    await expect(fit(labels, new Float32Array(6 * D))).rejects.toThrow(/do not differ at all/);
  });
});

test('bytes that are no directions are refused with the place', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(() => decodeCovariateDirections(Uint8Array.of(0xff, 1))).toThrow(CovariateError);
  expect(() => decodeCovariateDirections(bytes('{}'))).toThrow(/no covariate directions at/);
  const side = { count: 1, min: 0, max: 0, mean: 0, deviation: 0 };
  const direction = {
    covariate: 'pose',
    negative: 'left',
    positive: 'right',
    normal: [0.5, 0],
    negativeSide: side,
    positiveSide: side,
    trainingAccuracy: 1,
    heldOutAccuracy: null,
  };
  const document = {
    format: 'colloid-covariates',
    version: 1,
    latentDim: 2,
    directions: [direction],
  };
  expect(() => decodeCovariateDirections(bytes(JSON.stringify(document)))).toThrow(
    /'pose' from 'left' to 'right' has 2 numbers and length 0.5/,
  );
});

describe('a table of labels', () => {
  test('is read by its header, with quotes, empty lines and a mark of its encoding', () => {
    const csv =
      '\uFEFFclass,identity,covariate,note\r\n"left",7,pose,"a, ""b"""\r\n\r\nright,8,pose,\r\n';
    expect(parseLatentLabels(csv)).toEqual([
      { identity: '7', covariate: 'pose', class: 'left', failure: null },
      { identity: '8', covariate: 'pose', class: 'right', failure: null },
    ]);
    expect(parseImageLabels('file,identity,covariate,class\na/b.png,1,pose,left')).toEqual([
      { file: 'a/b.png', line: 2, identity: '1', covariate: 'pose', class: 'left' },
    ]);
    expect(
      parseLatentLabels('identity,covariate,class,failure\n1,pose,left,"blurred, dark"'),
    ).toMatchObject([{ class: 'left', failure: 'blurred, dark' }]);
  });

  test('is refused with the line', () => {
    const refused = [
      ['', /no column 'identity', 'covariate', 'class'/],
      ['identity,covariate\n1,pose', /no column 'class'/],
      ['identity,covariate,class\n', /no line after its header/],
      ['identity,covariate,class\n1,pose,left\n2,pose', /Line 3 .* has 2 cells/],
      ['identity,covariate,class\n1,,left', /Line 2 .* nothing in 'covariate'/],
      ['identity,covariate,class\n1,"pose,left', /never ends/],
    ] as const;
    const twice = 'file,identity,covariate,class\na.png,1,pose,left\na.png,1,pose,right';
    expect(() => parseImageLabels(twice)).toThrow(/Line 3 .*'a\.png' for 'pose' as line 2 did/);
    for (const [csv, reason] of refused) expect(() => parseLatentLabels(csv)).toThrow(reason);
  });
});
