/** @file What can go wrong with the embedded PostgreSQL. */

/** What went wrong. */
export type EmbeddedPostgresErrorCode =
  | 'NOT_WRITABLE'
  | 'DISK_FULL'
  | 'PORT_TAKEN'
  | 'FOLDER_UNREACHABLE'
  | 'ALREADY_RUNNING'
  | 'VERSION_MISMATCH'
  | 'UNSUPPORTED_PLATFORM'
  | 'START_FAILED';

/** The embedded PostgreSQL cannot run; the message is one sentence with the remedy. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Whether `error` is an {@link EmbeddedPostgresError}, with that code where one is given. */
export function isEmbeddedPostgresError(
  error: unknown,
  code?: EmbeddedPostgresErrorCode,
): error is EmbeddedPostgresError {
  return error instanceof EmbeddedPostgresError && (code === undefined || error.code === code);
}

/** A failure of the file system in `folder` as one sentence. */
export function folderError(folder: string, error: unknown): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? diskFull(folder, error)
    : notWritable(folder, error, code);
}

/** No room left. */
export function diskFull(folder: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'DISK_FULL',
    `There is no space left for the database in '${folder}'; free some, or use another data folder.`,
    cause,
  );
}

/** Whether the output of one of PostgreSQL's programs says that the disk is full. */
export function saysDiskFull(output: string): boolean {
  return /No space left on device|Check free disk space/.test(output);
}

/** The line of such an output that gives the reason: the first one that is grave, or else the last. */
export function reasonLine(output: string): string {
  const lines = output.trim().split('\n');
  const grave = lines.find((line) => /\b(?:FATAL|PANIC|error):/.test(line));
  return (grave ?? lines.at(-1) ?? '').trim() || 'no reason given';
}

/** The folder refuses to be written. */
export function notWritable(
  folder: string,
  cause?: unknown,
  code: string | null = null,
): EmbeddedPostgresError {
  const why = code === null ? '' : ` (${code})`;
  return new EmbeddedPostgresError(
    'NOT_WRITABLE',
    `The data folder '${folder}' cannot be written${why}; give yourself the right to, or use another folder.`,
    cause,
  );
}
