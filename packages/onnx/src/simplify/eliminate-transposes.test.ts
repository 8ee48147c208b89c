/** @file Transposes cancel through everything that works on renamed axes, and only where that saves some. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { eliminateTransposes } from './eliminate-transposes.ts';
import { simplify } from './simplify.ts';

const TO_NCHW = [0, 3, 1, 2];
const TO_NHWC = [0, 2, 3, 1];
const options = { dtype: 'float32' } as const;

const transposes = ({ nodes }: Graph): number =>
  nodes.filter((n) => n.opType === 'Transpose').length;

/** A convolution as a converter from an NHWC framework writes it. */
function conv(b: GraphBuilder, x: Value, channels: number): Value {
  const weight = randomTensor([channels, x.shape[3] as number, 3, 3], options);
  const w = b.initialiser(`w_${x.name}`, weight);
  return b.transpose(b.conv(b.transpose(x, TO_NCHW), w, null, { pads: [1, 1, 1, 1] }), TO_NHWC);
}

test('a network between NHWC convolutions keeps only the outermost Transposes', async () => {
  const graph = graphOf(
    { x: ['batch', 6, 6, 3] },
    (b, { x }) => {
      let y = conv(b, x as Value, 4);
      y = b.leakyRelu(b.add(y, b.initialiser('bias', randomTensor([4], options))), 0.2);
      y = b.add(conv(b, y, 4), b.mul(y, 0.5));
      y = b.concat(
        [y, b.pad(b.slice(y, { axis: 1, start: 1, end: 4 }), [0, 1, 0, 0, 0, 2, 0, 0])],
        3,
      );
      y = conv(b, y, 5);
      const mean = b.reduceMean(y, { axes: [1, 2], keepDims: false });
      return b.mul(
        b.softmax(mean),
        b.reduceMax(b.resize(y, [1, 2, 2, 1]), { axes: [1, 2], keepDims: false }),
      );
    },
    options,
  );
  expect(transposes(graph)).toBe(6);
  const simple = await checkPass(graph, eliminateTransposes);
  expect(transposes(simple)).toBe(1);
});

test('a value that is read both ways is written out once', async () => {
  const graph = graphOf(
    { x: ['batch', 6, 6, 3] },
    (b, { x }) => {
      const y = b.tanh(b.transpose(b.exp(b.transpose(x as Value, TO_NCHW)), TO_NHWC));
      const flat = b.reshape(y, [0, -1]);
      return b.matMul(flat, b.transpose(b.reshape(b.sigmoid(y), [0, -1]), [1, 0]));
    },
    options,
  );
  const simple = await checkPass(graph, simplify);
  expect(transposes(simple)).toBeLessThan(transposes(graph));
});

test('Transposes that do not meet stay where they are', () => {
  const graph = graphOf(
    { x: ['batch', 6, 6, 3] },
    (b, { x }) => b.reshape(b.relu(b.transpose(x as Value, TO_NCHW)), [0, -1]),
    options,
  );
  expect(eliminateTransposes(graph)).toBe(graph);
});
