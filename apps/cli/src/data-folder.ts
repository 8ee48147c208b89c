/** @file The folder that holds everything embedded: database, objects, logs, secret. */

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CliError } from './errors.ts';
import { takeLock } from './process/lock.ts';

/** A demo writes about 200 MB; below this a start is refused before anything is begun. */
const LEAST_FREE_BYTES = 512 * 1024 * 1024;

export interface DataFolder {
  readonly path: string;
  readonly objects: string;
  readonly database: string;
  readonly logs: string;
}

/**
 * Makes the folder where it is missing and proves that it can be written to.
 *
 * @throws {CliError} `DATA_FOLDER` when it cannot be made or written, `DISK_FULL` when less than 512 MB are free.
 */
export async function prepareDataFolder(path: string): Promise<DataFolder> {
  const folder: DataFolder = {
    path,
    objects: join(path, 'objects'),
    database: join(path, 'postgres'),
    logs: join(path, 'logs'),
  };
  try {
    await mkdir(folder.logs, { recursive: true });
    await mkdir(folder.objects, { recursive: true });
    const probe = join(path, `.probe-${process.pid}`);
    await writeFile(probe, 'colloid');
    await rm(probe);
  } catch (cause) {
    throw new CliError(
      'DATA_FOLDER',
      `The data folder ${path} cannot be written (${reasonOf(cause)}); make it writable or name another one with COLLOID_DATA.`,
      { cause },
    );
  }
  const { bavail, bsize } = await statfs(path);
  if (bavail * bsize < LEAST_FREE_BYTES) {
    const freeMegabytes = Math.floor((bavail * bsize) / 1024 ** 2);
    throw new CliError(
      'DISK_FULL',
      `Only ${freeMegabytes} MB are free where ${path} lies, and Colloid needs at least 512 MB to start; free some space or name another folder with COLLOID_DATA.`,
    );
  }
  return folder;
}

/**
 * Claims the folder for this process, so that two supervisors never share one embedded database.
 *
 * @returns a function that gives the folder back.
 * @throws {CliError} `ALREADY_RUNNING` when a living process holds it.
 */
export async function claimDataFolder(path: string): Promise<() => Promise<void>> {
  const lock = await takeLock(join(path, 'colloid.pid'));
  if (!lock.isTaken) {
    throw new CliError(
      'ALREADY_RUNNING',
      `Colloid already runs on ${path} as process ${lock.holder}; open its address, stop it first, or name another folder with COLLOID_DATA.`,
    );
  }
  return () => lock.release();
}

/** The secret that signs sessions and object addresses: made once, readable by its owner only. */
export async function keptSecret(path: string): Promise<string> {
  const file = join(path, 'secret');
  const kept = await readFile(file, 'utf8').catch(ignoreMissing);
  if (kept !== undefined && kept.trim().length >= 32) return kept.trim();
  const secret = randomBytes(32).toString('base64url');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
