/** @file Bytes of a published file as HTTP wants them: whole, a range, or nothing new. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { streamSections } from '@colloid/pipeline/client';
import type { ByteRange, ObjectStore } from '@colloid/storage';
import type { Request, Response } from 'express';

import { wantedBytes } from './byte-range.ts';
import type { PublishedFile } from './published-files.ts';

/** May be kept, and is asked for again each time: the release may have been retracted. */
const CACHE_CONTROL = 'private, no-cache';

const LEAST_WRITE_BYTES = 64 * 1024;

/** Sends a file, or what is asked of it. `onSend` is awaited before the first byte. @throws where nothing was sent yet, or in the middle */
export async function sendFile(options: {
  readonly request: Request;
  readonly response: Response;
  readonly file: PublishedFile;
  readonly store: ObjectStore;
  readonly onSend: () => Promise<void>;
}): Promise<void> {
  const { request, response, file, store, onSend } = options;
  const { name, sizeBytes, contentType } = file;
  const etag = `"${file.sha256}"`;
  const wanted = wantedBytes(request.headers, { etag, sizeBytes });
  describe(response, { name, contentType, etag });
  response.set('Accept-Ranges', 'bytes');
  if (wanted.kind === 'unchanged') {
    response.status(304).end();
    return;
  }
  if (wanted.kind === 'unsatisfiable') {
    response
      .status(416)
      .set('Content-Range', `bytes */${sizeBytes}`)
      .json({
        code: 'INVALID',
        message: `The file has ${sizeBytes} bytes, and the range begins behind them; ask for the rest of what you lack.`,
      });
    return;
  }
  const range = wanted.kind === 'whole' ? { offset: 0, length: sizeBytes } : wanted.range;
  if (wanted.kind === 'part') {
    const last = range.offset + range.length - 1;
    response.status(206).set('Content-Range', `bytes ${range.offset}-${last}/${sizeBytes}`);
  }
  response.set('Content-Length', String(range.length));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const source = coalesced(bytesOf(file, { store, range, response }));
  const pieces = await begun(source);
  try {
    await onSend();
    await pipeline(Readable.from(pieces, { objectMode: false }), response);
  } finally {
    // Also where nothing was sent, since somebody may be refused or go away before the first byte.
    await source.return(undefined);
  }
}

/** Sends a text that is at hand. */
export function sendText(options: {
  readonly request: Request;
  readonly response: Response;
  readonly name: string;
  readonly contentType: string;
  readonly text: string;
}): void {
  const { request, response, name, contentType, text } = options;
  const bytes = Buffer.from(text);
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  describe(response, { name, contentType, etag });
  if (wantedBytes(request.headers, { etag, sizeBytes: bytes.length }).kind === 'unchanged') {
    response.status(304).end();
    return;
  }
  response.set('Content-Length', String(bytes.length));
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}

function describe(
  response: Response,
  file: { readonly name: string; readonly contentType: string; readonly etag: string },
): void {
  response.set({
    ETag: file.etag,
    'Cache-Control': CACHE_CONTROL,
    'Content-Type': file.contentType,
    // Names of a manifest are letters, digits, dots, dashes and underscores.
    'Content-Disposition': `attachment; filename="${file.name}"`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
}

function bytesOf(
  file: PublishedFile,
  options: { readonly store: ObjectStore; readonly range: ByteRange; readonly response: Response },
): AsyncGenerator<Uint8Array> {
  const { store, range, response } = options;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return streamSections(store, file.sections, { range, signal: gone.signal });
}

/** The same bytes in pieces that are worth a write: between small images lie headers of a few bytes. */
async function* coalesced(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    sizeBytes += piece.byteLength;
    if (sizeBytes < LEAST_WRITE_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    sizeBytes = 0;
  }
  if (sizeBytes > 0) yield Buffer.concat(waiting);
}

/**
 * The same pieces once the first is there: what is missing in the store is told before anything is sent. No generator, since one that is
 * never asked for a piece does not hear that it is over, and what it reads from would stay open.
 */
async function begun(
  pieces: AsyncGenerator<Uint8Array>,
): Promise<AsyncIterableIterator<Uint8Array>> {
  let first: IteratorResult<Uint8Array> | null = await pieces.next();
  const rest: AsyncIterableIterator<Uint8Array> = {
    next() {
      const result = first;
      first = null;
      return result === null ? pieces.next() : Promise.resolve(result);
    },
    return: () => pieces.return(undefined),
    [Symbol.asyncIterator]: () => rest,
  };
  return rest;
}
