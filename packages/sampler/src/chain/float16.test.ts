import { decodeModel } from '@colloid/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { checkPairGradients, isWithinTolerance } from '../inspection/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, openChain } from './index.ts';
import type { Precision } from './index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

const options = { batchSize: 4, allowEmulation: true } as const;

async function pulledBack(precision: Precision, size: number): Promise<Float32Array> {
  const chain = buildChain(await tinyPair(), { precision });
  const sessions = await openChain(runtime, chain, options);
  const w = await sessions.drawLatents({ seed: 1, first: 0, count: 3, truncation: 1 });
  const cotangent = new Float32Array(3 * 16).map((_, i) => size * Math.sin(i + 1));
  const gradient = await sessions.pullback(w, cotangent);
  await sessions.close();
  return gradient;
}

test('a pair in float16 keeps its gradient check, and latents and results stay float32', async () => {
  const chain = buildChain(await tinyPair(), { precision: 'float16' });
  const { inputs, outputs, nodes } = decodeModel(await chain.encoded('pullback', 'cpu'));
  for (const { type } of [...inputs, ...outputs]) expect(type.dtype).toBe('float32');
  expect(nodes.map((node) => node.opType)).toContain('Cast');
  const sessions = await openChain(runtime, chain, options);
  const report = await checkPairGradients(sessions, { samples: 2, directions: 8 });
  await sessions.close();
  expect(report.worst).toBeGreaterThan(1e-6);
  expect(isWithinTolerance(report, 'float16')).toBe(true);
});

test.each([1, 1e-9])('a cotangent of size %d gives a gradient of its size', async (size) => {
  const [exact, found] = [await pulledBack('float32', size), await pulledBack('float16', size)];
  const difference = Math.hypot(...exact.map((x, i) => x - (found[i] ?? 9)));
  expect(difference / Math.hypot(...exact)).toBeLessThan(2e-2);
});

test('float16 on a CPU is refused unless it is asked for', async () => {
  const chain = buildChain(await tinyPair(), { precision: 'float16' });
  await expect(openChain(runtime, chain, { batchSize: 4 })).rejects.toThrow(
    'float16 is emulated on a CPU',
  );
});
