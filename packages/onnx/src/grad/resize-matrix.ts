/** @file The matrix of one axis of Resize: output = matrix · input. */

export interface ResizeMode {
  readonly mode: 'nearest' | 'linear';
  readonly coordinates: string;
  readonly nearest: string;
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Row-major [to, from]; `fail` is called with a sentence for a mode that is unknown. */
export function resizeMatrix(options: ResizeMode, fail: (message: string) => never): Float64Array {
  const { from, to, mode } = options;
  const matrix = new Float64Array(to * from);
  const add = (row: number, column: number, weight: number): void => {
    const at = row * from + Math.min(Math.max(column, 0), from - 1);
    matrix[at] = (matrix[at] as number) + weight;
  };
  for (let row = 0; row < to; row += 1) {
    const source = sourceCoordinate(options, row, fail);
    if (mode === 'nearest') add(row, nearestIndex(options.nearest, source, fail), 1);
    else {
      const inside = Math.min(Math.max(source, 0), from - 1);
      const left = Math.floor(inside);
      add(row, left, 1 - (inside - left));
      if (inside > left) add(row, left + 1, inside - left);
    }
  }
  return matrix;
}

function sourceCoordinate(
  { coordinates, from, to, scale }: ResizeMode,
  row: number,
  fail: (message: string) => never,
): number {
  switch (coordinates) {
    case 'asymmetric':
      return row / scale;
    case 'half_pixel':
      return (row + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (row + 0.5) / scale - 0.5 : 0;
    case 'align_corners':
      return to === 1 ? 0 : (row * (from - 1)) / (to - 1);
    default:
      return fail(
        `its gradient is there for coordinates asymmetric, half_pixel, pytorch_half_pixel and align_corners, not ${coordinates}`,
      );
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
