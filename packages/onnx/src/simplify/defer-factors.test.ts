/** @file Constant factors: what is left of them, and that the function stays, in graphs drawn at random too. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import { differentiate } from '../grad/engine.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor, runGraph } from '../testing/index.ts';
import { deferFactors } from './defer-factors.ts';

const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType).toSorted();
const image = { x: ['batch', 1, 40, 40], t: ['batch', 1, 40, 40], s: ['batch', 1, 1, 1] };
const options = { dtype: 'float32' } as const;
type Inputs = Readonly<Record<'x' | 't' | 's', Value>>;
const graphFrom = (make: (b: GraphBuilder, inputs: Inputs) => Value): Graph =>
  graphOf(image, (b, inputs) => make(b, inputs), options);

test('factors of a product meet, a minus sign becomes a Sub, and what is small takes them', async () => {
  const graph = graphFrom((b, { x, t, s }) => {
    const product = b.mul(b.mul(x, 0.5), b.neg(b.div(t, 4)));
    const styled = b.mul(b.mul(b.tanh(x), 3), s);
    return b.add(b.add(b.mul(product, -8), b.neg(b.exp(t))), styled);
  });
  const found = await checkPass(graph, deferFactors);
  expect(operators(found)).toEqual(['Add', 'Exp', 'Mul', 'Mul', 'Mul', 'Sub', 'Tanh'].toSorted());
});

test('a factor goes through what is homogeneous, and stops before what is not or would grow', async () => {
  const graph = graphFrom((b, { x, t }) => {
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

test('factors that would leave the range of float32 are multiplied out', async () => {
  const graph = graphFrom((b, { x, t }) => {
    const tiny = b.mul(b.mul(x, 1e-5), b.mul(t, 1e-5));
    return b.mul(b.mul(tiny, 1e-5), b.add(b.mul(x, 1e7), b.mul(t, 1e5)));
  });
  await checkPass(graph, deferFactors);
});

test('a graph without such factors is the same graph, and outputs keep their names', () => {
  const plain = graphFrom((b, { x, t }) => b.mul(b.exp(x), t));
  expect(deferFactors(plain)).toBe(plain);
  const negative = graphFrom((b, { x, t }) => b.neg(b.sub(b.neg(x), b.neg(t))));
  expect(deferFactors(negative).outputs).toEqual(negative.outputs);
});

/** Each letter is one node over the values so far. */
const STEPS: readonly ((b: GraphBuilder, v: Value, w: Value) => Value)[] = [
  (b, v) => b.mul(v, -0.75),
  (b, v) => b.mul(1.5, v),
  (b, v) => b.div(v, 3),
  (b, v) => b.neg(v),
  (b, v, w) => b.mul(v, w),
  (b, v, w) => b.add(v, w),
  (b, v, w) => b.sub(v, w),
  (b, v) => b.add(v, 0.25),
  (b, v) => b.sub(v, 0.5),
  (b, v) => b.sub(1, v),
  (b, v) => b.tanh(v),
  (b, v) => b.relu(v),
  (b, v) => b.sqrt(b.add(b.mul(v, v), 1)),
  (b, v, w) => b.div(v, b.add(b.abs(w), 1)),
  (b, v) => b.div(2, b.add(b.abs(v), 1)),
  (b, v) => b.reciprocal(b.add(b.abs(v), 2)),
  (b, v) => b.reduceSum(b.mul(v, 0.01), { axes: [2, 3], keepDims: true }),
];

test(
  'graphs of random nodes and their gradients compute the same',
  { timeout: 60_000 },
  async () => {
    const node = fc.record({
      step: fc.nat(STEPS.length - 1),
      left: fc.nat(),
      right: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(node, { minLength: 4, maxLength: 24 }), async (nodes) => {
        const graph = graphFrom((b, { x, t, s }) => {
          const values = [x, t, s];
          for (const { step, left, right } of nodes) {
            const of = (at: number): Value => values[at % values.length] as Value;
            // Tanh keeps numbers of long products in range.
            values.push(b.tanh((STEPS[step] as (typeof STEPS)[number])(b, of(left), of(right))));
          }
          return values.slice(3).reduce((sum, value) => b.add(sum, value), x);
        });
        const gradient = differentiate(graph, {
          outputs: graph.outputs.map(({ name }) => ({ name, seed: 'ones' })),
          withRespectTo: ['x', 's'],
        });
        const feeds = Object.fromEntries(
          gradient.inputs.map(({ name, type }, seed) => {
            const dims = type.shape.map((d) => (typeof d === 'number' ? d : 2));
            return [name, randomTensor(dims, { dtype: 'float32', seed })];
          }),
        );
        const expected = await runGraph(gradient, feeds);
        const found = await runGraph(deferFactors(gradient), feeds);
        for (const [name, { data }] of Object.entries(expected)) {
          const numbers = Array.from(data as Float32Array);
          const error = numbers.map((x, at) => x - Number(found[name]?.data[at]));
          expect(Math.hypot(...error)).toBeLessThanOrEqual(1e-4 * Math.hypot(...numbers));
        }
      }),
      { numRuns: 25 },
    );
  },
);
