/** @file What the schema files say beyond the migrations. */

import { NO_FILTERS } from './migrate.ts';
import { readMigrations, readSchema } from './migration-files.ts';
import { withSchemaEngine } from './schema-engine.ts';

/**
 * The SQL that would bring a migrated database to the schema files, or null where there is nothing to do. What Prisma's
 * language cannot say (checks, partial indexes) is left alone.
 *
 * @param scratchUrl an empty database, in which the engine tries the migrations.
 */
export async function diffToSchema(scratchUrl: string): Promise<string | null> {
  const migrations = await readMigrations();
  const files = await readSchema();
  const { stdout } = await withSchemaEngine(scratchUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    }),
  );
  return stdout === null || /^\s*(-- This is an empty migration\.\s*)?$/.test(stdout)
    ? null
    : stdout;
}
