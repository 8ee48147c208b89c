/** @file What can be wrong with the bytes or the arguments of a format. */

/** What went wrong. */
export type FormatErrorCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_NPY'
  | 'UNSUPPORTED_NPY'
  | 'INVALID_TAR'
  | 'INVALID_ZIP'
  | 'INVALID_HDF5'
  | 'INVALID_IMAGE';

/** Bytes or arguments that a format cannot take; the message says which and what would do. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Whether `error` is a {@link FormatError}, with that code where one is given. */
export function isFormatError(error: unknown, code?: FormatErrorCode): error is FormatError {
  return error instanceof FormatError && (code === undefined || error.code === code);
}
