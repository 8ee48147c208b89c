/** @file Latents moved along a direction, for strips of faces to look at. */

import type { CovariateDirection } from './directions.ts';

/** Evenly spaced signed distances from the mean of the negative side to that of the positive one, latent units. */
export function stripOffsets(
  { negativeSide, positiveSide }: CovariateDirection,
  columns: number,
): readonly number[] {
  const isApart = positiveSide.mean > negativeSide.mean;
  const [from, to] = isApart
    ? [negativeSide.mean, positiveSide.mean]
    : [negativeSide.min, positiveSide.max];
  return Array.from(
    { length: columns },
    (_, column) => from + ((to - from) * column) / (columns - 1),
  );
}

/** Every latent of [rows, D] at every distance to the plane: [rows · offsets, D], row after row. */
export function moveAlong(
  latents: Float32Array,
  normal: Float32Array,
  offsets: readonly number[],
): Float32Array {
  const D = normal.length;
  const rows = latents.length / D;
  const moved = new Float32Array(rows * offsets.length * D);
  for (let row = 0; row < rows; row += 1) {
    const latent = latents.subarray(row * D, (row + 1) * D);
    const component = latent.reduce((sum, value, d) => sum + value * (normal[d] ?? 0), 0);
    offsets.forEach((offset, column) => {
      const start = (row * offsets.length + column) * D;
      latent.forEach((value, d) => {
        moved[start + d] = value + (offset - component) * (normal[d] ?? 0);
      });
    });
  }
  return moved;
}
