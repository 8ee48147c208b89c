import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, countRows, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import { SaturatedError } from '../errors.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { drain } from '../testing/drain.ts';
import { naiveAngle, unitRows } from '../testing/naive-pairs.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { sampleReferences } from './index.ts';
import type { ReferenceOptions, ReferenceProgress, ReferenceState } from './index.ts';

const D = 8;
const E = 16;
let runtime: Runtime;
let sessions: ChainSessions;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 8 });
});
afterAll(() => runtime.close());

const REJECT = {
  algorithm: 'reject',
  identities: 12,
  seed: 3,
  parameters: { interClassThreshold: 0.6, triesPerIdentity: 500 },
} as const satisfies ReferenceOptions;

const REPULSE = {
  ...REJECT,
  algorithm: 'repulse',
  parameters: { ...REJECT.parameters, repulsionCoefficient: 0.4 },
} as const satisfies ReferenceOptions;

/** Progress up to an error, and the error. */
async function untilError(
  run: AsyncGenerator<ReferenceProgress>,
): Promise<{ progress: ReferenceProgress[]; error: unknown }> {
  const progress: ReferenceProgress[] = [];
  try {
    for await (const step of run) progress.push(step);
  } catch (error) {
    return { progress, error };
  }
  throw new Error('the run ended without an error');
}

describe('reject', () => {
  test('keeps the draws that one test after another keeps', async () => {
    const { result, progress } = await drain(sampleReferences(sessions, REJECT));
    const draws = await sessions.drawLatents({ seed: 3, first: 0, count: 512, truncation: 0.7 });
    const e = unitRows({ data: await sessions.embed(draws), dim: E });
    const chosen: number[] = [];
    for (const [t, candidate] of e.entries()) {
      if (chosen.length === 12) break;
      if (chosen.every((j) => naiveAngle(candidate, e[j] ?? []) >= 0.6)) chosen.push(t);
    }
    expect(chosen.at(-1)).toBeGreaterThan(12);
    const kept = chosen.map((t) => draws.slice(t * D, (t + 1) * D));
    expect(result.latents).toEqual(Float32Array.from(kept.flatMap((row) => Array.from(row))));
    expect(result.after.theta.min).toBeGreaterThanOrEqual(0.6);
    expect(result.after.aboveIct).toBe(1);
    // What was added up on the way is what all pairs give at the end.
    const last = progress.at(-2);
    expect(last?.completed).toBe(12);
    const { theta, latentDistance, meanRadius } = last?.statistics ?? result.before;
    expect(Math.abs(theta.mean - result.after.theta.mean)).toBeLessThan(1e-5);
    expect(Math.abs(latentDistance.min - result.after.latentDistance.min)).toBeLessThan(1e-5);
    expect(Math.abs(meanRadius - result.after.meanRadius)).toBeLessThan(1e-5);
  });

  test('an ICT that refuses nobody gives the random draw', async () => {
    const parameters = { interClassThreshold: 0.05 };
    const options = { algorithm: 'reject', identities: 10, seed: 5, parameters } as const;
    const kept = await drain(sampleReferences(sessions, options));
    const drawn = await drain(
      sampleReferences(sessions, { algorithm: 'random', identities: 10, seed: 5 }),
    );
    expect(kept.result.latents).toEqual(drawn.result.latents);
  });

  test('a saturated generator is an error that says what to change, and what was placed is kept', async () => {
    const parameters = { interClassThreshold: 1.5, triesPerIdentity: 120 };
    const run = sampleReferences(sessions, { ...REJECT, identities: 40, parameters });
    const { progress, error } = await untilError(run);
    if (!(error instanceof SaturatedError)) throw error;
    const last = progress.at(-1);
    expect(error.code).toBe('SATURATED');
    expect(error.placed).toBe(last?.completed);
    expect(error.placed).toBeGreaterThan(0);
    expect(last?.state.latents.length).toBe(error.placed * D);
    expect(error.refused).toBeGreaterThanOrEqual(120);
    expect(error.tries).toBe(last?.statistics.iteration);
    expect(error.message).toMatch(
      /saturated at an ICT of 1.5 rad: \d+ of 40 identities .* Lower interClassThreshold/,
    );
  });
});

describe('repulse', () => {
  test('needs fewer draws than reject, keeps the ICT, and embeds what it moves', async () => {
    const reject = await drain(sampleReferences(sessions, REJECT));
    const counted = countRows(sessions);
    const { result } = await drain(sampleReferences(counted.sessions, REPULSE));
    // A push ends close to the ICT, where statistics over float32 cosines may round to the other side.
    expect(result.after.theta.min).toBeGreaterThan(0.6 - 1e-6);
    expect(result.state.iteration).toBeLessThan(reject.result.state.iteration);
    expect(await sessions.embed(result.latents)).toEqual(result.embeddings);
    // Every draw is embedded once, and once more for each step it takes.
    const { embeddings, gradients } = counted.counts;
    expect(embeddings).toBe(result.state.iteration + gradients);
    expect(gradients).toBeGreaterThan(0);
  });
});

describe.each([REJECT, REPULSE])('$algorithm', (options) => {
  test('goes on from any state to the same bits', async () => {
    const whole = await drain(sampleReferences(sessions, options));
    const partial = whole.progress.find((p) => p.completed > 4 && p.completed < 12);
    expect(partial).toBeDefined();
    const resumeFrom = structuredClone(partial?.state) as ReferenceState;
    const resumed = await drain(sampleReferences(sessions, options, { resumeFrom }));
    expect(resumed.result.latents).toEqual(whole.result.latents);
    expect(resumed.result.embeddings).toEqual(whole.result.embeddings);
    expect(resumed.result.after.theta).toEqual(whole.result.after.theta);
    const foreign = { ...resumeFrom, latents: new Float32Array(3) };
    await expect(
      drain(sampleReferences(sessions, options, { resumeFrom: foreign })),
    ).rejects.toThrow(/checkpoint after/);
  });
});
