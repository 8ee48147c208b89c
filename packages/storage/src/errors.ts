/** @file Everything that can go wrong in an object store, as one typed error. */

/** What went wrong; a caller decides on status and retry by this, never by the message. */
export type StorageErrorCode =
  | 'INVALID_CONFIG'
  | 'INVALID_KEY'
  | 'INVALID_RANGE'
  | 'NOT_FOUND'
  | 'CORRUPT'
  | 'TOO_LARGE'
  | 'NOT_WRITABLE'
  | 'READ_ONLY'
  | 'NO_SPACE'
  | 'CREDENTIALS'
  | 'FORBIDDEN'
  | 'BUCKET_MISSING'
  | 'UNREACHABLE'
  | 'UNAVAILABLE'
  | 'IO';

/** Fields beside the message. */
export interface StorageErrorDetails {
  /** Object key the operation was about. */
  readonly key?: string;
  /** Error of the operating system or of the S3 client, unchanged. */
  readonly cause?: unknown;
}

/** An operation of an object store failed; the message says what is wrong and what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  readonly key: string | null;

  constructor(code: StorageErrorCode, message: string, details: StorageErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.key = details.key ?? null;
  }
}

/** Whether `error` is a {@link StorageError}, with that code where one is given. */
export function isStorageError(error: unknown, code?: StorageErrorCode): error is StorageError {
  return error instanceof StorageError && (code === undefined || error.code === code);
}

/** The error for a key that holds no object. */
export function notFound(key: string, cause?: unknown): StorageError {
  return new StorageError(
    'NOT_FOUND',
    `There is no object at '${key}'; it was never written, or it was deleted.`,
    { key, cause },
  );
}
