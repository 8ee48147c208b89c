/**
 * @file Gradient of MaxPool: each window's dy goes to its first largest position.
 *
 * The pool is run again for its Indices, positions in the flattened input, and dy is added there; onnxruntime shares the work when the
 * graph already has them. Windows that overlap need ScatterElements with addition, opset 16; others do without.
 */
import { elementCount } from '../../ir/dim.ts';
import { windowGeometry } from '../../infer/window.ts';
import { rule, type VjpContext } from '../rule.ts';
import type { Value } from '../../build/core-builder.ts';

export const MaxPool = rule('MaxPool', 'dy to the first largest position of each window.', (c) => {
  const { b } = c;
  const { kernel, strides } = windowGeometry(c, c.intList('kernel_shape') ?? []);
  const canOverlap = kernel.some((k, axis) => k > (strides[axis] as number));
  if (canOverlap && b.opset < 16)
    c.fail('its gradient with overlapping windows needs opset 16 or later');
  const zeros = b.expand(b.constant(0, { dtype: c.dy.dtype, dims: [1] }), flatSize(c));
  const positions = b.reshape(indices(c), [-1]);
  const flat = b.op(
    'ScatterElements',
    [zeros, positions, b.reshape(c.dy, [-1])],
    canOverlap ? { axis: 0, reduction: 'add' } : { axis: 0 },
  );
  return [c.reshapeLike(flat, 0)];
});

function indices(c: VjpContext): Value {
  const known = c.node.outputs[1] ?? '';
  const isRowMajor = c.int('storage_order', 0) === 0;
  if (known !== '' && isRowMajor) return c.y(1);
  const { storage_order: _, ...attributes } = c.node.attributes;
  return c.b.ops('MaxPool', [c.x(0)], attributes, 2)[1] as Value;
}

function flatSize(c: VjpContext): Value {
  const count = elementCount(c.shape(0));
  if (count !== undefined) return c.b.int64([count]);
  return c.b.reshape(c.b.op('Size', [c.x(0)]), [1]);
}
