/** @file What the operating system's error codes mean for a user of the file-system store. */
import { StorageError } from '../errors.ts';
import type { StorageErrorCode } from '../errors.ts';

interface Meaning {
  readonly code: StorageErrorCode;
  /** One sentence after the colon: what is wrong and what to do. */
  readonly text: string;
}

const NOT_WRITABLE: Meaning = {
  code: 'NOT_WRITABLE',
  text: 'this user may not do that; give the folder to the user that runs Colloid, or choose another data folder',
};

const NO_SPACE: Meaning = {
  code: 'NO_SPACE',
  text: 'the disk or the quota is full; free space or choose a data folder on another disk, then run again',
};

const NAME_TAKEN: Meaning = {
  code: 'INVALID_KEY',
  text: 'a folder stands where a file is needed or the other way round; choose another key or data folder',
};

const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  ENOSPC: NO_SPACE,
  EDQUOT: NO_SPACE,
  EROFS: {
    code: 'READ_ONLY',
    text: 'the file system is mounted read-only; mount it writable or choose another data folder',
  },
  EISDIR: NAME_TAKEN,
  ENOTDIR: NAME_TAKEN,
  EEXIST: NAME_TAKEN,
  ENOTEMPTY: NAME_TAKEN,
  ENAMETOOLONG: {
    code: 'INVALID_KEY',
    text: 'the path is longer than the file system allows; use a shorter data folder or key',
  },
  EMFILE: {
    code: 'UNAVAILABLE',
    text: 'too many files are open; raise the limit with `ulimit -n` or run fewer workers',
  },
  EIO: { code: 'IO', text: 'the disk reported a read or write error; check the disk' },
};

/** The operating system's code (`ENOENT`, …) of an error, or null. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * The typed error for a failed operation.
 *
 * @param doing What was attempted, as `write '/data/objects/a'`.
 */
export function filesystemError(error: unknown, doing: string, key?: string): unknown {
  const errno = errnoOf(error);
  // Not the file system's: the caller's own body threw, the signal fired, or it is typed already.
  if (errno === null || error instanceof StorageError || !/^E[A-Z0-9]+$/.test(errno)) return error;
  const { code, text } = MEANINGS[errno] ?? {
    code: 'IO' as const,
    text: 'the operating system refused; see the cause',
  };
  return new StorageError(code, `Cannot ${doing} (${errno}): ${text}.`, {
    cause: error,
    ...(key === undefined ? {} : { key }),
  });
}
