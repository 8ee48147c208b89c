/** @file Everything the catalog can refuse or fail at, as one typed error. */

/** What went wrong; a caller decides on status and retry by this, never by the message. */
export type CatalogErrorCode =
  /** What was asked for does not exist, or the actor may not know that it does. */
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'INVALID'
  | 'BUDGET_EXCEEDED'
  /** It was there, and has been taken back for a reason that the message gives. */
  | 'GONE'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_REFUSED'
  | 'DATABASE_MISSING'
  | 'MIGRATION_PENDING'
  | 'MIGRATION_FAILED';

/** The codes a user can cause; the others concern the installation. */
export type UserErrorCode =
  'NOT_FOUND' | 'FORBIDDEN' | 'CONFLICT' | 'INVALID' | 'BUDGET_EXCEEDED' | 'GONE';

/** Fields beside the message. */
export interface CatalogErrorDetails {
  /** Path of the input field the error is about, such as `['maxIdentities']`. @default [] */
  readonly path?: readonly string[];
  readonly cause?: unknown;
}

/** The catalog refused or failed; the message is one sentence for a person, with the remedy. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';
  readonly code: CatalogErrorCode;
  readonly path: readonly string[];

  constructor(code: CatalogErrorCode, message: string, details: CatalogErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = details.path ?? [];
  }
}

/** Whether `error` is a {@link CatalogError}, with that code where one is given. */
export function isCatalogError(error: unknown, code?: CatalogErrorCode): error is CatalogError {
  return error instanceof CatalogError && (code === undefined || error.code === code);
}

const USER_ERROR_CODES: ReadonlySet<string> = new Set<UserErrorCode>([
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'INVALID',
  'BUDGET_EXCEEDED',
  'GONE',
]);

/** Whether `error` is one that a user caused and should read (`userErrors` of a payload). */
export function isUserError(
  error: unknown,
): error is CatalogError & { readonly code: UserErrorCode } {
  return error instanceof CatalogError && USER_ERROR_CODES.has(error.code);
}

/** The same answer for what does not exist and for what the actor may not see. */
export function notFound(what: string, path: readonly string[] = []): CatalogError {
  return new CatalogError('NOT_FOUND', `There is no such ${what}, or you may not see it.`, {
    path,
  });
}
