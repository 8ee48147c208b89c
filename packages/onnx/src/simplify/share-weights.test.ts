/** @file Modulated convolutions in the forms exporters write come out with shared weights. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { simplify } from './simplify.ts';

const [INPUTS, OUTPUTS] = [4, 6];
const options = { dtype: 'float32' } as const;

interface Layer {
  readonly batch: number;
  readonly up?: boolean;
  readonly demodulation?: 'sum' | 'power' | 'sumSquare';
}

/** One weight per image, batch in channels, grouped convolution; enlarging layers are followed by a filter before the batch is unfolded. */
function layer({ batch, up = false, demodulation }: Layer): Graph {
  return graphOf(
    { x: [batch, INPUTS, 6, 6], s: [batch, INPUTS] },
    (b, { x, s }) => {
      const kernel = b.initialiser('w', randomTensor([1, OUTPUTS, INPUTS, 3, 3], options));
      let w = b.mul(b.mul(kernel, 0.3), b.reshape(s as Value, [batch, 1, INPUTS, 1, 1]));
      if (demodulation) {
        const power = b.reciprocal(b.sqrt(b.add(powerOf(b, w, demodulation), 1e-8)));
        w = b.mul(w, b.reshape(power, [batch, OUTPUTS, 1, 1, 1]));
      }
      const folded = b.reshape(x as Value, [1, batch * INPUTS, 6, 6]);
      if (!up) {
        const stacked = b.reshape(w, [batch * OUTPUTS, INPUTS, 3, 3]);
        const y = b.conv(folded, stacked, null, { pads: [1, 1, 1, 1], group: batch });
        return b.reshape(y, [batch, OUTPUTS, 6, 6]);
      }
      const stacked = b.reshape(b.transpose(w, [0, 2, 1, 3, 4]), [batch * INPUTS, OUTPUTS, 3, 3]);
      const y = b.convTranspose(folded, stacked, null, { strides: [2, 2], group: batch });
      const filter = Array.from({ length: batch * OUTPUTS }, () => [1, 3, 3, 1]).flat();
      const blurred = b.conv(
        b.pad(y, [0, 0, 0, 1, 0, 0, 0, 2]),
        b.constant(filter, { dims: [batch * OUTPUTS, 1, 1, 4] }),
        null,
        { group: batch * OUTPUTS },
      );
      return b.reshape(blurred, [batch, OUTPUTS, 13, 13]);
    },
    options,
  );
}

function powerOf(b: GraphBuilder, w: Value, form: 'sum' | 'power' | 'sumSquare'): Value {
  const axes = [2, 3, 4];
  if (form === 'sum') return b.reduceSum(b.mul(w, w), { axes, keepDims: false });
  if (form === 'power') return b.reduceSum(b.pow(w, 2), { axes });
  return b.reduceSumSquare(w, { axes, keepDims: false });
}

const CASES: readonly Layer[] = [
  { batch: 1 },
  { batch: 3 },
  { batch: 1, up: true, demodulation: 'sum' },
  { batch: 3, up: true, demodulation: 'sum' },
  { batch: 3, demodulation: 'power' },
  { batch: 2, demodulation: 'sumSquare' },
];

test.each(CASES)('%j has constant weights and no weight per image', async (options_) => {
  const simple = await checkPass(layer(options_), simplify);
  for (const node of simple.nodes.filter((n) => n.opType.startsWith('Conv')))
    expect(simple.initialisers.has(node.inputs[1] ?? '')).toBe(true);
  expect(simple.nodes.filter((n) => n.opType === 'ReduceSum')).toEqual([]);
});

test('a layer over a constant, as the first of a generator, shares its weights too', async () => {
  const graph = graphOf(
    { s: [2, INPUTS] },
    (b, { s }) => {
      const kernel = b.initialiser('w', randomTensor([1, OUTPUTS, INPUTS, 3, 3], options));
      const start = b.initialiser('start', randomTensor([1, INPUTS, 4, 4], options));
      const w = b.mul(kernel, b.reshape(s as Value, [2, 1, INPUTS, 1, 1]));
      const folded = b.reshape(b.op('Tile', [start, b.int64([2, 1, 1, 1])]), [1, 2 * INPUTS, 4, 4]);
      const y = b.conv(folded, b.reshape(w, [2 * OUTPUTS, INPUTS, 3, 3]), null, { group: 2 });
      return b.reshape(y, [2, OUTPUTS, 2, 2]);
    },
    options,
  );
  const simple = await checkPass(graph, simplify);
  expect(simple.nodes.map((n) => n.opType)).toEqual(['Reshape', 'Mul', 'Conv']);
});

test('weights that differ by image in more than a factor per channel stay as they are', async () => {
  const graph = graphOf(
    { x: [2, INPUTS, 6, 6], k: [2, OUTPUTS, INPUTS, 3, 3] },
    (b, { x, k }) => {
      const w = b.mul(
        k as Value,
        b.initialiser('w', randomTensor([1, OUTPUTS, INPUTS, 3, 3], options)),
      );
      const folded = b.reshape(x as Value, [1, 2 * INPUTS, 6, 6]);
      const y = b.conv(folded, b.reshape(w, [2 * OUTPUTS, INPUTS, 3, 3]), null, { group: 2 });
      return b.reshape(y, [2, OUTPUTS, 4, 4]);
    },
    options,
  );
  const simple = await checkPass(graph, simplify);
  expect(simple.nodes.map((n) => n.opType)).toEqual(graph.nodes.map((n) => n.opType));
});
