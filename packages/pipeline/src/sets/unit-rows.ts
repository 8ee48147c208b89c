/** @file Embeddings as somebody uploads them, checked and made unit. */

import { decodeNpy } from '@colloid/formats';

import { PipelineError } from '../errors.ts';

/** Unit rows, and the lengths they had. */
export interface UnitRows {
  /** `[count, width]`. */
  readonly rows: Float32Array;
  readonly count: number;
  readonly norms: { readonly min: number; readonly mean: number; readonly max: number };
}

/** What the rows must be. */
interface RowRules {
  /** Numbers in a row. */
  readonly width: number;
  /** Whose width that is, such as "the recogniser 'x@1'". */
  readonly of: string;
}

/**
 * Reads float32 `[M, width]` out of an npy file and divides every row by its length.
 *
 * @throws PipelineError SET_INVALID naming the first row that cannot be used; FormatError for bytes that are no npy file
 */
export function unitRowsOf(npy: Uint8Array, rules: RowRules): UnitRows {
  const { data, dtype, shape } = decodeNpy(npy);
  const [count, width, ...more] = shape;
  if (!(data instanceof Float32Array) || count === undefined || width === undefined || more[0]) {
    throw invalid(
      `The npy file holds ${dtype} [${shape.join(', ')}]; give float32 [rows, ${rules.width}]`,
    );
  }
  if (width !== rules.width) {
    throw invalid(
      `The npy file has rows of ${width} numbers, and embeddings of ${rules.of} have ${rules.width}; these are of another recogniser`,
    );
  }
  return toUnitRows(data, width);
}

/**
 * Divides every row by its length, in place.
 *
 * @throws PipelineError SET_INVALID for no rows, and for a row that is not finite or zero
 */
export function toUnitRows(data: Float32Array, width: number): UnitRows {
  const count = data.length / width;
  if (count < 1) throw invalid('There are no rows; a gallery has at least one embedding');
  let [min, max, sum] = [Number.POSITIVE_INFINITY, 0, 0];
  for (let row = 0; row < count; row += 1) {
    const values = data.subarray(row * width, (row + 1) * width);
    let square = 0;
    for (const value of values) square += value * value;
    const norm = Math.sqrt(square);
    if (!Number.isFinite(norm)) {
      throw invalid(`Row ${row} (from 0) holds a number that is not finite; leave that row out`);
    }
    if (norm < 1e-12) {
      throw invalid(`Row ${row} (from 0) is zero and points nowhere; leave that row out`);
    }
    for (let index = 0; index < width; index += 1) {
      values[index] = (values[index] ?? 0) / norm;
    }
    [min, max, sum] = [Math.min(min, norm), Math.max(max, norm), sum + norm];
  }
  return { rows: data, count, norms: { min, mean: sum / count, max } };
}

function invalid(text: string): PipelineError {
  return new PipelineError('SET_INVALID', `${text}.`);
}
