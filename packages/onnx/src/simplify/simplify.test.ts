/** @file Passes over whole graphs: folding, common parts, no-ops, constants of chains. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import { pruneNodes } from '../build/prune.ts';
import type { Graph } from '../ir/graph.ts';
import { print } from '../ir/print.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { eliminateCommon } from './eliminate-common.ts';
import { fixReshapes } from './fix-reshapes.ts';
import { foldConstants } from './fold-constants.ts';
import { reassociate } from './reassociate.ts';
import { removeNoOps } from './remove-no-ops.ts';
import { simplify } from './simplify.ts';

const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType);
const image = { x: ['batch', 4, 6, 6] };
const options = { dtype: 'float32' } as const;

function weight(b: GraphBuilder, name: string, dims: readonly number[]): Value {
  return b.initialiser(name, randomTensor(dims, { dtype: 'float32', seed: name.length }));
}

test('folding stops at a constant that would grow, and at an output of the graph', () => {
  const b = new GraphBuilder({ name: 'g' });
  const x = b.input('x', 'float32', []);
  const grown = b.expand(b.constant([1, 2], { dims: [2, 1] }), [2, 1000]);
  b.output('y', b.mul(grown, x));
  b.output('z', b.exp(b.constant(1)));
  const graph = b.build();
  expect(operators(foldConstants(graph, { maxGrownElements: 1999 }))).toEqual(operators(graph));
  expect(operators(foldConstants(graph, { maxGrownElements: 2000 }))).toEqual(['Mul', 'Exp']);
});

test('shape arithmetic with a symbolic batch becomes one constant target', async () => {
  const graph = graphOf(
    image,
    (b, { x }) => {
      const value = x as Value;
      const batch = b.unsqueeze(b.gather(b.shapeOf(value), 0), [0]);
      const flat = b.reshape(value, b.concat([batch, b.int64([-1])], 0));
      return b.reshape(flat, b.concat([batch, b.int64([2, 2, 36])], 0));
    },
    options,
  );
  const simple = await checkPass(graph, simplify);
  expect(operators(simple)).toEqual(['Reshape']);
  const expanded = graphOf(
    { x: ['batch', 1], z: ['batch', 3] },
    (b, { x, z }) => b.mul(b.expand(x as Value, b.shapeOf(z as Value)), z as Value),
    options,
  );
  expect(operators(await checkPass(expanded, (g) => foldConstants(fixReshapes(g))))).toContain(
    'Expand',
  );
  expect(operators(simplify(expanded))).toEqual(['Expand', 'Mul']);
});

test('equal nodes and equal weights are one, an output keeps its own node', async () => {
  const b = new GraphBuilder({ name: 'g' });
  const x = b.input('x', 'float32', ['batch', 3]);
  const rows = (name: string): Value =>
    b.matMul(x, b.initialiser(name, randomTensor([3, 80], { dtype: 'float32' })));
  const [p, q] = [b.tanh(rows('w1')), b.tanh(rows('w2'))];
  b.output('y', b.mul(p, q));
  b.output('q', q);
  const graph = await checkPass(b.build(), eliminateCommon);
  expect(graph.initialisers.size).toBe(1);
  expect(operators(graph)).toEqual(['MatMul', 'Tanh', 'Tanh', 'Mul']);
});

test('random numbers are never common', () => {
  const b = new GraphBuilder({ name: 'g' });
  const x = b.input('x', 'float32', ['batch', 3]);
  const noise = (): Value => b.op('Dropout', [x]);
  b.output('y', b.add(noise(), noise()));
  expect(operators(eliminateCommon(b.build()))).toEqual(['Dropout', 'Dropout', 'Add']);
});

test('what changes nothing goes, what only looks so stays', async () => {
  const graph = graphOf(
    image,
    (b, { x }) => {
      let y = b.mul(b.exp(x as Value), 1);
      y = b.add(b.reshape(y, [0, 4, 6, 6]), b.constant([0, 0], { dims: [2, 1, 1, 1, 1] }));
      y = b.transpose(b.pad(y, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), [0, 1, 2, 3, 4]);
      return b.slice(b.cast(y, 'float32'), { axis: 3, start: 0, end: 99 });
    },
    options,
  );
  const kept = await checkPass(graph, (g) => pruneNodes(removeNoOps(g)));
  // Adding zeros broadcast to a new axis; the last node gives the output.
  expect(operators(kept)).toEqual(['Exp', 'Add', 'Slice']);
});

test('constants of a chain meet, and a scalar moves to the smaller factor', async () => {
  const graph = graphOf(
    { x: ['batch', 4, 6, 6], s: ['batch', 4, 1, 1] },
    (b, { x, s }) => {
      const biased = b.add(b.add(x as Value, weight(b, 'a', [6, 6])), weight(b, 'bb', [4, 1, 1]));
      return b.mul(b.mul(b.tanh(biased), 1.5), s as Value);
    },
    options,
  );
  const simple = await checkPass(graph, (g) => pruneNodes(foldConstants(reassociate(g))));
  expect(operators(simple).filter((op) => op === 'Add')).toHaveLength(1);
  const last = simple.nodes.at(-1);
  expect(simple.nodes.find((n) => n.outputs[0] === last?.inputs[0])?.opType).toBe('Tanh');
});

test('BatchNormalization goes into Conv, ConvTranspose and Gemm', async () => {
  const graph = graphOf(
    image,
    (b, { x }) => {
      let count = 0;
      const norm = (y: Value): Value => {
        count += 1;
        const channels = y.shape[1] as number;
        const one = (name: string, low: number): Value =>
          b.initialiser(`${name}${count}`, randomTensor([channels], { ...options, low, high: 2 }));
        return b.batchNormalization(y, {
          scale: one('scale', -1),
          bias: one('bias', -1),
          mean: one('mean', -1),
          variance: one('variance', 0.5),
        });
      };
      let y = norm(b.conv(x as Value, weight(b, 'w', [8, 4, 3, 3]), weight(b, 'cb', [8])));
      y = norm(b.convTranspose(b.tanh(y), weight(b, 'www', [8, 2, 2, 2])));
      y = norm(b.gemm(b.flatten(y), weight(b, 'gemm', [50, 5]), weight(b, 'biases', [5])));
      return norm(b.gemm(y, weight(b, 'turned', [7, 5]), null, { transB: true }));
    },
    options,
  );
  const simple = await checkPass(graph, simplify);
  expect(operators(simple)).toEqual(['Conv', 'Tanh', 'ConvTranspose', 'Flatten', 'Gemm', 'Gemm']);
});

test('a graph that is simple already is printed as before', () => {
  const graph = graphOf(
    image,
    (b, { x }) => b.conv(b.exp(x as Value), weight(b, 'w', [4, 4, 3, 3])),
    options,
  );
  expect(print(simplify(graph))).toBe(print(graph));
});
