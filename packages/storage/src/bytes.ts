/** @file Small helpers over bytes that every provider shares. */
import { StorageError } from './errors.ts';
import type { ByteRange } from './object-store.ts';

/** A body as pieces, looking at the signal before each. */
export async function* pieces(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if (body instanceof Uint8Array) {
    yield body;
    return;
  }
  for await (const piece of body) {
    signal?.throwIfAborted();
    yield piece;
  }
  signal?.throwIfAborted();
}

/** All pieces as one array. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of source) parts.push(piece.slice()); // the producer may use its buffer again
  return concat(parts);
}

/** One array holding the parts one after the other; never a view of a pooled buffer. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.byteLength;
  }
  return joined;
}

/** Refuse offsets and lengths that are no counts of bytes. */
export function checkRangeNumbers(key: string, { offset, length }: ByteRange): void {
  for (const [name, value] of Object.entries({ offset, length })) {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new StorageError(
        'INVALID_RANGE',
        `The ${name} ${value} of a range of '${key}' must be a whole number of bytes, 0 or more.`,
        { key },
      );
  }
}

/** Refuse a range that does not lie wholly inside an object of `sizeBytes`. */
export function checkRangeInside(key: string, range: ByteRange, sizeBytes: number): void {
  checkRangeNumbers(key, range);
  if (range.offset + range.length > sizeBytes) throw outOfRange(key, range, sizeBytes);
}

/** The error for a range that the object does not hold. */
export function outOfRange(key: string, range: ByteRange, sizeBytes?: number): StorageError {
  const size = sizeBytes === undefined ? 'fewer bytes' : `${sizeBytes} bytes`;
  return new StorageError(
    'INVALID_RANGE',
    `Bytes ${range.offset} to ${range.offset + range.length} of '${key}' were asked for, but it has ${size}; the index and the object do not belong together.`,
    { key },
  );
}
