/** @file Large models on their way to threads: as files that each maps, in place of a copy for each. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeModel, encodeModelApart } from '@colloid/onnx';

import { optimise } from './optimise.ts';
import type { SessionModel } from './types.ts';

/** A model as a thread takes it: its bytes, or the path of a file with them. */
export interface ModelSource extends AsyncDisposable {
  readonly model: Uint8Array | string;
  /** Whether onnxruntime has optimised it for this machine's CPU already. */
  readonly isOptimised: boolean;
}

const WEIGHTS = 'weights.bin';
/** Below this copies are cheaper than files. */
const LARGE_BYTES = 64 * 1024 ** 2;

/** Whether loading takes so much for a while that graphs are to be loaded one after another. */
export function isLarge(model: SessionModel): boolean {
  return sizeOf(model) >= LARGE_BYTES;
}

/**
 * Dispose it when the model is loaded everywhere: what a session has mapped stays until it ends. `optimised` says whether onnxruntime is to
 * optimise a large model once beforehand.
 *
 * @throws Error with onnxruntime's message, or of a file that cannot be written
 */
export async function modelSource(
  model: SessionModel,
  { optimised }: { readonly optimised: boolean },
): Promise<ModelSource> {
  if (!isLarge(model))
    return {
      model: model instanceof Uint8Array ? model : encodeModel(model),
      isOptimised: false,
      [Symbol.asyncDispose]: async () => undefined,
    };
  const folder = await toDisk(mkdtemp(join(tmpdir(), 'colloid-session-')));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const given = await written(model, folder);
    if (!optimised) return { model: given, isOptimised: false, [Symbol.asyncDispose]: remove };
    const path = join(folder, 'optimised.onnx');
    await optimise({ model: given, optimised: path });
    await Promise.all([rm(given), rm(join(folder, WEIGHTS))]);
    return { model: path, isOptimised: true, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Writes a model into a folder, its weights beside it without a copy of them in memory; gives its path. */
async function written(model: SessionModel, folder: string): Promise<string> {
  const path = join(folder, 'model.onnx');
  const apart = encodeModelApart(model, WEIGHTS);
  await toDisk(writeFile(join(folder, WEIGHTS), apart.weights, { mode: 0o600 }));
  await toDisk(writeFile(path, apart.model, { mode: 0o600 }));
  return path;
}

async function toDisk<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`it could not be written to the folder TMPDIR, '${tmpdir()}' (${reason}).`, {
      cause,
    });
  }
}

function sizeOf(model: SessionModel): number {
  if (model instanceof Uint8Array) return model.byteLength;
  return [...model.initialisers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}
