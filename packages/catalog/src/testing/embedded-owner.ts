/** @file A process that owns an embedded server until it is killed; a test runs it. Usage: node embedded-owner.ts DATA_FOLDER */

import { startEmbeddedPostgres } from '../embedded/index.ts';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '' });
process.stdout.write(`${server.databaseUrl}\n`);
// The server alone does not keep a process alive.
setInterval(() => undefined, 60_000);
