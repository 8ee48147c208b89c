/** The published formulas against PyTorch: the expected values of fixture.json are reference.py's, in float64. */

import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../../chain/index.ts';
import type { ChainSessions } from '../../chain/index.ts';
import { openPairs } from '../../pairs/index.ts';
import type { PairEngine } from '../../pairs/index.ts';
import { checkParameters } from '../../recipe/index.ts';
import { langevinStep } from '../../references/index.ts';
import type { LangevinParameters } from '../../references/index.ts';
import { push } from '../../references/place-in-turn.ts';
import { Placed } from '../../references/placed.ts';
import { openRuntime } from '../../runtime/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import {
  dispersionStep,
  initialVariations,
  neutralise,
  spreadDirections,
} from '../../variations/index.ts';
import type { ResolvedDispersion } from '../../variations/index.ts';
import { testDirections } from '../directions.ts';
import {
  askPython,
  EMBEDDING,
  faithfulnessPair,
  FIRST_IDENTITY,
  IDENTITIES,
  ITERATION,
  LATENT,
  makeInputs,
  SEED,
  VARIATIONS,
} from './fixture.ts';
import type { FaithfulnessExpected, FaithfulnessInputs, Numbers } from './fixture.ts';

const TOLERANCE = 1e-5;

const { inputs, expected } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'fixture.json'), 'utf8'),
) as { inputs: FaithfulnessInputs; expected: FaithfulnessExpected };
const python = process.env['COLLOID_PYTHON'];

const latents = Float32Array.from(inputs.latents.data);
const gallery = Float32Array.from(inputs.gallery.data);
let runtime: Runtime;
let sessions: ChainSessions;
let pairs: PairEngine;
let embeddings: Float32Array;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  const chain = buildChain(await faithfulnessPair(inputs));
  sessions = await openChain(runtime, chain, { batchSize: 4 });
  pairs = openPairs(runtime, { embeddingDim: EMBEDDING });
  embeddings = await sessions.embed(latents);
});
afterAll(() => runtime.close());

/** The largest difference, which the tolerance bounds in every number. */
function compare(found: ArrayLike<number>, wanted: Numbers | undefined): void {
  expect(found.length).toBe(wanted?.data.length);
  const worst = Array.from(found).reduce(
    (most, x, i) => Math.max(most, Math.abs(x - (wanted?.data[i] ?? Number.NaN))),
    0,
  );
  expect(worst).toBeLessThan(TOLERANCE);
}

function difference(after: Float32Array, before: Float32Array): Float32Array {
  return after.map((x, i) => x - (before[i] ?? 0));
}

/** One step from the latents of the fixture; `change` to its parameters. */
async function langevin(
  change: Partial<LangevinParameters>,
  hasGallery = true,
): ReturnType<typeof langevinStep> {
  const { adaptive: _adaptive, ...given } = inputs.langevin;
  const parameters = checkParameters('langevin', { ...given, ...change });
  const clock = (): number => 0;
  const context = { sessions, pairs, seed: SEED, gallery: hasGallery ? gallery : null, clock };
  return langevinStep(context, { iteration: ITERATION, latents, embeddings }, parameters);
}

/** What a step of length 1 without anything random moves: the force that is left. */
const ALONE = { timestep: 1, viscousCoefficient: 1, randomForce: 0 } as const;

test('the inputs of the fixture are the draws of the package', () => {
  expect(JSON.parse(JSON.stringify(makeInputs()))).toEqual(inputs);
});

test.runIf(python)('PyTorch still gives the expected values', () => {
  const again = askPython(python ?? '', inputs);
  for (const [name, value] of Object.entries<object>(expected)) {
    if ('data' in value) compare(again[name]?.data ?? [], value as Numbers);
  }
});

test('embeddings are those of the formulas', () => {
  compare(embeddings, expected['embeddings']);
});

describe('Langevin', () => {
  test('f_int of every identity against all others', async () => {
    const { state } = await langevin({ ...ALONE, latentForce: 0, constantDistance: 0 }, false);
    compare(difference(state.latents, latents), expected['interaction']);
  });

  test('f_int of a gallery', async () => {
    // With d0 at its least nobody pushes anybody else.
    const { state } = await langevin({ ...ALONE, latentForce: 0, repulsionRadius: 0.01 });
    compare(difference(state.latents, latents), expected['gallery']);
  });

  test('f_lat', async () => {
    const { state } = await langevin({ ...ALONE, repulsionCoefficient: 0 });
    compare(difference(state.latents, latents), expected['latent']);
  });

  test('a step of fixed length with every force', async () => {
    const { state } = await langevin({});
    compare(state.latents, expected.langevinFixed.latents);
  });

  test('an adaptive step', async () => {
    const { state, info } = await langevin({ timestep: inputs.langevin['adaptive'] ?? 0 });
    expect(Math.abs((info.timestep ?? 0) - expected.langevinAdaptive.timestep)).toBeLessThan(
      TOLERANCE,
    );
    compare(state.latents, expected.langevinAdaptive.latents);
  });
});

test('repulse: a gradient step away from the identities placed', async () => {
  const { repulsionCoefficient = 0, interClassThreshold = 0 } = inputs.repulse;
  const placed = new Placed(runtime, {
    latentDim: LATENT,
    embeddingDim: EMBEDDING,
    average: sessions.average,
    identities: IDENTITIES,
    // Everybody is placed, whatever the distance.
    ict: 0.05,
  });
  const split = 4;
  const first = {
    latents: latents.slice(0, split * LATENT),
    embeddings: embeddings.slice(0, split * EMBEDDING),
  };
  await placed.restore(first.latents, first.embeddings);
  const rest = {
    latents: latents.slice(split * LATENT),
    embeddings: embeddings.slice(split * EMBEDDING),
  };
  const moved = await push(
    { sessions, clock: () => 0 },
    {
      ...rest,
      placed,
      others: split,
      cosines: await placed.cosines(rest.embeddings),
      parameters: checkParameters('repulse', { repulsionCoefficient, interClassThreshold }),
      seconds: { pairs: 0, pullback: 0, update: 0, embed: 0 },
      name: (row) => `draw ${row}`,
    },
  );
  await placed.close();
  compare(difference(moved.latents, rest.latents), expected['repulse']);
});

describe('Dispersion', () => {
  const variations = Float32Array.from(inputs.variations.data);

  async function step(change: Partial<ResolvedDispersion>): Promise<Float32Array> {
    const given = inputs.dispersion as unknown as ResolvedDispersion;
    const parameters = { ...given, variations: VARIATIONS, iterations: 1, ...change };
    const group = {
      first: FIRST_IDENTITY,
      count: 2,
      latents: latents.slice(0, 2 * LATENT),
      embeddings: embeddings.slice(0, 2 * EMBEDDING),
    };
    const context = { sessions, seed: SEED, group, parameters };
    const { state } = await dispersionStep(context, { iteration: ITERATION, latents: variations });
    return state.latents;
  }
  const none = { embeddingCoefficient: 0, latentCoefficient: 0, latentGlobalCoefficient: 0 };

  test.each([
    ['f_emb', 'embeddingCoefficient', 'dispersionEmbedding'],
    ['f_rep', 'latentCoefficient', 'dispersionRepulsion'],
    ['f_glob', 'latentGlobalCoefficient', 'dispersionGlobal'],
  ] as const)('%s', async (_force, coefficient, name) => {
    const moved = await step({
      ...ALONE,
      ...none,
      [coefficient]: inputs.dispersion[coefficient],
    });
    compare(difference(moved, variations), expected[name]);
  });

  test('a step of fixed length, the random force within the bracket', async () => {
    compare(await step({}), expected['dispersionFixed']);
  });

  test('an adaptive step, of each identity its own', async () => {
    const timestep = inputs.dispersion['adaptive'] ?? 0;
    compare(await step({ timestep }), expected['dispersionAdaptive']);
  });
});

describe('covariates', () => {
  const generator = { name: 'small-generator', latentDim: LATENT };

  test('DisCo begins with noise and a random share of every direction', () => {
    const { poseScaling = 0, illuminationScaling = 0, expressionScaling = 0 } = inputs.dispersion;
    const scalings = { poseScaling, illuminationScaling, expressionScaling };
    const begun = initialVariations({
      seed: SEED,
      first: FIRST_IDENTITY,
      references: latents.slice(0, 2 * LATENT),
      latentDim: LATENT,
      variations: VARIATIONS,
      initialNoise: inputs.dispersion['initialNoise'] ?? 0,
      spread: spreadDirections(testDirections(LATENT), { scalings, generator }),
    });
    compare(begun, expected['disco']);
  });

  test('the neutral latent is the nearest that has the components wanted', () => {
    compare(neutralise(latents, testDirections(LATENT), generator), expected['neutral']);
  });
});
