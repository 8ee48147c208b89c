/** @file Large models on their way to several threads: as a file that each reads, in place of a copy for each. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A model as a thread takes it: its bytes, or the path of a file with them. */
export interface ModelSource extends AsyncDisposable {
  readonly model: Uint8Array | string;
  /** Whether threads load it one after the other: what loading takes for a while is many times its size. */
  readonly isLarge: boolean;
}

/** Below this a copy is cheaper than a file. */
const LARGE_BYTES = 64 * 1024 ** 2;

/** Dispose it when the model is loaded everywhere. */
export async function modelSource(model: Uint8Array, threads: number): Promise<ModelSource> {
  if (model.byteLength < LARGE_BYTES || threads < 2)
    return { model, isLarge: false, [Symbol.asyncDispose]: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'colloid-session-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'model.onnx');
  try {
    await writeFile(path, model, { mode: 0o600 });
  } catch (error) {
    await remove();
    throw error;
  }
  return { model: path, isLarge: true, [Symbol.asyncDispose]: remove };
}
