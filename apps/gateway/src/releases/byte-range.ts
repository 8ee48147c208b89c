/** @file Which bytes a request asks for (RFC 9110, 13.1.5 and 14): a single range, the whole, or nothing that there is. */
import type { IncomingHttpHeaders } from 'node:http';

import type { ByteRange } from '@colloid/storage';

/** What is to be sent. */
export type WantedBytes =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  /** The client has these bytes already. */
  | { readonly kind: 'unchanged' }
  /** The range begins behind the end. */
  | { readonly kind: 'unsatisfiable' };

/** Larger numbers are none of ours, and would lose digits. */
const MOST_DIGITS = 15;

/**
 * Reads the headers of a GET or HEAD.
 *
 * @param file.etag strong, with its quotation marks
 */
export function wantedBytes(
  headers: IncomingHttpHeaders,
  file: { readonly etag: string; readonly sizeBytes: number },
): WantedBytes {
  if (isListed(headers['if-none-match'], file.etag)) return { kind: 'unchanged' };
  const range = headers.range;
  if (range === undefined) return { kind: 'whole' };
  // A resumed download of something else begins anew; dates are not compared, since there are none.
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== file.etag) return { kind: 'whole' };
  return parseRange(range, file.sizeBytes);
}

/** Several ranges at once, other units and what cannot be read are answered with the whole, as the standard allows. */
function parseRange(text: string, sizeBytes: number): WantedBytes {
  const digits = `\\d{1,${MOST_DIGITS}}`;
  const match = new RegExp(`^bytes=(?:(${digits})-(${digits})?|-(${digits}))$`).exec(text.trim());
  if (match === null) return { kind: 'whole' };
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), sizeBytes);
    if (length === 0) return { kind: 'unsatisfiable' };
    return { kind: 'part', range: { offset: sizeBytes - length, length } };
  }
  const offset = Number(first);
  if (last !== undefined && Number(last) < offset) return { kind: 'whole' };
  if (offset >= sizeBytes) return { kind: 'unsatisfiable' };
  const end = Math.min(sizeBytes, last === undefined ? sizeBytes : Number(last) + 1);
  return { kind: 'part', range: { offset, length: end - offset } };
}

function isListed(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((item) => ['*', etag, `W/${etag}`].includes(item.trim()));
}
