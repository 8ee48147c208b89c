/**
 * @file Gradient of Pad.
 *
 * Constant: the part of dy that lies on the input, by negative pads; the constant gets the rest. Reflect, edge and wrap read each
 * padded position from one of the input, y = R x with a matrix of 0 and 1 along each padded axis, so dx = Rᵀ dy, axis by axis.
 */
import type { Value } from '../../build/core-builder.ts';
import { transposeAlongAxis } from '../axis-product.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Pad = rule(
  'Pad',
  'constant: dy cropped; reflect, edge and wrap: dy added back to where it was read, fixed sizes along padded axes.',
  (c) => {
    if (c.string('mode', 'constant') !== 'constant') return [addBack(c)];
    const inside = crop(c);
    return [inside, null, c.when(2, () => c.b.sub(total(c, c.dy), total(c, inside)))];
  },
  { nonGradientInputs: [1, 3] },
);

/** Begins of all axes, then ends. */
function fullPads(c: VjpContext): readonly number[] {
  const rank = c.shape(0).length;
  const pads = c.numbers(1, 'pads') ?? [];
  const axes =
    c.numbers(3, 'axes')?.map((axis) => c.axis(axis, rank)) ??
    Array.from({ length: rank }, (_, axis) => axis);
  const full = Array.from({ length: 2 * rank }, () => 0);
  axes.forEach((axis, at) => {
    full[axis] = pads[at] as number;
    full[axis + rank] = pads[at + axes.length] as number;
  });
  return full;
}

function crop(c: VjpContext): Value {
  return c.b.pad(
    c.dy,
    fullPads(c).map((pad) => (pad === 0 ? 0 : -pad)),
  );
}

function total(c: VjpContext, v: Value): Value {
  return c.b.reshape(c.b.reduceSum(v, { keepDims: false }), c.shape(2) as number[]);
}

function addBack(c: VjpContext): Value {
  const read = READERS[c.string('mode', '')] ?? c.fail(`mode ${c.string('mode', '')} is unknown`);
  const pads = fullPads(c);
  const rank = c.shape(0).length;
  let dx = c.dy;
  c.shape(0).forEach((from, axis) => {
    const [before, after] = [pads[axis] as number, pads[axis + rank] as number];
    if (before === 0 && after === 0) return;
    if (typeof from !== 'number')
      return c.fail(`its gradient needs a fixed size along the padded axis ${axis}`);
    const to = from + before + after;
    const matrix = new Float64Array(to * from);
    for (let row = 0; row < to; row += 1) matrix[row * from + read(row - before, from)] = 1;
    dx = transposeAlongAxis(c.b, dx, { axis, matrix, from, to });
  });
  return dx;
}

type Reader = (position: number, size: number) => number;

const wrap: Reader = (position, size) => ((position % size) + size) % size;

/** Which element of the input a position, counted from the input's first, is read from. */
const READERS: Readonly<Record<string, Reader>> = {
  edge: (position, size) => Math.min(Math.max(position, 0), size - 1),
  wrap,
  reflect: (position, size) => {
    if (size === 1) return 0;
    const around = wrap(position, 2 * size - 2);
    return around < size ? around : 2 * size - 2 - around;
  },
};
