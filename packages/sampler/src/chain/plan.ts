/** @file How rows are cut into batches: part of a run's plan, fixed with it. */

import { ParameterError } from '../errors.ts';

export interface Batch {
  readonly first: number;
  readonly count: number;
}

/**
 * Consecutive batches of `size` rows; the last one is shorter when the rows do not divide. A runtime
 * may add in another order for another batch size, so the same rows in the same cut give the same
 * bits, and another cut agrees to rounding.
 */
export function cut(rows: number, size: number): readonly Batch[] {
  if (!Number.isInteger(size) || size < 1) {
    throw new ParameterError('batchSize', `must be a whole number of at least 1, got ${size}.`);
  }
  const batches: Batch[] = [];
  for (let first = 0; first < rows; first += size) {
    batches.push({ first, count: Math.min(size, rows - first) });
  }
  return batches;
}

/** Rows `first` to `first + count`, padded to `size` rows by repeating the last one; always a copy. */
export function takeRows(
  data: Float32Array,
  width: number,
  batch: Batch,
  size = batch.count,
): Float32Array {
  const rows = new Float32Array(size * width);
  const start = batch.first * width;
  rows.set(data.subarray(start, start + batch.count * width));
  const last = data.subarray(start + (batch.count - 1) * width, start + batch.count * width);
  for (let row = batch.count; row < size; row++) rows.set(last, row * width);
  return rows;
}
