/** @file Vitest's globalSetup: one server for all test files of a run. `globalSetup: ['@colloid/catalog/testing/global-setup']` */

import { ensureTemplate } from './database.ts';
import { SERVER_VARIABLE, startTestServer } from './server.ts';

/** Starts the server and tells the test files of it; returns what stops it after the last one. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await startTestServer();
  await ensureTemplate(server);
  process.env[SERVER_VARIABLE] = server.maintenanceUrl;
  return async () => {
    delete process.env[SERVER_VARIABLE];
    await server.stop();
  };
}
