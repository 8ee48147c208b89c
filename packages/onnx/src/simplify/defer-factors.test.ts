/** @file Constant factors: what is left of them, and that the function stays, in graphs drawn at random too. */
import { expect, test } from 'vitest';
import type { Graph } from '../ir/graph.ts';
import { checkOnRandomGraphs, imageGraph } from '../testing/element-wise-graphs.ts';
import { checkPass } from '../testing/index.ts';
import { deferFactors } from './defer-factors.ts';

const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType).toSorted();

test('factors of a product meet, a minus sign becomes a Sub, and what is small takes them', async () => {
  const graph = imageGraph((b, { x, t, s }) => {
    const product = b.mul(b.mul(x, 0.5), b.neg(b.div(t, 4)));
    const styled = b.mul(b.mul(b.tanh(x), 3), s);
    return b.add(b.add(b.mul(product, -8), b.neg(b.exp(t))), styled);
  });
  const found = await checkPass(graph, deferFactors);
  expect(operators(found)).toEqual(['Add', 'Exp', 'Mul', 'Mul', 'Mul', 'Sub', 'Tanh'].toSorted());
});

test('a factor goes through what is homogeneous, and stops before what is not or would grow', async () => {
  const graph = imageGraph((b, { x, t }) => {
    const size = b.add(b.mul(b.mul(x, x), 4), b.mul(b.mul(t, t), 4));
    const norm = b.mul(b.sqrt(b.add(size, 0.25)), 0.5);
    const sum = b.reduceSum(b.neg(b.mul(norm, 3)), { axes: [2, 3], keepDims: true });
    const turned = b.transpose(b.leakyRelu(b.mul(norm, 2), 0.2), [0, 1, 3, 2]);
    return b.add(b.mul(b.sin(turned), b.exp(b.mul(sum, 1e-3))), b.concat([b.mul(x, 2)], 1));
  });
  const found = await checkPass(graph, deferFactors);
  const scaled = found.nodes.filter(({ opType }) => opType === 'Mul');
  // x², y², the factor of Sin, that of Exp, the last product, and 2 x beside it.
  expect(scaled.length).toBeLessThanOrEqual(6);
});

test('what is added to itself is a factor, and what is taken from itself is left as it is', async () => {
  const graph = imageGraph((b, { x, t }) => {
    const [up, down] = [b.add(b.mul(x, 2), b.mul(x, 3)), b.sub(b.mul(t, 2), b.mul(t, 3))];
    return b.mul(b.mul(up, down), b.sub(b.mul(x, 2), b.mul(x, 2)));
  });
  const found = await checkPass(graph, deferFactors);
  expect(operators(found).filter((name) => name === 'Add')).toEqual([]);
  expect(found.nodes.length).toBeLessThanOrEqual(6);
});

test('factors that would leave the range of float32 are multiplied out', async () => {
  const graph = imageGraph((b, { x, t }) => {
    const tiny = b.mul(b.mul(x, 1e-5), b.mul(t, 1e-5));
    return b.mul(b.mul(tiny, 1e-5), b.add(b.mul(x, 1e7), b.mul(t, 1e5)));
  });
  await checkPass(graph, deferFactors);
});

test('a graph without such factors is the same graph, and outputs keep their names', () => {
  const plain = imageGraph((b, { x, t }) => b.mul(b.exp(x), t));
  expect(deferFactors(plain)).toBe(plain);
  const negative = imageGraph((b, { x, t }) => b.neg(b.sub(b.neg(x), b.neg(t))));
  expect(deferFactors(negative).outputs).toEqual(negative.outputs);
});

test(
  'graphs of random nodes and their gradients compute the same',
  { timeout: 60_000 },
  async () => {
    await checkOnRandomGraphs(deferFactors);
  },
);
