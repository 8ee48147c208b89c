/** @file The PostgreSQL server of tests: one per test run, shared by its files. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../embedded/start.ts';

/** Environment variable by which the global setup tells test files of its server. */
export const SERVER_VARIABLE = 'COLLOID_TEST_SERVER';
/** Environment variable by which a person names a server of theirs; its user must be able to create databases. */
export const OWN_SERVER_VARIABLE = 'DATABASE_URL_TEST';

/** A server to make databases on. */
export interface TestServer {
  /** Address of a database to send CREATE DATABASE to. */
  readonly maintenanceUrl: string;
  stop(): Promise<void>;
}

/** Starts a server in a new folder under the temporary one, unless the environment names one. */
export async function startTestServer(): Promise<TestServer> {
  const existing = process.env[SERVER_VARIABLE] ?? process.env[OWN_SERVER_VARIABLE];
  if (existing !== undefined && existing !== '') {
    return { maintenanceUrl: existing, stop: () => Promise.resolve() };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'colloid-test-postgres-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    // Nothing in it has to outlive the tests.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
      shared_buffers: '64MB',
    },
  });
  return {
    maintenanceUrl: server.databaseUrl,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
