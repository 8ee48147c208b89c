/**
 * @file Gradient of GridSample: y[c, p] = Σ x[c, taps] · weights, where the taps and weights of each axis follow from the grid.
 *
 * Weights of several axes multiply. dx adds dy · weights back to the taps (ScatterElements with addition, opset 16, as GridSample); the grid
 * gets, per axis, Σ over channels and taps of dy · x[taps] · weights with that axis' weight replaced by its slope.
 * Kinks: at whole coordinates the slope is that of the neighbours ahead, at borders and turning points of a reflection as `sample-taps.ts` says.
 */
import type { GraphBuilder } from '../../build/graph-builder.ts';
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';
import { scatterAdd } from '../scatter-add.ts';
import { sampleTaps, type SampleMode, type SamplePadding, type Taps } from '../sample-taps.ts';

/** Modes by the names of opset 16 and of opset 20. */
const MODES: Readonly<Record<string, SampleMode>> = {
  bilinear: 'linear',
  linear: 'linear',
  bicubic: 'cubic',
  cubic: 'cubic',
  nearest: 'nearest',
};
const PADDINGS: ReadonlySet<string> = new Set(['zeros', 'border', 'reflection']);

export const GridSample = rule(
  'GridSample',
  'linear, cubic and nearest, every padding, to the input and to the grid (zero for nearest), in any number of axes; fixed sizes of the input.',
  (c) => {
    const mode = MODES[c.string('mode', c.opset >= 20 ? 'linear' : 'bilinear')];
    const padding = c.string('padding_mode', 'zeros');
    if (!mode) return c.fail(`mode ${c.string('mode', '')} is unknown`);
    if (!isPadding(padding)) return c.fail(`padding_mode ${padding} is unknown`);
    const { b } = c;
    const sizes = c.shape(0).slice(1);
    if (!sizes.every((size) => typeof size === 'number'))
      return c.fail('its gradient needs fixed channels and sizes of its input');
    const [channels, ...spatial] = sizes as [number, ...number[]];
    const alignsCorners = c.int('align_corners', 0) === 1;
    const taps = spatial.map((size, axis) => {
      // The grid's first coordinate belongs to the last axis.
      const coordinate = b.gather(c.x(1), spatial.length - 1 - axis, spatial.length + 1);
      const g = b.reshape(coordinate, [0, 1, -1]);
      return sampleTaps(b, g, { mode, padding, alignsCorners, size }, c.needs(1));
    });
    const sampled: Sampled = {
      channels,
      spatial,
      taps,
      places: places(b, taps, spatial, channels),
    };
    return [c.when(0, () => toInput(c, sampled)), c.when(1, () => toGrid(c, sampled))];
  },
  { opsets: [16, 21] },
);

interface Sampled {
  readonly channels: number;
  readonly spatial: readonly number[];
  readonly taps: readonly Taps[];
  /** int64 [batch, channels, taps of all axes * outputs]: flat positions in the input. */
  readonly places: Value;
}

function places(
  b: GraphBuilder,
  taps: readonly Taps[],
  spatial: readonly number[],
  channels: number,
): Value {
  const flat = taps
    .map(({ index }, axis) => ({
      index: alongAxis(b, index, axis, taps.length),
      size: spatial[axis] as number,
    }))
    .reduce<Value | null>(
      (sum, { index, size }) => (sum ? b.add(b.mul(sum, size), index) : index),
      null,
    ) as Value;
  return b.expand(b.reshape(flat, [0, 1, -1]), [1, channels, 1]);
}

/** [batch, taps, outputs] with an axis of its own among those of the taps: [batch, 1, taps, 1, outputs]. */
function alongAxis(b: GraphBuilder, v: Value, axis: number, axes: number): Value {
  const others = Array.from({ length: axes }, (_, at) => at).filter((at) => at !== axis);
  return others.length === 0
    ? v
    : b.unsqueeze(
        v,
        others.map((at) => at + 1),
      );
}

/** The product over the axes, [batch, 1, taps, outputs]. */
function combined(b: GraphBuilder, factors: readonly Value[]): Value {
  const product = factors
    .map((v, axis) => alongAxis(b, v, axis, factors.length))
    .reduce((all, v) => b.mul(all, v));
  const count = factors.reduce((all, v) => all * (v.shape[1] as number), 1);
  return b.reshape(product, [0, 1, count, -1]);
}

function toInput(c: VjpContext, { channels, spatial, taps, places: at }: Sampled): Value {
  const { b } = c;
  const elements = spatial.reduce((a, size) => a * size, 1);
  const dy = b.reshape(c.dy, [0, channels, 1, -1]);
  const parts = b.mul(
    dy,
    combined(
      b,
      taps.map((tap) => tap.weight),
    ),
  );
  const updates = b.reshape(parts, [0, channels, -1]);
  const zeros = b.reshape(c.zerosLike(0), [0, channels, elements]);
  const sum = scatterAdd(b, { op: 'ScatterElements', to: zeros, indices: at, updates, axis: 2 });
  return b.reshape(sum, [0, channels, ...spatial]);
}

function toGrid(c: VjpContext, { channels, spatial, taps, places: at }: Sampled): Value | null {
  const { b } = c;
  if (taps.some((tap) => tap.slope === null)) return null;
  const elements = spatial.reduce((a, size) => a * size, 1);
  const count = taps.reduce((all, tap) => all * (tap.weight.shape[1] as number), 1);
  const read = b.op('GatherElements', [b.reshape(c.x(0), [0, channels, elements]), at], {
    axis: 2,
  });
  const dy = b.reshape(c.dy, [0, channels, 1, -1]);
  const parts = b.mul(b.reshape(read, [0, channels, count, -1]), dy);
  const pulled = b.reduceSum(parts, { axes: [1], keepDims: true });
  const coordinates = taps.map((_, axis) => {
    const factors = taps.map((tap, other) => (other === axis ? (tap.slope as Value) : tap.weight));
    const along = b.reduceSum(b.mul(pulled, combined(b, factors)), {
      axes: [1, 2],
      keepDims: false,
    });
    return b.unsqueeze(along, [2]);
  });
  return c.reshapeLike(b.concat(coordinates.toReversed(), 2), 1);
}

function isPadding(padding: string): padding is SamplePadding {
  return PADDINGS.has(padding);
}
