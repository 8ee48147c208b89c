/** @file Says in one sentence why PostgreSQL could not be reached. Never repeats a password. */

import { CatalogError } from '../errors.ts';

/** Where a database is, without the secret. */
export interface DatabaseTarget {
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly user: string;
}

/** Reads an address. @throws CatalogError DATABASE_REFUSED where it is none of PostgreSQL's. */
export function describeDatabase(databaseUrl: string): DatabaseTarget {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new CatalogError(
      'DATABASE_REFUSED',
      'The database address is not one of PostgreSQL; write it as postgresql://user:password@host:port/database (characters such as @ or / in the password percent-encoded).',
    );
  }
  return {
    host: url.hostname === '' ? 'localhost' : url.hostname,
    port: url.port === '' ? '5432' : url.port,
    database: decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username),
    user: decodeURIComponent(url.username),
  };
}

/** The same failure as a CatalogError with the remedy. */
export function connectionError(databaseUrl: string, error: unknown): CatalogError {
  if (error instanceof CatalogError) return error;
  const { host, port, database, user } = describeDatabase(databaseUrl);
  const where = `${host}:${port}`;
  switch (errorCode(error)) {
    case '28P01':
    case '28000':
      return new CatalogError(
        'DATABASE_REFUSED',
        `PostgreSQL at ${where} refused the user '${user}': the password is wrong or the user may not connect; correct DATABASE_URL.`,
        { cause: error },
      );
    case '3D000':
      return new CatalogError(
        'DATABASE_MISSING',
        `PostgreSQL at ${where} has no database '${database}'; create it (createdb ${database}) or correct DATABASE_URL.`,
        { cause: error },
      );
    case '53300':
      return new CatalogError(
        'DATABASE_UNREACHABLE',
        `PostgreSQL at ${where} has no connection left; raise its max_connections or stop some clients.`,
        { cause: error },
      );
    case '57P03':
      return new CatalogError(
        'DATABASE_UNREACHABLE',
        `PostgreSQL at ${where} is still starting; try again in a moment.`,
        { cause: error },
      );
    default:
      return new CatalogError(
        'DATABASE_UNREACHABLE',
        `PostgreSQL at ${where} cannot be reached (${reason(error)}); check that it runs and that DATABASE_URL names its host and port.`,
        { cause: error },
      );
  }
}

function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up at the moment',
  ETIMEDOUT: 'no answer in time',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to the host',
};

function reason(error: unknown): string {
  const code = errorCode(error);
  if (code !== null) return REASONS[code] ?? code;
  return error instanceof Error && /timeout/i.test(error.message)
    ? 'no answer in time'
    : 'the connection failed';
}
