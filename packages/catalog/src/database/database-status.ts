/** @file How a database is, without opening the catalog. */

import { pendingMigrations } from '../migrations/migrate.ts';
import { withConnection } from './connect.ts';

/** What a health check says of a database. */
export interface DatabaseStatus {
  /** Version of the server, such as '18.4'. */
  readonly version: string;
  /** Migrations it lacks, oldest first. */
  readonly pendingMigrations: readonly string[];
}

/** Asks a database for its version and its missing migrations. @throws CatalogError DATABASE_UNREACHABLE, DATABASE_REFUSED, DATABASE_MISSING */
export function databaseStatus({
  databaseUrl,
}: {
  readonly databaseUrl: string;
}): Promise<DatabaseStatus> {
  return withConnection(databaseUrl, async (client) => {
    const { rows } = await client.query<{ version: string }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS version`,
    );
    return {
      version: rows[0]?.version ?? 'unknown',
      pendingMigrations: await pendingMigrations(client),
    };
  });
}
