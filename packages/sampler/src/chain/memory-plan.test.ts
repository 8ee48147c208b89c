import { estimateMemory, GraphBuilder } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, openChain } from './index.ts';
import type { Chain } from './index.ts';
import { rowsAtOnce } from './memory-plan.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

const ROWS = 7;

async function gradientOf(chain: Chain): Promise<Float32Array> {
  const sessions = await openChain(runtime, chain, { batchSize: ROWS });
  const w = await sessions.drawLatents({ seed: 1, first: 0, count: ROWS, truncation: 1 });
  const reference = new Float32Array(ROWS * 16).map((_, i) => (i % 16 === 3 ? 1 : 0));
  const { gradient } = await sessions.dispersionGradient(w, reference);
  await sessions.close();
  return gradient;
}

function peak(chain: Chain, rows: number): number {
  const options = { sizes: { batch: rows }, cotangents: ['embedding_cotangent'] };
  return estimateMemory(chain.graph('pullback'), options).peakBytes;
}

test('without a limit there is no bound on the rows', async () => {
  expect(buildChain(await tinyPair()).maxRows('pullback')).toBe(Infinity);
});

test('a limit cuts batches into as many rows as fit, and the gradient stays', async () => {
  const models = await tinyPair();
  const plain = buildChain(models);
  const frugal = buildChain(models, { memoryLimitBytes: peak(plain, 3) });
  expect(frugal.maxRows('dispersion')).toBe(3);
  expect(frugal.maxRows('embed')).toBe(Infinity);
  expect(frugal.graph('pullback').nodes).toEqual(plain.graph('pullback').nodes);
  const [expected, found] = [await gradientOf(plain), await gradientOf(frugal)];
  expected.forEach((x, i) => expect(Math.abs(x - (found[i] ?? 9))).toBeLessThan(1e-6));
});

test('where one row is too much, activations are recomputed, and the gradient stays', async () => {
  const models = await tinyPair();
  const plain = buildChain(models);
  const frugal = buildChain(models, { memoryLimitBytes: 1 });
  expect(frugal.maxRows('pullback')).toBe(1);
  expect(peak(frugal, 1)).toBeLessThan(peak(plain, 1));
  const [expected, found] = [await gradientOf(plain), await gradientOf(frugal)];
  expected.forEach((x, i) => expect(Math.abs(x - (found[i] ?? 9))).toBeLessThan(1e-6));
});

test('a fixed batch keeps its rows', async () => {
  const chain = buildChain(await tinyPair({ batch: 4 }), { memoryLimitBytes: 1 });
  expect(chain.maxRows('pullback')).toBe(4);
});

test('rows at once keep what a run moves near the cache, more of them where nodes are many', () => {
  const graphOf = (width: number, count: number): Graph => {
    const b = new GraphBuilder({ name: 'chain' });
    let x = b.input('w', 'float32', ['batch', width]);
    for (let at = 0; at < count; at += 1) x = b.tanh(x);
    b.output('embedding', x);
    return b.build();
  };
  expect(rowsAtOnce(graphOf(1_000_000, 10))).toBe(4);
  expect(rowsAtOnce(graphOf(10_000_000, 10))).toBe(1);
  expect(rowsAtOnce(graphOf(100_000, 4000))).toBe(8);
});
