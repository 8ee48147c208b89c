/** @file Which keys are allowed: those that mean the same on a file system and on S3. */
import { StorageError } from './errors.ts';

const MAX_KEY_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

/** First segment under which the file-system store keeps unfinished writes. */
export const RESERVED_SEGMENT = '.tmp';

/**
 * Return `key` when it is a valid object key.
 *
 * A key is a relative path with `/` between its segments: at most 1024 bytes of UTF-8, no empty
 * segment, no `.` or `..`, no segment over 255 bytes (the limit of file systems and of MinIO), no
 * backslash, no control character, no bare number, and not under `.tmp`.
 *
 * @throws StorageError INVALID_KEY
 */
export function checkKey(key: string): string {
  if (key === '') throw invalid(key, 'it is empty');
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw invalid(key, `it is longer than ${MAX_KEY_BYTES} bytes`);
  // The S3 client (8.0) parses listed keys as numbers where it can, and lists `007` as `7`.
  if (!Number.isNaN(Number(key))) throw invalid(key, 'it is a bare number');
  checkCharacters(key);
  const segments = key.split('/');
  if (segments[0] === RESERVED_SEGMENT)
    throw invalid(key, `'${RESERVED_SEGMENT}' is reserved for unfinished writes`);
  for (const segment of segments) checkSegment(key, segment);
  return key;
}

/**
 * Return `prefix` when keys can begin with it: like a key, but it may be empty and may end in the
 * middle of a segment or at a `/`.
 *
 * @throws StorageError INVALID_KEY
 */
export function checkPrefix(prefix: string): string {
  checkCharacters(prefix);
  const segments = prefix.split('/');
  for (const segment of segments.slice(0, -1)) checkSegment(prefix, segment);
  if (segments.at(-1) === '..') throw invalid(prefix, "it has the segment '..'");
  return prefix;
}

function checkSegment(key: string, segment: string): void {
  if (segment === '') throw invalid(key, "it begins or ends with '/', or has '//' in it");
  if (segment === '.' || segment === '..') throw invalid(key, `it has the segment '${segment}'`);
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
    throw invalid(key, `the segment '${segment.slice(0, 40)}…' exceeds ${MAX_SEGMENT_BYTES} bytes`);
}

function checkCharacters(key: string): void {
  if (key.includes('\\')) throw invalid(key, "it has a backslash; use '/'");
  if (/\p{Cc}/u.test(key)) throw invalid(key, 'it has a control character');
  if (!key.isWellFormed()) throw invalid(key, 'it is not well-formed Unicode');
}

function invalid(key: string, reason: string): StorageError {
  const shown = key.length > 80 ? `${key.slice(0, 80)}…` : key;
  return new StorageError(
    'INVALID_KEY',
    `${JSON.stringify(shown)} is not an object key: ${reason}. Use a relative path such as 'runs/7/0001.tar'.`,
    { key },
  );
}
