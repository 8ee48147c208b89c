/** @file Pads before convolutions, and images enlarged by zeros and a filter, in the forms that exporters write. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import { intsAttribute } from '../ir/attribute.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { simplify } from './simplify.ts';

const options = { dtype: 'float32' } as const;
const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType);

describe('a Pad before a Conv', () => {
  interface Padded {
    readonly before: readonly number[];
    readonly own?: readonly number[];
    readonly value?: number;
    readonly strides?: readonly number[];
    readonly dilations?: readonly number[];
  }

  const padded = ({ before, own = [0, 0, 0, 0], value = 0, strides, dilations }: Padded): Graph =>
    graphOf(
      { x: ['batch', 2, 5, 6] },
      (b, { x }) =>
        b.conv(
          b.pad(x as Value, before, value),
          b.initialiser('w', randomTensor([4, 2, 3, 3], options)),
          null,
          { pads: own, ...(strides && { strides }), ...(dilations && { dilations }) },
        ),
      options,
    );

  test.each<[string, Padded, readonly number[]]>([
    ['even', { before: [0, 0, 1, 2, 0, 0, 2, 1] }, [1, 2, 2, 1]],
    ['beside its own', { before: [0, 0, 1, 0, 0, 0, 1, 1], own: [1, 0, 0, 1] }, [2, 0, 1, 2]],
    ['with a stride', { before: [0, 0, 1, 1, 0, 0, 1, 1], strides: [2, 2] }, [1, 1, 1, 1]],
    ['dilated', { before: [0, 0, 4, 3, 0, 0, 3, 4], dilations: [2, 2] }, [4, 3, 3, 4]],
  ])('becomes the pads of the Conv: %s', async (_, given, pads) => {
    const simple = await checkPass(padded(given), simplify, { sizes: { batch: 3 } });
    expect(operators(simple)).toEqual(['Conv']);
    expect(simple.nodes.map((node) => intsAttribute(node, 'pads'))).toEqual([pads]);
  });

  test.each<[string, Padded]>([
    ['by other than zeros', { before: [0, 0, 1, 1, 0, 0, 1, 1], value: 1 }],
    ['of channels', { before: [0, 1, 1, 1, 0, 0, 1, 1] }],
    ['beyond the reach of the kernel', { before: [0, 0, 3, 0, 0, 0, 0, 0] }],
    ['that crops', { before: [0, 0, -1, 0, 0, 0, 0, 0] }],
  ])('stays: %s', (_, given) => {
    const isOfChannels = given.before[1] !== 0;
    const graph = isOfChannels
      ? graphOf(
          { x: ['batch', 1, 5, 6] },
          (b, { x }) =>
            b.conv(
              b.pad(x as Value, given.before),
              b.initialiser('w', randomTensor([4, 2, 3, 3], options)),
              null,
            ),
          options,
        )
      : padded(given);
    expect(operators(simplify(graph))).toEqual(['Pad', 'Conv']);
  });
});

describe('an image enlarged by zeros and a filter', () => {
  interface Enlarged {
    readonly channels?: number;
    readonly steps?: readonly [number, number];
    readonly kernel?: readonly (readonly number[])[];
    readonly pads?: readonly number[];
    /** Where the zeros stand: after each pixel, else before. */
    readonly isAfter?: boolean;
  }

  const BINOMIAL = [1, 3, 3, 1].map((a) => [1, 3, 3, 1].map((c) => (a * c) / 16));

  function enlarged(b: GraphBuilder, x: Value, given: Enlarged): Value {
    const { channels = 3, steps = [2, 2], kernel = BINOMIAL, isAfter = true } = given;
    const { pads = [0, 0, 2, 2, 0, 0, 1, 1] } = given;
    const [down, across] = steps;
    const zeros = [0, 0, 0, down - 1, 0, across - 1];
    const none = [0, 0, 0, 0, 0, 0];
    const apart = b.reshape(x, [-1, channels, 4, 1, 5, 1]);
    const spread = b.pad(apart, isAfter ? [...none, ...zeros] : [...zeros, ...none]);
    const flat = b.reshape(spread, [-1, channels, 4 * down, 5 * across]);
    const taps = Array.from({ length: channels }, () => kernel.flat()).flat();
    const dims = [channels, 1, kernel.length, (kernel[0] as readonly number[]).length];
    return b.conv(b.pad(flat, pads), b.constant(taps, { dims }), null, { group: channels });
  }

  const graph = (given: Enlarged): Graph =>
    graphOf(
      { x: ['batch', given.channels ?? 3, 4, 5] },
      (b, { x }) => enlarged(b, x as Value, given),
      options,
    );

  test.each<[string, Enlarged]>([
    ['twice, as generators do', {}],
    ['by unequal steps', { steps: [3, 2] }],
    [
      'by a filter that is not symmetric',
      { kernel: [[2], [1], [-0.5]].map(([a = 0]) => [a, 3 * a]), pads: [0, 0, 1, 0, 0, 0, 1, 1] },
    ],
    ['by a filter that reads no zeros outside', { pads: [0, 0, 0, 0, 0, 0, 0, 0] }],
  ])('is two products: %s', async (_, given) => {
    const simple = await checkPass(graph(given), simplify, { sizes: { batch: 3 } });
    expect(operators(simple)).toEqual(['MatMul', 'MatMul']);
  });

  test.each<[string, Enlarged]>([
    [
      'its filter is no product of two',
      {
        kernel: [
          [1, 2],
          [3, 4],
        ],
        pads: [0, 0, 0, 0, 0, 0, 1, 1],
      },
    ],
    ['zeros come first', { isAfter: false }],
    ['it has blocks of channels', { channels: 16 }],
  ])('stays where %s', async (_, given) => {
    expect(operators(await checkPass(graph(given), simplify, { sizes: { batch: 2 } }))).toContain(
      'Conv',
    );
  });
});
