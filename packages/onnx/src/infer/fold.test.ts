/** @file Shape arithmetic as exporters write it is followed to dimensions, pads and conditions. */
import { expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import { tensorFrom } from '../ir/tensor.ts';
import type { Dim } from '../ir/dim.ts';

function known(
  body: (b: GraphBuilder, x: Value) => Value,
  shape: readonly Dim[] = ['batch', 3, 8, 6],
): readonly Dim[] | undefined {
  const b = new GraphBuilder({ name: 'g', opset: 18 });
  return b.knownInts(body(b, b.input('x', 'float32', shape)));
}

const scalar = (b: GraphBuilder, value: number): Value => b.constant(value, { dtype: 'int64' });

test('pads in reversed pairs become the pads of the standard', () => {
  const pads = known((b) => {
    const zeros = b.op('ConstantOfShape', [b.int64([4])], { value: tensorFrom('int64', [0]) });
    const pairs = b.reshape(b.concat([b.int64([1, 2, 3, 4]), zeros], 0), [-1, 2]);
    const turned = b.transpose(b.slice(pairs, { axis: 0, start: -1, end: -100, step: -1 }), [1, 0]);
    return b.cast(b.reshape(turned, [-1]), 'int64');
  });
  expect(pads).toEqual([0, 0, 3, 1, 0, 0, 4, 2]);
});

test('sizes scaled through floats stay known', () => {
  const sizes = known((b, x) => {
    const spatial = b.slice(b.shapeOf(x), { axis: 0, start: 2, end: 4 });
    const scaled = b.floor(b.mul(b.cast(spatial, 'float32'), 1.5));
    const outer = b.slice(b.shapeOf(x), { axis: 0, start: 0, end: 2 });
    return b.concat([outer, b.cast(scaled, 'int64')], 0);
  });
  expect(sizes).toEqual(['batch', 3, 12, 9]);
});

test('the target of an Expand by Where and Equal keeps the symbolic batch', () => {
  const target = known((b, x) => {
    const batch = b.unsqueeze(b.gather(b.shapeOf(x), 0), [0]);
    const wanted = b.concat([batch, b.int64([-1, 6])], 0);
    const ones = b.op('ConstantOfShape', [b.int64([3])], { value: tensorFrom('int64', [1]) });
    return b.where(b.equal(wanted, b.mul(ones, scalar(b, -1))), ones, wanted);
  });
  expect(target).toEqual(['batch', 1, 6]);
});

test('parts of a split shape are known one by one', () => {
  const area = known((b, x) => {
    const [, channels, height, width] = b.ops('Split', [b.shapeOf(x)], { num_outputs: 4 }, 4);
    return b.mul(b.mul(height as Value, width as Value), channels as Value);
  });
  expect(area).toEqual([144]);
});

test('whole numbers divide by cutting off, remainders follow the sign of the divisor', () => {
  expect(known((b) => b.div(b.int64([7, -7, 9]), scalar(b, 2)))).toEqual([3, -3, 4]);
  expect(known((b) => b.op('Mod', [b.int64([7, -7]), scalar(b, 4)]))).toEqual([3, 1]);
  expect(known((b) => b.op('Mod', [b.int64([7, -7]), scalar(b, 4)], { fmod: 1 }))).toEqual([3, -3]);
  expect(known((b) => b.op('Range', [scalar(b, 2), scalar(b, 8), scalar(b, 3)]))).toEqual([2, 5]);
});

test('a comparison with a size that is open is not decided', () => {
  const batchIs = (n: number) => known((b, x) => b.equal(b.gather(b.shapeOf(x), 0), scalar(b, n)));
  expect(batchIs(1)).toBeUndefined();
  expect(batchIs(-1)).toEqual([0]);
  expect(known((b, x) => b.less(b.gather(b.shapeOf(x), 1), scalar(b, 4)))).toEqual([1]);
  expect(known((b, x) => b.not(b.equal(b.op('Size', [x]), scalar(b, 1))))).toBeUndefined();
});

test('what has no value or too many elements is not followed', () => {
  expect(known((b) => b.div(b.int64([1]), scalar(b, 0)))).toBeUndefined();
  expect(known((b) => b.op('Mod', [b.int64([1]), scalar(b, 0)]))).toBeUndefined();
  expect(known((b) => b.cast(b.constant([NaN]), 'int64'))).toBeUndefined();
  expect(known((b) => b.expand(scalar(b, 1), [1_000_000, 1_000]))).toBeUndefined();
  expect(known((b) => b.op('ConstantOfShape', [b.int64([1_000_000, 1_000])]))).toBeUndefined();
  const parts = known((b, x) => {
    const open = b.op('NonZero', [x]);
    const [first] = b.ops('Split', [b.reshape(b.shapeOf(open), [2])], {}, 2);
    return first as Value;
  });
  expect(parts).toEqual([4]);
});
