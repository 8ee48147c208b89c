/** @file A fresh, migrated database for each test file, copied from a template in some 50 ms. */

import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { withConnection } from '../database/connect.ts';
import { migrate } from '../migrations/migrate.ts';
import { readMigrations } from '../migrations/migration-files.ts';
import { startTestServer, type TestServer } from './server.ts';

/** A database that is a test's own. */
export interface TestDatabase {
  readonly databaseUrl: string;
  /** Drops the database, and stops the server where this call started it. */
  stop(): Promise<void>;
}

const POLL_MS = 10;
const MOST_CLOSING_MS = 5000;

/** Makes templates one after the other, also between processes: 'colltest' as a number. */
const TEMPLATE_LOCK = '7165349248233272116';

/**
 * Makes a database on the server of the test run (see `testing/global-setup.ts`), on that of DATABASE_URL_TEST, or on an
 * embedded one started for this call.
 *
 * @param options.migrated whether it has the current schema (default) or is empty.
 * @example
 * const database = await startTestDatabase();
 * afterAll(() => database.stop());
 */
export async function startTestDatabase(
  options: { readonly migrated?: boolean } = {},
): Promise<TestDatabase> {
  const server = await startTestServer();
  try {
    const name = `colloid_test_${randomUUID().replaceAll('-', '')}`;
    const template = options.migrated === false ? 'template0' : await ensureTemplate(server);
    await withConnection(server.maintenanceUrl, (client) =>
      client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`),
    );
    return {
      databaseUrl: withDatabase(server.maintenanceUrl, name),
      async stop() {
        await withConnection(server.maintenanceUrl, async (client) => {
          await untilUnused(client, name);
          await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        });
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/**
 * Waits for connections that are being closed: pools are over before theirs are, and one that is cut off then throws where nobody
 * catches it. Whatever a test has left open is cut off after a while all the same.
 */
async function untilUnused(client: Client, name: string): Promise<void> {
  for (let waited = 0; waited < MOST_CLOSING_MS; waited += POLL_MS) {
    const { rowCount } = await client.query(
      'SELECT 1 FROM pg_stat_activity WHERE datname = $1 LIMIT 1',
      [name],
    );
    if (rowCount === 0) return;
    await delay(POLL_MS);
  }
}

/** Makes the migrated template where the server has none for these migrations yet. Returns its name. */
export async function ensureTemplate(server: TestServer): Promise<string> {
  const { migrationDirectories } = await readMigrations();
  const hash = createHash('sha256').update(JSON.stringify(migrationDirectories)).digest('hex');
  const name = `colloid_template_${hash.slice(0, 16)}`;
  await withConnection(server.maintenanceUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount !== 0) return;
    // It gets its name only when it is complete, so that an interrupted start leaves no half template.
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    await migrate({ databaseUrl: withDatabase(server.maintenanceUrl, draft) });
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

function withDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}
