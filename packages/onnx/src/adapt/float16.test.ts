/** @file Graphs in float16: what becomes float16, what stays, and how far the results are off. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { inferTypes } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import { graphOf, randomTensor, runGraph } from '../testing/index.ts';
import { computeInFloat16 } from './float16.ts';

const options = { dtype: 'float32' } as const;

/** unit(tanh(x · w)) with a mask whose slope float16 has no room for. */
const layered = (): Graph =>
  graphOf(
    { x: ['batch', 6] },
    (b, { x }) => {
      const w = b.initialiser('w', randomTensor([6, 4], { ...options, seed: 2 }));
      const y = b.transpose(b.tanh(b.matMul(x as Value, w)), [1, 0]);
      const step = b.clip(b.mul(y, 1e30), 0, 1);
      const masked = b.mul(y, step);
      return b.div(masked, b.sqrt(b.add(b.reduceSum(b.mul(masked, masked)), 1)));
    },
    options,
  );

test('products and element-wise operators are float16, sums, roots and quotients are not', () => {
  const graph = computeInFloat16(layered());
  const types = inferTypes(graph);
  const dtypes = (opType: string): readonly (string | undefined)[] =>
    graph.nodes
      .filter((node) => node.opType === opType)
      .map((node) => types.get(node.outputs[0] ?? '')?.dtype);
  expect(dtypes('MatMul')).toEqual(['float16']);
  expect(dtypes('Transpose')).toEqual(['float16']);
  expect(dtypes('Mul')).toEqual(['float32', 'float16', 'float16']);
  for (const opType of ['ReduceSum', 'Sqrt', 'Div']) expect(dtypes(opType)).toEqual(['float32']);
  expect(graph.inputs).toEqual(layered().inputs);
  expect(graph.outputs).toEqual(layered().outputs);
});

test('results agree to the rounding of float16', async () => {
  const feeds = { x: randomTensor([5, 6], { ...options, seed: 1 }) };
  const [exact] = Object.values(await runGraph(layered(), feeds)).map(tensorNumbers);
  const [found] = Object.values(await runGraph(computeInFloat16(layered()), feeds)).map(
    tensorNumbers,
  );
  const worst = Math.max(...(exact ?? []).map((value, at) => Math.abs(value - (found?.[at] ?? 9))));
  expect(worst).toBeLessThan(2e-3);
  expect(worst).toBeGreaterThan(0);
});
