/** @file The migrations and the schema as they lie in the repository's prisma folder. */

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MigrationList, SchemaContainer } from '@prisma/schema-engine-wasm';

/** The folder with `schema/` and `migrations/`. */
export const PRISMA_FOLDER = fileURLToPath(new URL('../../../../prisma', import.meta.url));
const MIGRATIONS_FOLDER = join(PRISMA_FOLDER, 'migrations');
const LOCK_FILE = 'migration_lock.toml';

/** Names of all migrations, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS_FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The migrations as Prisma's engine takes them. */
export async function readMigrations(): Promise<MigrationList> {
  const names = await migrationNames();
  return {
    baseDir: MIGRATIONS_FOLDER,
    lockfile: {
      path: LOCK_FILE,
      content: await readFile(join(MIGRATIONS_FOLDER, LOCK_FILE), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  };
}

/** The files of the schema. */
export async function readSchema(): Promise<SchemaContainer[]> {
  const folder = join(PRISMA_FOLDER, 'schema');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (name) => ({
      path: join(folder, name),
      content: await readFile(join(folder, name), 'utf8'),
    })),
  );
}
