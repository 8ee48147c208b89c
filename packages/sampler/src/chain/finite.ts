/** @file What is not a number is an error as soon as it leaves a model, and the error says whose it is. */

import { NotFiniteError } from '../errors.ts';

/**
 * The values as they are.
 *
 * @throws NotFiniteError naming the model and the row of the first that is NaN or infinite
 */
export function finite(
  values: Float32Array | undefined,
  of: { readonly quantity: string; readonly model: string; readonly width: number },
): Float32Array {
  const { quantity, model, width } = of;
  if (values === undefined) throw new Error(`internal error: no ${quantity}`);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    const row = Math.floor(i / width);
    throw new NotFiniteError(quantity, `of row ${row} from model '${model}'`, { model, row });
  }
  return values;
}

/**
 * Runs work on rows of the chain and says of a value that is not finite whose it was.
 *
 * @param whose for example `identity 3 at iteration 7`, of a row of the call
 * @throws NotFiniteError with `whose` in place of the row, and whatever else the work throws
 */
export async function naming<T>(
  whose: (row: number) => string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NotFiniteError) || error.row === null) throw error;
    const { quantity, model, row } = error;
    const from = model === null ? '' : ` from model '${model}'`;
    throw new NotFiniteError(quantity, `of ${whose(row)}${from}`, { model, row, cause: error });
  }
}
