/**
 * @file The matrix of one axis of Resize: output = matrix · input.
 *
 * Coordinates are computed in float32 as onnxruntime does, so that nearest positions fall to the same side.
 */
import { createData } from '../ir/dtype.ts';

export interface ResizeMode {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: string;
  readonly nearest: string;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
  /** Widens linear and cubic kernels when the axis shrinks. */
  readonly isAntialiased: boolean;
  /** The cubic kernel's coefficient. */
  readonly cubicA: number;
  /** Weights that fall outside are left out and the rest is scaled to 1; else they go to the border. */
  readonly excludesOutside: boolean;
  /** Begin and end of the region of tf_crop_and_resize, as parts of the axis. */
  readonly region: readonly [begin: number, end: number];
}

/** Row-major [to, from]; `fail` is called with a sentence for a mode that is unknown. */
export function resizeMatrix(options: ResizeMode, fail: (message: string) => never): Float64Array {
  const { from, to, mode } = options;
  const matrix = createData('float64', to * from) as Float64Array;
  for (let row = 0; row < to; row += 1) {
    const source = sourceCoordinate(options, row, fail);
    const isCrop = options.coordinates === 'tf_crop_and_resize';
    // Outside the image the extrapolation value stands, a constant.
    if (isCrop && (source < 0 || source > from - 1)) continue;
    const taps =
      mode === 'nearest'
        ? [{ column: nearestIndex(options.nearest, source, fail), weight: 1 }]
        : kernelTaps(options, source);
    for (const { column, weight } of taps) {
      const at = row * from + Math.min(Math.max(column, 0), from - 1);
      matrix[at] = (matrix[at] as number) + weight;
    }
  }
  return matrix;
}

interface Tap {
  readonly column: number;
  readonly weight: number;
}

/** The columns within the kernel's reach and their weights, which sum to 1. */
function kernelTaps(options: ResizeMode, source: number): readonly Tap[] {
  const { from, mode, scale, isAntialiased } = options;
  const stretch = isAntialiased ? Math.min(scale, 1) : 1;
  const reach = (mode === 'linear' ? 1 : 2) / stretch;
  const centre =
    mode === 'linear' && !isAntialiased ? Math.min(Math.max(source, 0), from - 1) : source;
  const first = Math.floor(centre - reach) + 1;
  const count = Math.ceil(centre + reach) - first;
  const all = Array.from({ length: count }, (_, at): Tap => {
    const column = first + at;
    const distance = Math.abs(column - centre) * stretch;
    return {
      column,
      weight: mode === 'linear' ? Math.max(0, 1 - distance) : cubic(options, distance),
    };
  });
  const taps = options.excludesOutside
    ? all.filter(({ column }) => column >= 0 && column < from)
    : all;
  const total = taps.reduce((sum, { weight }) => sum + weight, 0);
  return taps.map(({ column, weight }) => ({ column, weight: weight / total }));
}

/** Keys' cubic kernel. */
function cubic({ cubicA: a }: ResizeMode, d: number): number {
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

function sourceCoordinate(
  { coordinates, from, to, scale, region }: ResizeMode,
  row: number,
  fail: (message: string) => never,
): number {
  const halfPixel = (): number => Math.fround(Math.fround(Math.fround(row + 0.5) / scale) - 0.5);
  switch (coordinates) {
    case 'asymmetric':
      return Math.fround(row / scale);
    case 'tf_half_pixel_for_nn':
      return Math.fround(Math.fround(row + 0.5) / scale);
    case 'half_pixel':
      return halfPixel();
    case 'pytorch_half_pixel':
      return to > 1 ? halfPixel() : 0;
    case 'half_pixel_symmetric': {
      // Here onnxruntime adds in double and rounds once.
      const adjustment = Math.fround(to / Math.fround(scale * from));
      const offset = Math.fround((from / 2) * Math.fround(1 - adjustment));
      return Math.fround(offset + (row + 0.5) / scale - 0.5);
    }
    case 'align_corners':
      return to === 1 ? 0 : Math.fround(Math.fround(row * (from - 1)) / (to - 1));
    case 'tf_crop_and_resize': {
      const [begin, end] = region;
      const span = (end - begin) * (from - 1);
      return to > 1
        ? begin * (from - 1) + (row * span) / (to - 1)
        : ((begin + end) * (from - 1)) / 2;
    }
    default:
      return fail(`coordinate_transformation_mode ${coordinates} is unknown`);
  }
}

function nearestIndex(nearest: string, source: number, fail: (message: string) => never): number {
  switch (nearest) {
    case 'floor':
      return Math.floor(source);
    case 'ceil':
      return Math.ceil(source);
    case 'round_prefer_ceil':
      return Math.floor(source + 0.5);
    case 'round_prefer_floor':
      return Math.ceil(source - 0.5);
    default:
      return fail(`nearest_mode ${nearest} is unknown`);
  }
}
