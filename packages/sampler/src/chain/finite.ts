/** @file What is not a number is an error as soon as it leaves a model, and the error says whose it is. */

import { encodeModel } from '@colloid/onnx';

import { NotFiniteError } from '../errors.ts';
import type { GeneratorModel } from '../models/model.ts';
import type { Runtime } from '../runtime/types.ts';
import { finiteImageGraph } from './forward-graphs.ts';

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

/**
 * Runs work on embeddings of latents [N, D]. Of an embedding that is not finite the recogniser is told only where the generator's image of
 * that latent is finite: no recogniser makes a number of one that is not.
 *
 * @throws NotFiniteError naming the model that the value came from, and whatever else the work throws
 */
export async function blamingGenerator<T>(
  runtime: Runtime,
  generator: GeneratorModel,
  { latents, work }: { readonly latents: Float32Array; readonly work: () => T },
): Promise<T> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof NotFiniteError) || error.row === null) throw error;
    const { row } = error;
    const model = generator.name;
    const latent = latents.subarray(row * generator.latentDim, (row + 1) * generator.latentDim);
    if (await hasFiniteImage(runtime, generator, latent)) throw error;
    throw new NotFiniteError('image', `of row ${row} from model '${model}'`, {
      model,
      row,
      cause: error,
    });
  }
}

async function hasFiniteImage(
  runtime: Runtime,
  generator: GeneratorModel,
  latent: Float32Array,
): Promise<boolean> {
  const graph = finiteImageGraph(generator);
  const session = await runtime.session(encodeModel(graph), { name: graph.name });
  try {
    const rows = generator.batch ?? 1;
    const data = new Float32Array(rows * latent.length);
    for (let row = 0; row < rows; row++) data.set(latent, row * latent.length);
    const w = { dtype: 'float32', dims: [rows, latent.length], data } as const;
    const { trace } = await session.run({ w }, { outputs: ['trace'] });
    return Number.isFinite(trace?.data[0]);
  } finally {
    await session.dispose();
  }
}
