/**
 * @file Along one axis of GridSample: which elements an output reads, with which weights, and how those change with the coordinate.
 *
 * A coordinate g of the grid lies at x = ((g + 1) s - 1) / 2 of an axis of size s, or at (g + 1) (s - 1) / 2 with align_corners. With border
 * or reflection x is brought inside first, or each element that it reads. The output reads x's neighbours floor(x) + k with the weights of the kernel at t = x - floor(x).
 */
import type { GraphBuilder } from '../build/graph-builder.ts';
import type { Value } from '../build/core-builder.ts';

export type SampleMode = 'nearest' | 'linear' | 'cubic';
export type SamplePadding = 'zeros' | 'border' | 'reflection';

export interface SampleOptions {
  readonly mode: SampleMode;
  readonly padding: SamplePadding;
  readonly alignsCorners: boolean;
  readonly size: number;
}

export interface Taps {
  /** int64 [batch, taps, outputs], inside the axis. */
  readonly index: Value;
  /** [batch, taps, outputs]; 0 for what lies outside where the padding is zeros. */
  readonly weight: Value;
  /** The derivative of `weight` by the grid's coordinate, or null where it is zero everywhere. */
  readonly slope: Value | null;
}

/** Keys' kernel with the coefficient that GridSample has. */
const CUBIC_A = -0.75;
const OFFSETS: Readonly<Record<SampleMode, readonly number[]>> = {
  nearest: [0],
  linear: [0, 1],
  cubic: [-1, 0, 1, 2],
};

/** The taps of coordinates `g`, [batch, 1, outputs]; slopes only `withSlope`. */
export function sampleTaps(
  b: GraphBuilder,
  g: Value,
  options: SampleOptions,
  withSlope: boolean,
): Taps {
  const { mode, padding, alignsCorners, size } = options;
  const scale = (alignsCorners ? size - 1 : size) / 2;
  const raw = b.add(b.mul(g, scale), (size - 1) / 2);
  const from = mode === 'nearest' ? b.op('Round', [raw]) : raw;
  const { x, slope: within } = brought(b, from, options);
  const first = mode === 'nearest' ? x : b.floor(x);
  const offsets = OFFSETS[mode];
  const steps = b.constant(offsets, { dtype: g.dtype, dims: [offsets.length, 1] });
  const place = b.add(first, steps);
  const isInside = b.cast(b.equal(place, b.clip(place, 0, size - 1)), g.dtype);
  const held = padding === 'reflection' && mode === 'cubic' ? brought(b, place, options).x : place;
  const index = b.cast(b.clip(held, 0, size - 1), 'int64');
  const kept = (v: Value): Value => (padding === 'zeros' ? b.mul(v, isInside) : v);
  if (mode === 'nearest') return { index, weight: kept(onesLike(b, place)), slope: null };
  const t = b.sub(x, first);
  const kernel = mode === 'linear' ? linear(b, t) : cubic(b, t);
  const weight = kept(b.concat(kernel.weights, 1));
  if (!withSlope) return { index, weight, slope: null };
  const change = b.mul(b.concat(kernel.slopes, 1), scale);
  return { index, weight, slope: kept(within ? b.mul(change, within) : change) };
}

interface Brought {
  readonly x: Value;
  /** dx / d(coordinate given): 1, 0 or -1; null where it is 1 everywhere. */
  readonly slope: Value | null;
}

/** The coordinate inside the axis: held at the border, or reflected between the outermost elements' centres, or edges. */
function brought(b: GraphBuilder, x: Value, options: SampleOptions): Brought {
  const { mode, padding, alignsCorners, size } = options;
  // The cubic kernel goes on beyond the border, over elements that each repeat it.
  if (padding === 'zeros' || (padding === 'border' && mode === 'cubic')) return { x, slope: null };
  if (padding === 'border') {
    const held = b.clip(x, 0, size - 1);
    return { x: held, slope: b.cast(b.equal(held, x), x.dtype) };
  }
  const low = alignsCorners ? 0 : -0.5;
  const range = alignsCorners ? size - 1 : size;
  if (range === 0) return { x: b.mul(x, 0), slope: b.mul(x, 0) };
  // A wave of period 2 · range: from low up to low + range and down again.
  const u = b.sub(x, low);
  const phase = b.sub(u, b.mul(b.floor(b.div(u, 2 * range)), 2 * range));
  const down = b.sub(phase, range);
  return { x: b.sub(low + range, b.abs(down)), slope: b.neg(b.sign(down)) };
}

interface Kernel {
  readonly weights: readonly Value[];
  readonly slopes: readonly Value[];
}

function linear(b: GraphBuilder, t: Value): Kernel {
  const one = onesLike(b, t);
  return { weights: [b.sub(1, t), t], slopes: [b.neg(one), one] };
}

/** Keys' cubic at the distances 1 + t, t, 1 - t and 2 - t. */
function cubic(b: GraphBuilder, t: Value): Kernel {
  const a = CUBIC_A;
  const near = (d: Value): Value => b.add(b.mul(b.mul(b.sub(b.mul(d, a + 2), a + 3), d), d), 1);
  const far = (d: Value): Value =>
    b.sub(b.mul(b.add(b.mul(b.sub(b.mul(d, a), 5 * a), d), 8 * a), d), 4 * a);
  const nearSlope = (d: Value): Value => b.mul(b.sub(b.mul(d, 3 * (a + 2)), 2 * (a + 3)), d);
  const farSlope = (d: Value): Value => b.add(b.mul(b.sub(b.mul(d, 3 * a), 10 * a), d), 8 * a);
  const [before, after, last] = [b.add(t, 1), b.sub(1, t), b.sub(2, t)];
  return {
    weights: [far(before), near(t), near(after), far(last)],
    slopes: [farSlope(before), nearSlope(t), b.neg(nearSlope(after)), b.neg(farSlope(last))],
  };
}

function onesLike(b: GraphBuilder, v: Value): Value {
  return b.add(b.mul(v, 0), 1);
}
