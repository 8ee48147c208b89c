/** @file Whether a server is running on a cluster, by the lock file it keeps there. */

import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';

/** How long a server whose owner has just died may take to shut down. */
const SHUTDOWN_MS = 15_000;
const POLL_MS = 100;

/**
 * Waits until no server runs on the cluster, and removes a lock file left by one that died where its process number
 * belongs to another program by now (PostgreSQL itself would refuse to start then).
 *
 * @throws EmbeddedPostgresError ALREADY_RUNNING
 */
export async function clearLockFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid');
  for (let waited = 0; ; waited += POLL_MS) {
    const pid = await readPid(path);
    if (pid === null) return;
    if (!(await isServer(pid))) {
      await rm(path, { force: true });
      return;
    }
    if (waited >= SHUTDOWN_MS) {
      throw new EmbeddedPostgresError(
        'ALREADY_RUNNING',
        `A database server (process ${pid}) is already running on '${cluster}'; stop the Colloid that started it, or use another data folder.`,
      );
    }
    await delay(POLL_MS);
  }
}

async function readPid(path: string): Promise<number | null> {
  try {
    const pid = Number((await readFile(path, 'utf8')).split('\n')[0]);
    return Number.isInteger(pid) && pid > 0 ? pid : 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the process is there and is a PostgreSQL server. */
async function isServer(pid: number): Promise<boolean> {
  if (pid === 0) return false;
  try {
    const command =
      process.platform === 'linux'
        ? await readFile(`/proc/${pid}/cmdline`, 'utf8')
        : (await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])).stdout;
    return command.includes('postgres');
  } catch {
    // No such process any more.
    return false;
  }
}
