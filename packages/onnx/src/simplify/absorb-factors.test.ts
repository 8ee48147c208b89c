/** @file Factors moved to the makers of a value: none is left where that costs nothing, and the function stays. */
import { expect, test } from 'vitest';
import { typeTable } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { checkOnRandomGraphs, imageGraph } from '../testing/element-wise-graphs.ts';
import { checkPass } from '../testing/index.ts';
import { absorbFactors } from './absorb-factors.ts';

/** Products that write an image. */
function productsOfImages(graph: Graph): number {
  const { types } = typeTable(graph);
  const isImage = (name: string): boolean => types.get(name)?.shape.at(-1) === 40;
  return graph.nodes.filter((n) => n.opType === 'Mul' && isImage(n.outputs[0] ?? '')).length;
}

test('a sum hands the factor of its sigmoid to what is small beside it', async () => {
  const graph = imageGraph((b, { x, s }) =>
    b.sigmoid(b.mul(b.sub(b.mul(x, s), b.add(s, 0.5)), 20)),
  );
  const found = await checkPass(graph, absorbFactors);
  expect([productsOfImages(graph), productsOfImages(found)]).toEqual([2, 1]);
});

test('a factor goes through roots, squares and quotients, and exchanges a difference where it is negative', async () => {
  const graph = imageGraph((b, { x, t, s }) => {
    const [across, up] = [b.mul(b.sub(x, t), s), b.mul(b.add(x, t), s)];
    const radius = b.sqrt(b.add(b.add(b.mul(across, across), b.mul(up, up)), 0.25));
    return b.exp(b.mul(b.sub(b.div(radius, 2), 1), -3));
  });
  const found = await checkPass(graph, absorbFactors);
  expect([productsOfImages(graph), productsOfImages(found)]).toEqual([5, 4]);
});

test('factors one after another are absorbed as one', async () => {
  const graph = imageGraph((b, { x, s }) =>
    b.tanh(b.mul(b.sub(b.mul(b.mul(b.exp(x), s), 1.5), 0.5), 4)),
  );
  const found = await checkPass(graph, absorbFactors);
  expect([productsOfImages(graph), productsOfImages(found)]).toEqual([3, 1]);
});

test('what others read too, outputs, and negative factors of roots are left as they are', () => {
  const shared = imageGraph((b, { x, s }) => {
    const sum = b.add(b.mul(x, s), s);
    return b.mul(b.sigmoid(b.mul(sum, 3)), sum);
  });
  expect(absorbFactors(shared)).toBe(shared);
  const root = imageGraph((b, { x, s }) => b.exp(b.mul(b.sqrt(b.exp(b.mul(x, s))), -2)));
  expect(absorbFactors(root)).toBe(root);
  const wild = imageGraph((b, { x, s }) => b.tanh(b.mul(b.mul(x, s), 1e9)));
  expect(absorbFactors(wild)).toBe(wild);
});

test(
  'graphs of random nodes and their gradients compute the same',
  { timeout: 60_000 },
  async () => {
    await checkOnRandomGraphs(absorbFactors);
  },
);
