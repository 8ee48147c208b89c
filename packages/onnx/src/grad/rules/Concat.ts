/** @file Gradient of Concat: each input gets its part of dy. */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Concat = rule('Concat', 'the part of dy that came from each input.', (c) => {
  const axis = c.axis(c.int('axis', 0), c.dy.shape.length);
  const sizes = c.node.inputs.map((_, at) => c.shape(at)[axis]);
  const wanted = sizes.filter((_, at) => c.needs(at)).length;
  if (sizes.every((size) => typeof size === 'number'))
    return wanted > 1
      ? c.b.split(c.dy, sizes, axis)
      : sizes.map((size, at) => c.when(at, () => cut(c, axis, sum(sizes.slice(0, at)), size)));
  return symbolicParts(c, axis);
});

function cut(c: VjpContext, axis: number, start: number, size: number): Value {
  return c.b.slice(c.dy, { axis, start, end: start + size });
}

/** Sizes that only the run knows are read from the inputs' shapes. */
function symbolicParts(c: VjpContext, axis: number): readonly Value[] {
  const sizes = c.node.inputs.map((_, at) =>
    c.b.slice(c.b.shapeOf(c.x(at)), { axis: 0, start: axis, end: axis + 1 }),
  );
  const parts = [c.b.op('Slice', [c.dy, c.b.int64([0]), sizes[0] as Value, c.b.int64([axis])])];
  let start = sizes[0] as Value;
  for (const size of sizes.slice(1)) {
    const end = c.b.add(start, size);
    parts.push(c.b.op('Slice', [c.dy, start, end, c.b.int64([axis])]));
    start = end;
  }
  return parts;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
