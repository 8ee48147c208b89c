/** @file What the answers of an S3 server, and of the way to it, mean for a user. */
import { InvalidXMLError, S3Error } from 'minio';

import { StorageError } from '../errors.ts';
import type { StorageErrorCode } from '../errors.ts';

/** Where the store is; every message names it. */
export interface S3Place {
  readonly endpoint: string;
  readonly bucket: string;
}

interface Meaning {
  readonly code: StorageErrorCode;
  readonly text: (place: S3Place) => string;
}

const WRONG_KEY: Meaning = {
  code: 'CREDENTIALS',
  text: ({ endpoint }) =>
    `${endpoint} does not know the access key; check the access key and that the endpoint is the right one`,
};

const BUSY: Meaning = {
  code: 'UNAVAILABLE',
  text: ({ endpoint }) =>
    `${endpoint} is overloaded or failing; try again, and look at the server's log if it lasts`,
};

const FULL: Meaning = {
  code: 'NO_SPACE',
  text: ({ endpoint, bucket }) =>
    `the disks or the quota behind bucket '${bucket}' at ${endpoint} are full; free space there, then run again`,
};

const BY_S3_CODE: Readonly<Record<string, Meaning>> = {
  InvalidAccessKeyId: WRONG_KEY,
  InvalidTokenId: WRONG_KEY,
  SignatureDoesNotMatch: {
    code: 'CREDENTIALS',
    text: ({ endpoint }) =>
      `${endpoint} refused the signature; the secret key does not belong to the access key, or a proxy changes requests`,
  },
  AccessDenied: {
    code: 'FORBIDDEN',
    text: ({ bucket }) =>
      `the access key may not do that in bucket '${bucket}'; grant it GetObject, PutObject, DeleteObject and ListBucket there`,
  },
  NoSuchBucket: {
    code: 'BUCKET_MISSING',
    text: ({ endpoint, bucket }) =>
      `there is no bucket '${bucket}' at ${endpoint}; create it, or correct the bucket's name`,
  },
  RequestTimeTooSkewed: {
    code: 'CREDENTIALS',
    text: ({ endpoint }) =>
      `the clocks of this machine and of ${endpoint} differ too much; set this machine's clock`,
  },
  AuthorizationHeaderMalformed: {
    code: 'INVALID_CONFIG',
    text: ({ bucket }) => `the region is wrong for bucket '${bucket}'; correct it or leave it out`,
  },
  XMinioStorageFull: FULL,
  QuotaExceeded: FULL,
  XMinioAdminBucketQuotaExceeded: FULL,
  EntityTooLarge: {
    code: 'NO_SPACE',
    text: ({ endpoint }) => `${endpoint} accepts no object of that size; use smaller shards`,
  },
  SlowDown: BUSY,
  ServiceUnavailable: BUSY,
  InternalError: BUSY,
};

const UNREACHABLE: Meaning = {
  code: 'UNREACHABLE',
  text: ({ endpoint }) =>
    `${endpoint} does not answer; check the address and the port, and that the server runs`,
};

const CONNECTION_LOST: Meaning = {
  code: 'UNAVAILABLE',
  text: ({ endpoint }) => `the connection to ${endpoint} broke off; try again`,
};

const TLS: Meaning = {
  code: 'UNREACHABLE',
  text: ({ endpoint }) =>
    `no secure connection to ${endpoint}; check http:// against https:// and the server's certificate`,
};

const BY_SYSTEM_CODE: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  ECONNRESET: CONNECTION_LOST,
  EPIPE: CONNECTION_LOST,
  EPROTO: TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: TLS,
  ERR_TLS_CERT_ALTNAME_INVALID: TLS,
  DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
  SELF_SIGNED_CERT_IN_CHAIN: TLS,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
  CERT_HAS_EXPIRED: TLS,
};

/** The S3 code (`NoSuchKey`), or the system's code (`ECONNRESET`), of an error; else null. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Whether the object was not there. A HEAD request's answer has no body, hence `NotFound`. */
export function isAbsent(error: unknown): boolean {
  return error instanceof S3Error && ['NoSuchKey', 'NotFound'].includes(codeOf(error) ?? '');
}

/** Whether trying the same request again can help. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StorageError) return error.code === 'UNAVAILABLE';
  return meaningOf(error)?.code === 'UNAVAILABLE';
}

/**
 * The typed error for a failed request.
 *
 * @param doing What was attempted, as `write 'a/b'`.
 */
export function s3Error(error: unknown, place: S3Place, doing: string, key?: string): unknown {
  if (error instanceof StorageError) return error;
  const meaning = meaningOf(error);
  const details = { cause: error, ...(key === undefined ? {} : { key }) };
  if (meaning !== null)
    return new StorageError(meaning.code, `Cannot ${doing}: ${meaning.text(place)}.`, details);
  if (!(error instanceof S3Error || error instanceof InvalidXMLError)) return error;
  return new StorageError(
    'IO',
    `Cannot ${doing}: ${place.endpoint} answered ${codeOf(error) ?? 'with an error'} (${error.message}); check that it is an S3 server.`,
    details,
  );
}

function meaningOf(error: unknown): Meaning | null {
  const code = codeOf(error);
  if (code !== null) {
    const meaning = BY_S3_CODE[code] ?? BY_SYSTEM_CODE[code];
    if (meaning !== undefined) return meaning;
  }
  // The client (8.0) drops the answer of statuses such as 503 and throws this plain sentence.
  if (error instanceof Error && error.message.includes('Retryable HTTP status')) return BUSY;
  return null;
}
