/** @file One connection to PostgreSQL, with errors people can act on. */

import { Client } from 'pg';
import { connectionError, describeDatabase } from './connection-error.ts';

/** How long to wait for a connection. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a connection; the caller ends it. @throws CatalogError DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_MISSING */
export async function connect(databaseUrl: string): Promise<Client> {
  describeDatabase(databaseUrl);
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'colloid',
    // A listener would not notice for hours that the other machine is gone.
    keepAlive: true,
  });
  try {
    await client.connect();
  } catch (error) {
    // After a failed attempt there is nothing to close but the socket, and that may be closed already.
    await client.end().catch(() => undefined);
    throw connectionError(databaseUrl, error);
  }
  return client;
}

/** Opens a connection for the time of `body`. */
export async function withConnection<T>(
  databaseUrl: string,
  body: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(databaseUrl);
  // That it broke is told by the statement that was under way, or by the next one; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    return await body(client);
  } finally {
    await client.end();
  }
}
