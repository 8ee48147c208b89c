import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import type { CovariateDirection } from '../covariates/directions.ts';
import { sampleReferences } from '../references/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { testDirections } from '../testing/directions.ts';
import { drain } from '../testing/drain.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { initialVariations, neutralise, sampleVariations, spreadDirections } from './index.ts';

const D = 8;
let runtime: Runtime;
let sessions: ChainSessions;
let references: { latents: Float32Array; embeddings: Float32Array };
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 10 });
  const options = { algorithm: 'random', identities: 6, seed: 21 } as const;
  references = (await drain(sampleReferences(sessions, options))).result;
});
afterAll(() => runtime.close());

const covariates = testDirections(D);
const [POSE, LIGHT, SMILE, SCREAM] = covariates.directions as [
  CovariateDirection,
  CovariateDirection,
  CovariateDirection,
  CovariateDirection,
];
const generator = { name: 'tiny-generator', latentDim: D };

function along(latents: Float32Array, row: number, { normal }: CovariateDirection): number {
  return normal.reduce((sum, n, d) => sum + n * (latents[row * D + d] ?? 0), 0);
}

describe('neutralisation', () => {
  test('removes pose and light and gives the smile its neutral mean, by the shortest way', () => {
    const neutral = neutralise(references.latents, covariates, generator);
    for (let row = 0; row < 6; row++) {
      expect(Math.abs(along(neutral, row, POSE))).toBeLessThan(1e-6);
      expect(Math.abs(along(neutral, row, LIGHT))).toBeLessThan(1e-6);
      expect(Math.abs(along(neutral, row, SMILE) - SMILE.negativeSide.mean)).toBeLessThan(1e-6);
    }
    // Whatever is orthogonal to the three is left alone; so a second time changes nothing.
    const again = neutralise(neutral, covariates, generator);
    again.forEach((x, i) => expect(Math.abs(x - (neutral[i] ?? 0))).toBeLessThan(1e-6));
    expect(neutral).not.toBe(references.latents);
  });
});

describe('DisCo', () => {
  const disco = {
    algorithm: 'disco',
    parameters: { iterations: 3, variations: 5, latentRadius: 1.5, initialNoise: 0.05 },
    covariates,
    seed: 9,
  } as const;

  test('begins where Dispersion begins, and u · c along each direction further', () => {
    const scalings = { poseScaling: 2, illuminationScaling: 0, expressionScaling: 0.5 };
    const spread = spreadDirections(covariates, { scalings, generator });
    expect(spread.map(({ name }) => name)).toEqual([
      'pose:left/right',
      'expression:neutral/smile',
      'expression:neutral/scream',
    ]);
    const common = {
      seed: 9,
      first: 4,
      references: references.latents,
      latentDim: D,
      variations: 5,
      initialNoise: 0.1,
    };
    const plain = initialVariations({ ...common, spread: [] });
    const begun = initialVariations({ ...common, spread });
    const length = 2 * Math.max(-POSE.negativeSide.mean, POSE.positiveSide.mean);
    expect(Math.hypot(...(spread[0]?.vector ?? []))).toBeCloseTo(length, 6);
    const moved = begun.map((x, i) => x - (plain[i] ?? 0));
    // Within half of every c, and never the same twice.
    const most = spread.reduce((sum, { vector }) => sum + Math.hypot(...vector) / 2, 0);
    for (let row = 0; row < 30; row++) {
      const size = Math.hypot(...moved.subarray(row * D, (row + 1) * D));
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThan(most);
    }
  });

  test('tells the weights of every variation, the same for a shard', async () => {
    const { result } = await drain(sampleVariations(sessions, { ...disco, references }));
    expect(result.weights?.directions).toHaveLength(4);
    expect(result.weights?.values).toHaveLength(6 * 5 * 4);
    const weights = result.weights?.values ?? new Float32Array(0);
    expect(Math.max(...weights)).toBeLessThan(0.5);
    expect(Math.min(...weights)).toBeGreaterThan(-0.5);
    const shard = {
      latents: references.latents.slice(4 * D),
      embeddings: references.embeddings.slice(4 * 16),
    };
    const part = await drain(
      sampleVariations(sessions, { ...disco, references: shard, firstIdentity: 4 }),
    );
    expect(part.result.latents).toEqual(result.latents.slice(4 * 5 * D));
    expect(part.result.weights?.values).toEqual(weights.slice(4 * 5 * 4));
  });

  test('refuses a set of another generator and one that lacks a covariate it is to use', async () => {
    const run = (change: object): Promise<unknown> =>
      drain(sampleVariations(sessions, { ...disco, references, ...change }));
    await expect(run({ covariates: testDirections(12) })).rejects.toThrow(
      /latents of 12 numbers, but those of the generator 'tiny-generator' have 8/,
    );
    const poseless = { latentDim: D, directions: [LIGHT, SMILE] };
    await expect(run({ covariates: poseless })).rejects.toThrow(
      /no direction of 'pose', .*; it has illumination:left\/right, expression:neutral\/smile/,
    );
    const parameters = { ...disco.parameters, poseScaling: 0 };
    await expect(run({ covariates: poseless, parameters })).resolves.toBeDefined();
  });
});

describe('covariates', () => {
  const labelled = {
    algorithm: 'covariates',
    parameters: { poseSteps: 3, illuminationSteps: 2 },
    expressions: ['smile', 'scream'],
    covariates,
    seed: 9,
  } as const;

  test('steps evenly from one side to the other and shows each expression, with labels', async () => {
    const { result } = await drain(sampleVariations(sessions, { ...labelled, references }));
    expect(result.labels).toEqual([
      'pose 1',
      'pose 2',
      'pose 3',
      'illumination 1',
      'illumination 2',
      'smile',
      'scream',
    ]);
    const neutral = neutralise(references.latents, covariates, generator);
    for (let i = 0; i < 6; i++) {
      const row = (a: number): number => i * 7 + a;
      const poses = [0, 1, 2].map((a) => along(result.latents, row(a), POSE));
      [-0.8, 0, 0.8].forEach((x, a) => expect(poses[a]).toBeCloseTo(x, 5));
      expect([...result.latents.subarray(row(1) * D, row(2) * D)]).toEqual([
        ...neutral.subarray(i * D, (i + 1) * D),
      ]);
      expect(along(result.latents, row(3), LIGHT)).toBeCloseTo(-0.8, 5);
      expect(along(result.latents, row(5), SMILE)).toBeCloseTo(0.8, 5);
      expect(along(result.latents, row(6), SCREAM)).toBeCloseTo(0.8, 5);
    }
    expect(Array.from(result.weights?.values.subarray(0, 4 * 7) ?? [])).toEqual(
      [
        [-1, 0, 0, 0],
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, -1, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ].flat(),
    );
    expect(result.statistics).toHaveLength(1);
    expect(await sessions.embed(result.latents.slice(0, 7 * D))).toEqual(
      result.embeddings.slice(0, 7 * 16),
    );
  });

  test('refuses an expression that the set does not have, and no variations at all', async () => {
    const run = (change: object): Promise<unknown> =>
      drain(sampleVariations(sessions, { ...labelled, references, ...change }));
    await expect(run({ expressions: ['squint'] })).rejects.toThrow(
      /no direction of 'expression' towards 'squint'/,
    );
    const none = { parameters: { poseSteps: 0, illuminationSteps: 0 }, expressions: [] };
    await expect(run(none)).rejects.toThrow(/no variation would be made/);
  });
});
