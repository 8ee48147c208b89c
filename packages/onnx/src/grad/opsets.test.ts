/** @file What changed between opsets 13 and 21 is read in each opset's own form, and gradients are written in it. */
import { expect, test } from 'vitest';
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';
import { tensorFrom } from '../ir/tensor.ts';
import {
  checkGradient,
  checkShapes,
  gradientText,
  graphOf,
  randomTensor,
} from '../testing/index.ts';

type Values = Readonly<Record<string, Value>>;
const OPSETS = [13, 14, 15, 16, 17, 18, 19, 20, 21] as const;

/** Axes as attribute before 18, as input from it on; ReduceSum has them as input since 13. */
function reduce(b: GraphBuilder, kind: string, x: Value, axes: readonly number[]): Value {
  const isInput = b.opset >= 18 || kind === 'Sum';
  return isInput
    ? b.op(`Reduce${kind}`, [x, b.int64(axes)], { keepdims: 1 })
    : b.op(`Reduce${kind}`, [x], { axes, keepdims: 1 });
}

/** x [batch, 4, 6] through operators whose form depends on the opset. */
function everything(b: GraphBuilder, { x }: Values): Value {
  const parts = b.ops(
    'Split',
    [x as Value],
    b.opset >= 18 ? { axis: 2, num_outputs: 2 } : { axis: 2 },
    2,
  );
  const halves = parts.map((part, at) => b.mul(part, at + 1));
  let y = b.concat(halves, 1);
  for (const kind of ['Mean', 'L2', 'LogSumExp', 'Max', 'Sum', 'SumSquare'])
    y = b.add(b.mul(y, 0.5), reduce(b, kind, y, [-1]));
  y = b.squeeze(b.unsqueeze(y, [0, -1]), [0, -1]);
  const zero = b.constant(0, { dtype: 'float64' });
  y =
    b.opset >= 18
      ? b.op('Pad', [y, b.int64([1, 2]), zero, b.int64([2])], {})
      : b.op('Pad', [y, b.int64([0, 0, 1, 0, 0, 2]), zero], {});
  y = b.op('Dropout', [y], {});
  y = b.clip(y, -20, 20);
  y = b.op('Softmax', [y], { axis: 1 });
  const size =
    b.opset >= 15 ? b.op('Shape', [y], { start: 0, end: 1 }) : b.gather(b.shapeOf(y), [0]);
  const target = b.concat([size, b.int64([-1])], 0);
  return b.op('Reshape', [y, target], b.opset >= 14 ? { allowzero: 0 } : {});
}

test.each(OPSETS)(
  'opset %i: axes, split, pad, dropout, clip, shape and reshape in its form',
  async (opset) => {
    await checkShapes({ shapes: [{ x: ['batch', 4, 6] }], body: everything, opset });
  },
);

test('operators that came later have gradients from their opset on', async () => {
  const since: readonly (readonly [string, number, readonly number[]])[] = [
    ['HardSwish', 14, [2, 3]],
    ['Trilu', 14, [3, 3]],
    ['LayerNormalization', 17, [2, 3]],
    ['Mish', 18, [2, 3]],
    ['Gelu', 20, [2, 3]],
  ];
  for (const [op, opset] of since) {
    const graph = graphOf(
      { x: [3, 3] },
      (b, { x }) => {
        const one = b.constant([1, 1, 1], { dtype: 'float64' });
        return b.op(op, op === 'LayerNormalization' ? [x as Value, one] : [x as Value]);
      },
      { opset },
    );
    expect(gradientText(graph)).toContain('x_grad');
  }
});

test('training mode is refused by name in every opset', () => {
  const normal = (opset: number) =>
    graphOf(
      { x: [2, 3, 4] },
      (b, { x }) => {
        const v = b.constant([1, 1, 1], { dtype: 'float64' });
        return b.op('BatchNormalization', [x as Value, v, v, v, v], { training_mode: 1 });
      },
      { opset },
    );
  for (const opset of [14, 15, 21])
    expect(() => normal(opset)).toThrow(/BatchNormalization '.*': expected inference mode/);
  const dropout = (b: GraphBuilder, { x }: Values): Value => {
    const yes = b.op('Cast', [b.constant(1)], { to: 9 });
    return b.op('Dropout', [x as Value, null, yes]);
  };
  expect(() => graphOf({ x: [2] }, dropout)).toThrow(
    /Dropout 'Dropout_0': expected inference mode/,
  );
});

test('weights kept in float16 and cast to float32 are differentiated through', async () => {
  const weight = tensorFrom('float16', [0.5, -1, 2, 0.25, 1, -0.5], [2, 3]);
  const graph = graphOf(
    { x: ['batch', 2] },
    (b, { x }) => b.tanh(b.matMul(x as Value, b.cast(b.initialiser('w', weight), 'float32'))),
    { dtype: 'float32' },
  );
  await checkGradient(graph, { feeds: { x: randomTensor([3, 2], { dtype: 'float32' }) } });
});
