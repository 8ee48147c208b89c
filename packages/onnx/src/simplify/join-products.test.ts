/** @file One latent for every layer: its copies are the latent, and the layers' affine maps are one. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import { differentiate } from '../grad/engine.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { readExported } from '../test-bed/fixtures.ts';
import { simplify } from './simplify.ts';

const options = { dtype: 'float32' } as const;
const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType);

function weight(b: GraphBuilder, name: string, dims: readonly number[]): Value {
  return b.initialiser(name, randomTensor(dims, { ...options, seed: name.length }));
}

/** Each of a list of values in a way of its own, so that their sums can be told apart. */
function together(b: GraphBuilder, parts: readonly Value[]): Value {
  return b.concat(
    parts.map((part, at) => b.mul(b.tanh(part), at + 1)),
    1,
  );
}

describe('picking from copies', () => {
  const PICKS: Readonly<Record<string, (b: GraphBuilder, copies: Value) => readonly Value[]>> = {
    Gather: (b, copies) => [0, 2].map((at) => b.gather(copies, at, 1)),
    Split: (b, copies) => b.split(copies, [1, 1, 1], 1).map((part) => b.squeeze(part, [1])),
    Slice: (b, copies) =>
      [0, 2].map((at) => b.squeeze(b.slice(copies, { axis: 1, start: at, end: at + 1 }), [1])),
  };
  const COPIES: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
    Tile: (b, x) => b.op('Tile', [x, b.int64([1, 3, 1])]),
    Expand: (b, x) => b.expand(x, [2, 3, 4]),
  };
  const cases = Object.keys(COPIES).flatMap((copy) =>
    Object.keys(PICKS).map((pick) => [copy, pick] as const),
  );

  test.each(cases)('%s, then %s, gives the value itself', async (copy, pick) => {
    const graph = graphOf(
      { x: [2, 4] },
      (b, { x }) => {
        const copies = COPIES[copy]?.(b, b.unsqueeze(x as Value, [1])) as Value;
        return together(b, PICKS[pick]?.(b, copies) ?? []);
      },
      options,
    );
    const simple = await checkPass(graph, simplify);
    for (const op of [copy, pick, 'Squeeze', 'Unsqueeze'])
      expect(operators(simple)).not.toContain(op);
  });

  test('several copies at once, or rows of another axis, are no copy', async () => {
    const graph = graphOf(
      { x: [2, 4] },
      (b, { x }) => {
        const copies = b.op('Tile', [b.unsqueeze(x as Value, [1]), b.int64([1, 3, 1])]);
        const two = b.slice(copies, { axis: 1, start: 0, end: 2 });
        const row = b.gather(copies, 1, 0);
        return b.concat([b.reshape(two, [1, 16]), b.reshape(row, [1, 12])], 1);
      },
      options,
    );
    expect(operators(await checkPass(graph, simplify))).toEqual(operators(graph));
  });
});

describe('affine maps of one value', () => {
  test('become one product and its parts, whatever form each has', async () => {
    const graph = graphOf(
      { x: ['batch', 4] },
      (b, { x }) => {
        const value = x as Value;
        return together(b, [
          b.gemm(value, weight(b, 'w', [3, 4]), weight(b, 'bias', [3]), { transB: true }),
          b.gemm(value, weight(b, 'second', [4, 2]), weight(b, 'row', [1, 2])),
          b.matMul(value, weight(b, 'product', [4, 5])),
        ]);
      },
      options,
    );
    const simple = await checkPass(graph, simplify, { sizes: { batch: 3 } });
    expect(operators(simple).filter((op) => ['Gemm', 'MatMul', 'Split'].includes(op))).toEqual([
      'Gemm',
      'Split',
    ]);
    const gradient = differentiate(simple, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
    expect(operators(gradient).filter((op) => op === 'Gemm')).toHaveLength(2);
  });

  test('of a value with more axes than two become one product too, with the constants that are added to them', async () => {
    const graph = graphOf(
      { x: ['batch', 1, 1, 4] },
      (b, { x }) => {
        const value = x as Value;
        const product = (name: string, outputs: number): Value =>
          b.matMul(value, weight(b, name, [4, outputs]));
        const shared = product('shared', 1);
        return b.concat(
          [
            b.add(product('three', 3), weight(b, 'bias', [1, 1, 1, 3])),
            b.tanh(b.add(product('one', 1), 0.5)),
            b.add(product('both', 2), b.constant(0.25, options)),
            b.mul(b.add(shared, 1), b.exp(shared)),
          ],
          3,
        );
      },
      options,
    );
    const simple = await checkPass(graph, simplify, { sizes: { batch: 3 } });
    const kept = operators(simple).filter((op) => ['MatMul', 'Split', 'Add'].includes(op));
    // Of the four sums, one is of all rows, one reads a product that others read, and one adds a number to two outputs.
    expect(kept.toSorted()).toEqual(['Add', 'Add', 'Add', 'MatMul', 'Split']);
  });

  test.each<[string, (b: GraphBuilder, x: Value) => readonly Value[]]>([
    ['a factor', (b, x) => [b.gemm(x, weight(b, 'w', [4, 3]), null, { alpha: 2 })]],
    ['a bias per row', (b, x) => [b.gemm(x, weight(b, 'w', [4, 3]), weight(b, 'c', [2, 1]))]],
    [
      'weights that another node reads',
      (b, x) => {
        const w = weight(b, 'w', [4, 3]);
        return [b.matMul(x, w), b.matMul(b.tanh(x), w)];
      },
    ],
    ['another value', (b, x) => [b.matMul(b.tanh(x), weight(b, 'w', [4, 3]))]],
  ])('stay apart where one has %s', async (_, others) => {
    const graph = graphOf(
      { x: [2, 4] },
      (b, { x }) =>
        together(b, [b.matMul(x as Value, weight(b, 'first', [4, 5])), ...others(b, x as Value)]),
      options,
    );
    expect(operators(await checkPass(graph, simplify))).not.toContain('Split');
  });
});

test.each(['traced', 'dynamo'])(
  'a generator as PyTorch exports it has one product for its styles: %s',
  (exporter) => {
    const simple = operators(simplify(readExported('styleGan2Synthesis64', exporter)));
    expect(simple.filter((op) => op === 'Gemm')).toHaveLength(1);
    // Nothing is left of upsampled images, nor of the copies of the latent.
    for (const op of ['Pad', 'Tile', 'Gather', 'Squeeze', 'Slice'])
      expect(simple).not.toContain(op);
  },
);
