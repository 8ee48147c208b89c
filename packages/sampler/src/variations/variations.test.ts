import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import { normal, STREAMS } from '../random/random.ts';
import { sampleReferences } from '../references/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { drain } from '../testing/drain.ts';
import { naiveAngle, unitRows } from '../testing/naive-pairs.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { dispersionStep, sampleVariations, variationGroup } from './index.ts';
import type { ResolvedDispersion, VariationOptions, VariationState } from './index.ts';

const D = 8;
const E = 16;
let runtime: Runtime;
let sessions: ChainSessions;
let references: { latents: Float32Array; embeddings: Float32Array };
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 10 });
  const options = { algorithm: 'random', identities: 7, seed: 21 } as const;
  references = (await drain(sampleReferences(sessions, options))).result;
});
afterAll(() => runtime.close());

const parameters = {
  iterations: 6,
  variations: 5,
  latentRadius: { meanDistances: 0.8 },
  initialNoise: { meanDistances: 0.05 },
};
const options = (): VariationOptions & { readonly algorithm: 'dispersion' } => ({
  algorithm: 'dispersion',
  parameters,
  references,
  seed: 9,
});

/** dê/dw of one latent by pulling back every unit vector, [E][D]. */
async function jacobian(w: Float32Array): Promise<number[][]> {
  const rows = new Float32Array(E * D);
  const units = new Float32Array(E * E);
  for (let k = 0; k < E; k++) {
    rows.set(w, k * D);
    units[k * E + k] = 1;
  }
  const pulled = await sessions.pullback(rows, units);
  return Array.from({ length: E }, (_, k) => Array.from(pulled.subarray(k * D, (k + 1) * D)));
}

describe('Dispersion', () => {
  test('one step is the formula computed in float64', async () => {
    const A = 4;
    const p: ResolvedDispersion = {
      iterations: 1,
      variations: A,
      embeddingCoefficient: 3,
      latentCoefficient: 0.7,
      latentRadius: 1.3,
      latentGlobalCoefficient: 0.4,
      randomForce: 0.2,
      viscousCoefficient: 1.6,
      timestep: 0.08,
      initialNoise: 0,
    };
    const latents = new Float32Array(2 * A * D);
    normal({ seed: 31, stream: STREAMS.direction }, latents);
    for (let i = 0; i < latents.length; i++) {
      const reference = references.latents[Math.floor(i / (A * D)) * D + (i % D)] ?? 0;
      latents[i] = reference + 0.3 * (latents[i] ?? 0);
    }
    const group = {
      first: 3,
      count: 2,
      latents: references.latents.slice(0, 2 * D),
      embeddings: references.embeddings.slice(0, 2 * E),
    };
    const context = { sessions, seed: 9, group, parameters: p };
    const { state } = await dispersionStep(context, { iteration: 5, latents });
    const e = unitRows({ data: await sessions.embed(latents), dim: E });
    const refs = unitRows({ data: group.embeddings, dim: E });
    for (let row = 0; row < 2 * A; row++) {
      const identity = Math.floor(row / A);
      const w = latents.slice(row * D, (row + 1) * D);
      const J = await jacobian(w);
      const [a, r] = [e[row] ?? [], refs[identity] ?? []];
      const theta = naiveAngle(a, r);
      const noise = new Float64Array(A * D);
      normal(
        { seed: 9, stream: STREAMS.dispersionForce, identity: 3 + identity, iteration: 5 },
        noise,
      );
      for (let d = 0; d < D; d++) {
        // ∂(θ²/4)/∂ê_k = -(θ/2) r_k / sin θ along the sphere
        const pull = J.reduce(
          (sum, line, k) => sum - ((theta / 2) * (r[k] ?? 0) * (line[d] ?? 0)) / Math.sin(theta),
          0,
        );
        let apart = 0;
        for (let b = identity * A; b < (identity + 1) * A; b++) {
          if (b === row) continue;
          const other = latents.slice(b * D, (b + 1) * D);
          const distance = Math.hypot(...w.map((x, k) => x - (other[k] ?? 0)));
          apart += (0.7 * Math.max(0, 1.3 - distance) * ((w[d] ?? 0) - (other[d] ?? 0))) / distance;
        }
        const home = 0.4 * ((sessions.average[d] ?? 0) - (w[d] ?? 0));
        const force = -3 * pull + apart + home + 0.2 * (noise[(row % A) * D + d] ?? 0);
        const expected = (w[d] ?? 0) + (0.08 / 1.6) * force;
        expect(Math.abs((state.latents[row * D + d] ?? 9) - expected)).toBeLessThan(1e-5);
      }
    }
  });

  test('spreads variations in the latent space while they keep near their reference', async () => {
    const { result, progress } = await drain(sampleVariations(sessions, options()));
    const [first, last] = [result.statistics[0], result.statistics.at(-1)];
    expect(result.statistics.length).toBe(7);
    expect(last?.latentDistance.mean ?? 0).toBeGreaterThan(1.2 * (first?.latentDistance.mean ?? 9));
    expect(last?.theta.mean ?? 9).toBeLessThan(0.8);
    expect(result.latents.length).toBe(7 * 5 * D);
    expect(await sessions.embed(result.latents.slice(0, 10 * D))).toEqual(
      result.embeddings.slice(0, 10 * E),
    );
    expect(progress.at(-1)).toMatchObject({ identitiesDone: 7, identities: 7, fraction: 1 });
    const fractions = progress.map((p) => p.fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  test('shards, a resumed run and the whole give the same bits', async () => {
    expect(variationGroup(10, 5)).toBe(2);
    const whole = await drain(sampleVariations(sessions, options()));
    const shard = {
      ...options(),
      firstIdentity: 4,
      references: {
        latents: references.latents.slice(4 * D),
        embeddings: references.embeddings.slice(4 * E),
      },
    };
    const part = await drain(sampleVariations(sessions, shard));
    expect(part.result.latents).toEqual(whole.result.latents.slice(4 * 5 * D));
    expect(part.result.theta).toEqual(whole.result.theta.slice(4 * 5));
    const resumeFrom: VariationState = {
      identitiesDone: 2,
      latents: whole.result.latents.slice(0, 2 * 5 * D),
      embeddings: whole.result.embeddings.slice(0, 2 * 5 * E),
      theta: whole.result.theta.slice(0, 2 * 5),
    };
    const resumed = await drain(sampleVariations(sessions, options(), { resumeFrom }));
    expect(resumed.result.latents).toEqual(whole.result.latents);
    expect(resumed.progress[0]?.identitiesDone).toBe(2);
    await expect(drain(sampleVariations(sessions, { ...shard, firstIdentity: 3 }))).rejects.toThrow(
      /multiple of 2/,
    );
  });

  test('the adaptive step is per identity', async () => {
    const adaptive = { ...parameters, timestep: -0.1, iterations: 4 };
    const { result } = await drain(
      sampleVariations(sessions, { ...options(), parameters: adaptive }),
    );
    const timestep = result.statistics[0]?.timestep;
    expect(timestep?.min).toBeLessThan(timestep?.max ?? 0);
    const single = { ...adaptive, variations: 1 };
    await expect(
      drain(sampleVariations(sessions, { ...options(), parameters: single })),
    ).rejects.toThrow(/two variations/);
  });

  test('stops with the reason of its signal', async () => {
    const controller = new AbortController();
    const run = sampleVariations(sessions, options(), { signal: controller.signal });
    await run.next();
    controller.abort(new Error('cancelled by the test'));
    await expect(run.next()).rejects.toThrow('cancelled by the test');
  });
});
