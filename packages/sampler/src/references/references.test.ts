import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, countRows, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { naiveRepulsion, unitRows } from '../testing/naive-pairs.ts';
import { drain } from '../testing/drain.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { sampleReferences } from './index.ts';
import type { ReferenceOptions, ReferenceState } from './index.ts';

let runtime: Runtime;
let sessions: ChainSessions;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 8 });
});
afterAll(() => runtime.close());

const OPTIONS = {
  algorithm: 'langevin',
  identities: 30,
  seed: 11,
  parameters: { iterations: 12, repulsionRadius: 1.4, interClassThreshold: 0.9 },
} as const satisfies ReferenceOptions;

describe('Langevin dynamics', () => {
  test('raises the least angle and the share of pairs above the ICT', async () => {
    const { result, progress } = await drain(sampleReferences(sessions, OPTIONS));
    expect(result.after.theta.min).toBeGreaterThan(1.3 * result.before.theta.min);
    expect(result.after.aboveIct).toBeGreaterThan(result.before.aboveIct + 0.02);
    expect(progress.map((p) => p.statistics.iteration)).toEqual(
      Array.from({ length: 13 }, (_, i) => i),
    );
    expect(progress.at(-1)?.completed).toBe(12);
    expect(result.statistics.slice(0, -1).every((s) => (s.forces?.total.max ?? 0) > 0)).toBe(true);
    expect(result.restedAt).toBeNull();
    // The final embeddings are those of the final latents.
    expect(await sessions.embed(result.latents)).toEqual(result.embeddings);
  });

  test('the same seed gives the same bits, and another one others', async () => {
    const first = await drain(sampleReferences(sessions, OPTIONS));
    const second = await drain(sampleReferences(sessions, OPTIONS));
    const third = await drain(sampleReferences(sessions, { ...OPTIONS, seed: 12 }));
    expect(second.result.latents).toEqual(first.result.latents);
    expect(second.result.embeddings).toEqual(first.result.embeddings);
    expect(third.result.latents).not.toEqual(first.result.latents);
  });

  test('another batch size agrees to 1e-4 after one iteration', async () => {
    const other = await openChain(runtime, sessions.chain, { batchSize: 13 });
    const options = { ...OPTIONS, parameters: { ...OPTIONS.parameters, iterations: 1 } };
    const a = (await drain(sampleReferences(sessions, options))).result.latents;
    const b = (await drain(sampleReferences(other, options))).result.latents;
    a.forEach((x, i) => expect(Math.abs(x - (b[i] ?? 0))).toBeLessThan(1e-4));
    await other.close();
  });

  test('continuing from a checkpoint gives the bits of the run that never stopped', async () => {
    const parameters = { ...OPTIONS.parameters, checkpointEvery: 5 };
    const whole = await drain(sampleReferences(sessions, { ...OPTIONS, parameters }));
    const kept = whole.progress.filter((p) => p.checkpoint).map((p) => p.state);
    expect(kept.map((state) => state.iteration)).toEqual([5, 10]);
    const stored = structuredClone(kept[0]) as ReferenceState;
    const resumed = await drain(
      sampleReferences(sessions, { ...OPTIONS, parameters }, { resumeFrom: stored }),
    );
    expect(resumed.progress[0]?.completed).toBe(6);
    expect(resumed.result.latents).toEqual(whole.result.latents);
    expect(resumed.result.embeddings).toEqual(whole.result.embeddings);
  });

  test('one step with a fixed timestep is the formula computed in float64', async () => {
    const identities = 6;
    const parameters = {
      iterations: 1,
      timestep: 0.05,
      viscousCoefficient: 2,
      randomForce: 0,
      latentForce: 0.3,
      repulsionCoefficient: 1.5,
      repulsionRadius: 1.7,
      interClassThreshold: 1,
    };
    const { progress, result } = await drain(
      sampleReferences(sessions, { algorithm: 'langevin', identities, seed: 5, parameters }),
    );
    const start = (
      await drain(sampleReferences(sessions, { algorithm: 'random', identities, seed: 5 }))
    ).result;
    const D = sessions.latentDim;
    const rows = unitRows({ data: start.embeddings, dim: 16 });
    const cotangent = naiveRepulsion(rows, rows, { radius: 1.7, coefficient: 1.5, skipSelf: true });
    for (let i = 0; i < identities; i++) {
      const w = start.latents.slice(i * D, (i + 1) * D);
      // The pull back alone is the chain's, checked against differences elsewhere.
      const pulled = await sessions.pullback(w, Float32Array.from(cotangent[i] ?? []));
      for (let d = 0; d < D; d++) {
        const f = -(pulled[d] ?? 0) + 0.3 * ((sessions.average[d] ?? 0) - (w[d] ?? 0));
        const expected = (w[d] ?? 0) + (0.05 / 2) * f;
        expect(Math.abs((result.latents[i * D + d] ?? 9) - expected)).toBeLessThan(1e-5);
      }
    }
    expect(progress[0]?.statistics.timestep).toBe(0.05);
  });

  test('the adaptive step lets the strongest force cover its share of the least latent distance', async () => {
    const parameters = {
      ...OPTIONS.parameters,
      timestep: -0.2,
      viscousCoefficient: 3,
      iterations: 1,
    };
    const { result } = await drain(sampleReferences(sessions, { ...OPTIONS, parameters }));
    const { timestep, latentDistance, forces } = result.before;
    const expected = (0.2 * 3 * latentDistance.min) / (forces?.total.max ?? 0);
    expect(Math.abs((timestep ?? 0) / expected - 1)).toBeLessThan(1e-12);
  });

  test('a system in which nothing overlaps rests at once and says so', async () => {
    const parameters = { iterations: 9, repulsionRadius: 0.01, interClassThreshold: 0.05 };
    const options = { ...OPTIONS, identities: 5, parameters };
    const { result, progress } = await drain(sampleReferences(sessions, options));
    expect(result.restedAt).toBe(0);
    expect(progress.length).toBe(1);
    expect(result.latents.every((x) => Number.isFinite(x))).toBe(true);
  });

  test('a gallery keeps identities at a distance, and is refused where it has no effect', async () => {
    const base = await drain(
      sampleReferences(sessions, { algorithm: 'random', identities: 10, seed: 3 }),
    );
    const gallery = base.result.embeddings.slice(0, 5 * 16);
    const parameters = {
      iterations: 8,
      repulsionRadius: 0.06,
      interClassThreshold: 0.05,
      constantDistance: 1.2,
    };
    const options = {
      algorithm: 'langevin',
      identities: 10,
      seed: 4,
      gallery,
      parameters,
    } as const;
    const { result } = await drain(sampleReferences(sessions, options));
    const start = await drain(
      sampleReferences(sessions, { algorithm: 'random', identities: 10, seed: 4 }),
    );
    const least = (e: Float32Array): number => {
      const all = unitRows({ data: e, dim: 16 });
      const fixed = unitRows({ data: gallery, dim: 16 });
      return Math.min(
        ...all.flatMap((a) =>
          fixed.map((b) => Math.acos(a.reduce((s, x, d) => s + x * (b[d] ?? 0), 0))),
        ),
      );
    };
    expect(least(result.embeddings)).toBeGreaterThan(least(start.result.embeddings));
    const idle = { ...options, parameters: { ...parameters, constantDistance: 0 } };
    await expect(drain(sampleReferences(sessions, idle))).rejects.toThrow(
      /constantDistance.*no effect/,
    );
    const absent = { algorithm: 'langevin', identities: 10, seed: 4, parameters } as const;
    await expect(drain(sampleReferences(sessions, absent))).rejects.toThrow(/no gallery/);
  });

  test('every iteration embeds the new latents once and differentiates the old ones once', async () => {
    const { sessions: counted, counts } = countRows(sessions);
    const run = sampleReferences(counted, OPTIONS);
    const seen: { embeddings: number; gradients: number }[] = [];
    let step = await run.next();
    while (step.done !== true) {
      seen.push({ ...counts });
      step = await run.next();
    }
    const [n, last] = [OPTIONS.identities, OPTIONS.parameters.iterations];
    const expected = Array.from({ length: last }, (_, t) => ({
      embeddings: (t + 2) * n,
      gradients: (t + 1) * n,
    }));
    // The last progress is that of the final state, which costs no row.
    expect(seen).toEqual([...expected, expected.at(-1)]);
    expect(counts).toEqual(expected.at(-1));
  });

  test('a value that is not finite is an error that names the model, the identity and the iteration', async () => {
    const drawn = await drain(
      sampleReferences(sessions, { algorithm: 'random', identities: 30, seed: 11 }),
    );
    const { embeddings, latents } = drawn.result;
    const broken = latents.slice();
    broken[4 * 8 + 3] = Number.NaN;
    const resumeFrom = { iteration: 2, latents: broken, embeddings };
    await expect(drain(sampleReferences(sessions, OPTIONS, { resumeFrom }))).rejects.toThrow(
      /gradient of identity 4 at iteration 2 from model 'tiny-generator' is not finite/,
    );
  });

  test('stops with the reason of its signal', async () => {
    const controller = new AbortController();
    const run = sampleReferences(sessions, OPTIONS, { signal: controller.signal });
    await run.next();
    controller.abort(new Error('cancelled by the test'));
    await expect(run.next()).rejects.toThrow('cancelled by the test');
  });

  test('refuses what makes no sense, with the reason', async () => {
    const refuse = (change: object): Promise<unknown> =>
      drain(sampleReferences(sessions, { ...OPTIONS, ...change }));
    await expect(refuse({ identities: 1 })).rejects.toThrow(/at least 2/);
    await expect(refuse({ seed: -1 })).rejects.toThrow(/seed/);
    await expect(refuse({ parameters: { timestep: 0 } })).rejects.toThrow(/other than 0/);
    await expect(refuse({ parameters: { viscosity: 1 } })).rejects.toThrow(/its parameters are/);
    const resumeFrom = {
      iteration: 3,
      latents: new Float32Array(8),
      embeddings: new Float32Array(16),
    };
    await expect(drain(sampleReferences(sessions, OPTIONS, { resumeFrom }))).rejects.toThrow(
      /checkpoint holds/,
    );
  });
});
