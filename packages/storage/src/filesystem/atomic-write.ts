/** @file Writing a file so that readers, and a machine that loses power, see all of it or nothing. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import { errnoOf } from './filesystem-errors.ts';

const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Write `pieces` to a file of its own in `temporaryFolder`, force it to the disk, and move it to
 * `target`. Both must be on one file system. On any error the unfinished file is removed.
 *
 * @returns the number of bytes written
 */
export async function writeAtomically(
  target: string,
  temporaryFolder: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<number> {
  const temporary = path.join(temporaryFolder, randomUUID());
  await mkdir(temporaryFolder, { recursive: true });
  try {
    const sizeBytes = await writeAndSync(temporary, pieces);
    const folder = path.dirname(target);
    const firstCreated = await mkdir(folder, { recursive: true });
    await rename(temporary, target);
    await syncFolders(folder, firstCreated === undefined ? folder : path.dirname(firstCreated));
    return sizeBytes;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Remove unfinished files that a killed process left behind more than a day ago. */
export async function removeStaleFiles(temporaryFolder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(temporaryFolder)) {
    const file = path.join(temporaryFolder, name);
    try {
      const { mtimeMs } = await stat(file);
      if (nowMs - mtimeMs > STALE_AFTER_MS) await rm(file, { force: true, recursive: true });
    } catch (error) {
      // Another process finished or swept the same file in between: that is what was wanted.
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

async function writeAndSync(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(file, 'wx');
  try {
    let sizeBytes = 0;
    for await (const piece of pieces) {
      await handle.writeFile(piece);
      sizeBytes += piece.byteLength;
    }
    await handle.sync();
    return sizeBytes;
  } finally {
    await handle.close();
  }
}

/** A rename is durable once the folder is synced; a new folder once the folder above it is. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === upTo || folder === path.dirname(folder)) return;
  }
}
