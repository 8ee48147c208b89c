import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { normal } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { HostTensor, Runtime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { embedGraph } from './forward-graphs.ts';
import { pullbackGraph } from './gradient-graphs.ts';
import { buildChain } from './index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

const BATCH = 4;

function rows(width: number, stream: number): HostTensor {
  const data = new Float32Array(BATCH * width);
  normal({ seed: 5, stream }, data);
  return { dtype: 'float32', dims: [BATCH, width], data };
}

async function run(graph: Graph): Promise<Record<string, HostTensor>> {
  const session = await runtime.session(encodeModel(graph));
  return session.run({ w: rows(8, 1), embedding_cotangent: rows(16, 2) });
}

test.each(['NCHW', 'NHWC'] as const)(
  'simplifying changes neither embedding nor gradient (%s)',
  async (layout) => {
    const models = await tinyPair({ layout });
    const plain = await run(pullbackGraph(embedGraph(models)));
    const simple = await run(buildChain(models).graph('pullback'));
    for (const name of ['embedding', 'w_grad']) {
      const expected = plain[name]?.data as Float32Array;
      const found = simple[name]?.data as Float32Array;
      const norm = Math.hypot(...expected);
      expected.forEach((x, i) => expect(Math.abs(x - (found[i] ?? 9)) / norm).toBeLessThan(1e-6));
    }
  },
);

test('Transposes of an NHWC generator cancel with those of the bridge', async () => {
  const chain = buildChain(await tinyPair({ layout: 'NHWC' }));
  const { nodes } = chain.graph('embed');
  expect(nodes.filter((node) => node.opType === 'Transpose')).toEqual([]);
});
