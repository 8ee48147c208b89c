/** @file Work that processes of one machine do one after the other, such as building what they all run. */

import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 200;

/**
 * Waits until no other process works under the lock, then does the work. A lock whose process is gone is taken over.
 *
 * @param lock path of a file, in a folder that may have to be made
 */
export async function inTurn<T>(lock: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  // Written first and linked then: whoever finds the lock finds its holder in it.
  const own = `${lock}.${process.pid}.${crypto.randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    while (!(await isTaken(own, lock))) {
      if (await isAbandoned(lock)) await rm(lock, { force: true });
      else await delay(PAUSE_MS);
    }
    try {
      return await work();
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

async function isTaken(own: string, lock: string): Promise<boolean> {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    return !isAlive(Number.parseInt(await readFile(lock, 'utf8'), 10));
  } catch (error) {
    // Let go a moment ago.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Whether a process of that number is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
