/** @file What a process and those that it started hold in memory, as Linux tells. */

import { readdir, readFile } from 'node:fs/promises';

/** How often memory is looked at; a look at a gigabyte takes about as long. */
const LOOK_EVERY_MS = 10;

/**
 * Bytes of a process and of all that it started, each page divided by how often it is mapped (PSS): weights that several sessions or processes
 * map from one file count once, which they do not in a process's resident size.
 */
export async function heldBytes(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    let bytes = Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
    for (const thread of await readdir(`/proc/${pid}/task`)) {
      const children = await readFile(`/proc/${pid}/task/${thread}/children`, 'utf8');
      for (const child of children.split(' ').filter(Boolean)) {
        bytes += await heldBytes(Number(child));
      }
    }
    return bytes;
  } catch (error) {
    // It ended between two looks.
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'ESRCH'].includes(String(error.code))
    )
      return 0;
    throw error;
  }
}

/** Bytes of this process that no file holds as well: values, and not weights that are mapped. */
export async function ownBytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Most of what `look` says, which is asked again and again until the work is done. */
export async function mostWhile(
  look: () => Promise<number>,
  work: Promise<unknown>,
): Promise<number> {
  const ended = work.then(
    () => true,
    () => true,
  );
  const pause = async (): Promise<boolean> => {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    return false;
  };
  let most = await look();
  while (!(await Promise.race([ended, pause()]))) most = Math.max(most, await look());
  await work;
  return Math.max(most, await look());
}
