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
import { dot, fitLinearSvm } from './linear-svm.ts';

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

test('the plane is where no small step lessens the published loss', () => {
  const { latents, signs } = clouds(60);
  const rows = Float64Array.from(latents);
  const loss = (v: Float64Array): number =>
    dot(v, v) / 2 +
    signs.reduce((sum, sign, i) => {
      const slack = 1 - sign * dot(v, rows.subarray(i * D, (i + 1) * D));
      return sum + Math.max(0, slack) ** 2;
    }, 0);
  const v = fitLinearSvm({ rows, width: D, signs });
  for (let d = 0; d < D; d += 1) {
    const moved = (step: number): Float64Array => v.map((x, k) => (k === d ? x + step : x));
    const slope = (loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5;
    expect(Math.abs(slope)).toBeLessThan(1e-6);
  }
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
      { identity: '7', covariate: 'pose', class: 'left' },
      { identity: '8', covariate: 'pose', class: 'right' },
    ]);
    expect(parseImageLabels('file,identity,covariate,class\na/b.png,1,pose,left')).toEqual([
      { file: 'a/b.png', identity: '1', covariate: 'pose', class: 'left' },
    ]);
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
    for (const [csv, reason] of refused) expect(() => parseLatentLabels(csv)).toThrow(reason);
  });
});
