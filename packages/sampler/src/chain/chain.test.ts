import { GraphBuilder, inline, type Graph, type Value } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { compareDirections, openChainFunction } from '../inspection/index.ts';
import { normal } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, openChain } from './index.ts';
import type { ChainSessions } from './index.ts';

let runtime: Runtime;
let sessions: ChainSessions;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 5 });
});
afterAll(() => runtime.close());

const draw = (count: number, seed = 1): Promise<Float32Array> =>
  sessions.drawLatents({ seed, first: 0, count, truncation: 1 });

/** The graph with its output changed. */
function extended(
  graph: Graph,
  output: string,
  change: (b: GraphBuilder, value: Value) => Value,
): Graph {
  const b = new GraphBuilder({ name: graph.name, opset: graph.opset });
  const inputs = graph.inputs.map(({ name, type }) => [
    name,
    b.input(name, type.dtype, type.shape),
  ]);
  const outputs = inline(b, graph, Object.fromEntries(inputs) as Record<string, Value>, 'inner');
  b.output(output, change(b, outputs[output] as Value));
  return b.build();
}

describe('the chain from latents to embeddings', () => {
  test('gives unit embeddings and byte images, whatever the cut into batches', async () => {
    const w = await draw(13);
    const e = await sessions.embed(w);
    for (let i = 0; i < 13; i++) {
      expect(Math.abs(Math.hypot(...e.subarray(i * 16, (i + 1) * 16)) - 1)).toBeLessThan(1e-6);
    }
    const images = await sessions.images(w);
    expect(images).toMatchObject({ count: 13, height: 16, width: 16, channels: 3 });
    expect(images.data.length).toBe(13 * 16 * 16 * 3);
    expect(new Set(images.data).size).toBeGreaterThan(50);
    const other = await openChain(runtime, sessions.chain, { batchSize: 4 });
    const again = await other.embed(w);
    e.forEach((x, i) => expect(Math.abs(x - (again[i] ?? 0))).toBeLessThan(1e-5));
    await other.close();
  });

  test.each([undefined, 3])(
    'an embedding that is not finite is the fault of the generator where its image is not either (batch %s)',
    async (batch) => {
      const pair = await tinyPair(batch === undefined ? {} : { batch });
      const w = await draw(4);
      w[2 * 8] = 60;
      // No number comes of a latent beyond 50.
      const generator = {
        ...pair.generator,
        synthesis: extended(pair.generator.synthesis, 'image', (b, image) => {
          const root = b.sqrt(b.sub(50, b.value('w')));
          return b.add(
            image,
            b.reshape(b.reduceSum(b.mul(root, 1e-9), { axes: [1] }), [-1, 1, 1, 1]),
          );
        }),
      };
      // And none of any face.
      const recogniser = {
        ...pair.recogniser,
        network: extended(pair.recogniser.network, 'embedding', (b, embedding) =>
          b.add(embedding, b.sqrt(b.sub(-1e9, b.mul(embedding, 0)))),
        ),
      };
      const broken = async (models: Parameters<typeof buildChain>[0]): Promise<string> => {
        const opened = await openChain(runtime, buildChain(models), { batchSize: 3 });
        const failure: unknown = await opened.embed(w).catch((error: unknown) => error);
        await opened.close();
        return (failure as Error).message;
      };
      expect(await broken({ ...pair, generator })).toMatch(
        /^The image of row 2 from model 'tiny-generator' is not finite/,
      );
      expect(await broken({ ...pair, recogniser })).toMatch(
        /^The embedding of row 0 from model 'tiny-recogniser' is not finite/,
      );
    },
  );

  test('models with a fixed batch are padded and agree with the symbolic ones', async () => {
    const w = await draw(7);
    const fixed = await openChain(runtime, buildChain(await tinyPair({ batch: 4 })), {
      batchSize: 32,
    });
    expect(fixed.batchSize).toBe(4);
    const reference = new Float32Array(7 * 16).map((_, i) => (i % 16 === 3 ? 1 : 0));
    const [a, b] = [
      await sessions.dispersionGradient(w, reference),
      await fixed.dispersionGradient(w, reference),
    ];
    for (const key of ['embeddings', 'theta', 'gradient'] as const) {
      expect(a[key].length).toBe(b[key].length);
      a[key].forEach((x, i) => expect(Math.abs(x - (b[key][i] ?? 0))).toBeLessThan(1e-5));
    }
    await fixed.close();
  });

  test('an image in NHWC gives the same embeddings as in NCHW', async () => {
    const w = await draw(3);
    const other = await openChain(runtime, buildChain(await tinyPair({ layout: 'NHWC' })), {
      batchSize: 5,
    });
    const [a, b] = [await sessions.embed(w), await other.embed(w)];
    a.forEach((x, i) => expect(Math.abs(x - (b[i] ?? 0))).toBeLessThan(1e-6));
    expect((await sessions.images(w)).data).toEqual((await other.images(w)).data);
    await other.close();
  });

  test('its gradient agrees with central differences along 64 directions', async () => {
    const report = await compareDirections(await openChainFunction(sessions), {
      points: await draw(1),
      directions: 64,
      seed: 3,
    });
    expect(report.median, report.text).toBeLessThan(1e-3);
    expect(report.worst, report.text).toBeLessThan(1e-2);
  });

  test('the angular gradient is exact from coinciding to opposite embeddings', async () => {
    const w = await draw(1);
    const e = await sessions.embed(w);
    // The reference at angle t from e, in the plane of e and a fixed direction.
    const side = new Float64Array(16);
    normal({ seed: 7, stream: 8 }, side);
    const dot = side.reduce((sum, x, d) => sum + x * (e[d] ?? 0), 0);
    const tangent = side.map((x, d) => x - dot * (e[d] ?? 0));
    const length = Math.hypot(...tangent);
    const unit = tangent.map((x) => x / length);
    const pulled = await sessions.pullback(w, Float32Array.from(unit));
    for (const t of [0, 1e-6, 1e-4, 5e-3, 0.011, 0.5, Math.PI / 2, 2.5, 3.1, Math.PI - 1e-4]) {
      const r = Float32Array.from(unit, (x, d) => Math.cos(t) * (e[d] ?? 0) + Math.sin(t) * x);
      const { theta, gradient } = await sessions.dispersionGradient(w, r);
      expect(Math.abs((theta[0] ?? 9) - t)).toBeLessThan(3e-7 * Math.max(1, t));
      // d(θ²/4)/dw = -(θ/2) J' unit
      const scale = Math.hypot(...pulled);
      gradient.forEach((g, d) => {
        const expected = (-t / 2) * (pulled[d] ?? 0);
        const allowed = t > 3 ? 4e-3 : 2e-6;
        expect(Math.abs(g - expected) / scale, `angle ${t}`).toBeLessThan(allowed);
      });
    }
    const opposite = await sessions.dispersionGradient(
      w,
      e.map((x) => -x),
    );
    expect(opposite.gradient.every((g) => Number.isFinite(g))).toBe(true);
    expect(Math.abs((opposite.theta[0] ?? 0) - Math.PI)).toBeLessThan(1e-5);
  });

  test('the average latent is the mean of mapped draws', async () => {
    const w = await draw(4000, 77);
    const D = sessions.latentDim;
    for (let d = 0; d < D; d++) {
      let sum = 0;
      for (let i = 0; i < 4000; i++) sum += w[i * D + d] ?? 0;
      expect(Math.abs(sum / 4000 - (sessions.average[d] ?? 0))).toBeLessThan(0.1);
    }
  });
});
