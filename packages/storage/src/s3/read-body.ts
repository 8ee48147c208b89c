/** @file Reading the body of an S3 answer to its end, and noticing when it ends early. */
import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import { StorageError } from '../errors.ts';
import { SILENCE_TIMEOUT_MS, timeoutError } from './s3-transport.ts';

/** Bytes the server announced, or null when it did not say. */
export function announcedBytes(body: Readable): number | null {
  const header = body instanceof IncomingMessage ? body.headers['content-length'] : undefined;
  return header === undefined ? null : Number(header);
}

/** The body in pieces; fails when the connection ends before all announced bytes came. */
export async function* readPieces(body: Readable, key: string): AsyncGenerator<Uint8Array> {
  const expected = announcedBytes(body);
  let received = 0;
  for await (const piece of body as AsyncIterable<Uint8Array>) {
    received += piece.byteLength;
    yield piece;
  }
  if (expected !== null && received !== expected)
    throw new StorageError(
      'UNAVAILABLE',
      `Only ${received} of ${expected} bytes of '${key}' arrived; the connection broke off, try again.`,
      { key },
    );
}

/** The whole body as one array; gives up when the server falls silent. */
export async function readAll(body: Readable, key: string): Promise<Uint8Array> {
  const watch = setTimeout(
    () => body.destroy(timeoutError('The S3 server was silent', SILENCE_TIMEOUT_MS)),
    SILENCE_TIMEOUT_MS,
  );
  try {
    const parts: Uint8Array[] = [];
    for await (const piece of readPieces(body, key)) {
      parts.push(piece);
      watch.refresh();
    }
    return Buffer.concat(parts);
  } finally {
    clearTimeout(watch);
  }
}
