/** @file Brings a database to the current schema, however many processes start at once. */

import type pg from 'pg';
import { withConnection } from '../database/connect.ts';
import { CatalogError } from '../errors.ts';
import { migrationNames, readMigrations } from './migration-files.ts';
import { withSchemaEngine } from './schema-engine.ts';

/** Any number will do, as long as it is always the same: 'collmigr' as bytes. */
const LOCK = '7165349207231985522';

/** Nothing of the database belongs to anybody else as far as migrations go. */
export const NO_FILTERS = { externalTables: [], externalEnums: [] };

/**
 * Applies the migrations that are missing, under an advisory lock.
 *
 * @returns the names of those that this call applied; none where the database was up to date.
 * @throws CatalogError DATABASE_* where the database cannot be reached, MIGRATION_FAILED with the reason.
 */
export function migrate({
  databaseUrl,
}: {
  readonly databaseUrl: string;
}): Promise<{ readonly applied: string[] }> {
  return withConnection(databaseUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    // Loading the engine costs a second, which an up-to-date database need not pay. Closing the connection unlocks.
    if ((await pendingMigrations(client)).length === 0) return { applied: [] };
    try {
      const migrationsList = await readMigrations();
      const result = await withSchemaEngine(databaseUrl, (engine) =>
        engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
      );
      return { applied: result.appliedMigrationNames };
    } catch (error) {
      throw new CatalogError('MIGRATION_FAILED', failureMessage(error), { cause: error });
    }
  });
}

/** Names of the migrations that a database still needs, oldest first. */
export async function pendingMigrations(client: pg.ClientBase): Promise<string[]> {
  const names = await migrationNames();
  const table = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  );
  if (table.rows[0]?.found !== true) return names;
  const done = await client.query<{ name: string }>(
    `SELECT migration_name AS name FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const applied = new Set(done.rows.map((row) => row.name));
  return names.filter((name) => !applied.has(name));
}

function failureMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const isForeign = text.includes('P3005') || text.includes('schema is not empty');
  return isForeign
    ? 'The database already holds tables of something else; give Colloid an empty database of its own.'
    : `The database could not be brought to the current schema; restore the backup or ask for help with this reason: ${text}`;
}
