/** @file Writes the next migration: what lies between prisma/migrations and prisma/schema. Usage: node scripts/new-migration.ts NAME */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffToSchema } from '../src/migrations/diff.ts';
import { PRISMA_FOLDER } from '../src/migrations/migration-files.ts';
import { startTestDatabase } from '../src/testing/index.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [name] = positionals;

if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Give the migration a name of lower-case letters, digits and underscores.');
  process.exitCode = 1;
} else {
  await writeMigration(name);
}

async function writeMigration(migrationName: string): Promise<void> {
  // The engine applies the existing migrations to a scratch database to see what they come to.
  const database = await startTestDatabase({ migrated: false });
  try {
    const sql = await diffToSchema(database.databaseUrl);
    if (sql === null) {
      console.log('The migrations already say what the schema says; nothing to write.');
      return;
    }
    const stamp = new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14);
    const folder = join(PRISMA_FOLDER, 'migrations', `${stamp}_${migrationName}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'migration.sql'), sql);
    console.log(`Wrote ${join(folder, 'migration.sql')}; read it before you commit it.`);
  } finally {
    await database.stop();
  }
}
