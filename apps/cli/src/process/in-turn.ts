/** @file Work that processes of one machine do one after the other, such as building what they all run. */

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { takeLock } from './lock.ts';

const PAUSE_MS = 200;

/**
 * Waits until no other process works under the lock, then does the work. A lock whose process is gone is taken over.
 *
 * @param file path of the lock, in a folder that may have to be made
 */
export async function inTurn<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  let lock = await takeLock(file);
  while (!lock.isTaken) {
    await delay(PAUSE_MS);
    lock = await takeLock(file);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
