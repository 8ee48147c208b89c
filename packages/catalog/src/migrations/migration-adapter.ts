/** @file The schema engine's way to PostgreSQL: the `pg` adapter, and what it lacks for reading system tables (7.10). */

import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
  type SqlResultSet,
} from '@prisma/driver-adapter-utils';
import { Pool, type QueryArrayResult, type QueryConfig } from 'pg';

/** PostgreSQL's type "char", one byte, which only system tables use; the adapter does not know it. */
const CHAR = 18;
/** The type of an array of them, which the adapter knows; no query of the engine returns one. */
const CHAR_ARRAY = 1002;

/** Makes an adapter, and what closes its connections, which the engine would leave open. */
export function createMigrationAdapter(databaseUrl: string): {
  readonly factory: SqlMigrationAwareDriverAdapterFactory;
  readonly close: () => Promise<void>;
} {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    application_name: 'colloid-migrate',
  });
  const runScript = pool.query.bind(pool);
  disguiseChars(pool);
  const inner = new PrismaPg(pool);
  const connect = async (): Promise<SqlDriverAdapter> => {
    const adapter = await inner.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => revealChars(await queryRaw(query));
    // The adapter cuts scripts at every semicolon, also inside the body of a function; the server knows better, and does all or nothing.
    adapter.executeScript = async (script) => {
      await runScript(script);
    };
    return adapter;
  };
  return {
    factory: {
      provider: inner.provider,
      adapterName: inner.adapterName,
      connect,
      // Where the engine wants a scratch database to try migrations on, the caller has given it one.
      connectToShadowDb: connect,
    },
    close: () => pool.end(),
  };
}

/** Gives columns of "char" a type the adapter lets through. */
function disguiseChars(pool: Pool): void {
  const query = pool.query.bind(pool) as (config: QueryConfig) => Promise<QueryArrayResult>;
  const disguised = async (config: QueryConfig): Promise<QueryArrayResult> => {
    const result = await query(config);
    for (const field of result.fields) {
      if (field.dataTypeID === CHAR) field.dataTypeID = CHAR_ARRAY;
    }
    return result;
  };
  Object.assign(pool, { query: disguised });
}

/** Gives those columns the type the engine expects. The byte 0, "none", comes as an empty text, which is no character. */
function revealChars(result: SqlResultSet): SqlResultSet {
  const isChar = result.columnTypes.map((type) => type === ColumnTypeEnum.CharacterArray);
  return {
    ...result,
    columnTypes: result.columnTypes.map((type, index) =>
      isChar[index] === true ? ColumnTypeEnum.Character : type,
    ),
    rows: result.rows.map((row) =>
      row.map((value, index) => (value === '' && isChar[index] === true ? '\0' : value)),
    ),
  };
}
