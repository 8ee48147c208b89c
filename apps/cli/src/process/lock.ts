/** @file A file that one process at a time has. Whoever is gone has it no longer. */

import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/** Taken, with what gives it back; or the process that has it. */
export type Lock =
  | { readonly isTaken: true; release(): Promise<void> }
  | { readonly isTaken: false; readonly holder: number };

/** Of what this process has or tries to have: after a restart in a container another one had its number. */
const ownTokens = new Set<string>();

/**
 * Takes the lock, also from a process that is gone. Of several that find it left, one has it afterwards.
 *
 * @param file in a folder that is there; it says which process has it
 */
export async function takeLock(file: string): Promise<Lock> {
  const token = crypto.randomUUID();
  ownTokens.add(token);
  // Written first and linked then: whoever finds the lock finds its holder in it.
  const own = `${file}.${process.pid}.${token}`;
  let isTaken = false;
  try {
    await writeFile(own, `${process.pid} ${token} ${(await startOf(process.pid)) ?? ''}\n`);
    for (;;) {
      isTaken = await isLinked(own, file);
      if (isTaken) {
        return {
          isTaken,
          release: async () => {
            await rm(file, { force: true });
            ownTokens.delete(token);
          },
        };
      }
      const holder = await holderOf(file);
      if (holder !== null && (await isThere(holder))) return { isTaken: false, holder: holder.pid };
      if (holder !== null) await removeLeft(file, own);
    }
  } finally {
    if (!isTaken) ownTokens.delete(token);
    await rm(own, { force: true });
  }
}

/**
 * Removes the lock of a process that is gone. One at a time: the second of two that have seen it there would otherwise remove the lock
 * that the first has taken meanwhile.
 */
async function removeLeft(file: string, own: string): Promise<void> {
  const removing = `${file}.removing`;
  if (await isLinked(own, removing)) {
    try {
      if (await isLeft(file)) await rm(file, { force: true });
    } finally {
      await rm(removing, { force: true });
    }
    return;
  }
  if (await isLeft(removing)) await rm(removing, { force: true });
  await delay(PAUSE_MS);
}

async function isLinked(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isLeft(file: string): Promise<boolean> {
  const holder = await holderOf(file);
  return holder !== null && !(await isThere(holder));
}

interface Holder {
  readonly pid: number;
  readonly token: string;
  /** When that process began, as the system counts it; empty where the system does not tell. */
  readonly start: string;
}

/** Null: let go a moment ago. */
async function holderOf(file: string): Promise<Holder | null> {
  try {
    const [pid = '', token = '', start = ''] = (await readFile(file, 'utf8')).trim().split(' ');
    return { pid: Number.parseInt(pid, 10), token, start };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function isThere({ pid, token, start }: Holder): Promise<boolean> {
  if (pid === process.pid) return ownTokens.has(token);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // After a restart of the machine another program may have its number.
  const now = start === '' ? null : await startOf(pid);
  return now === null || now === start;
}

/** When a process began, in ticks since the machine did; null where the system does not tell (only Linux does). */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name in brackets may hold anything; the start is the 20th word behind it.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
