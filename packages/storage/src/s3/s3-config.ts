/** @file What is needed to reach a bucket, checked before anything is sent. */
import { StorageError } from '../errors.ts';

/** Where the bucket is, and the keys to it. */
export interface S3Config {
  /** URL of the server without a path: `http://127.0.0.1:9000`, `https://s3.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  /** Asked from the server when left out. */
  readonly region?: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Make the bucket when it is missing. @default false */
  readonly createBucket?: boolean;
}

/** The parts of an endpoint as the S3 client wants them. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/**
 * Check a configuration.
 *
 * @throws StorageError INVALID_CONFIG naming the field
 */
export function parseS3Config(config: S3Config): Endpoint {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(config.bucket) || config.bucket.includes('..'))
    throw invalid(
      `'${config.bucket}' is no bucket name; use 3 to 63 of a-z, 0-9, '-' and '.', with a letter or digit at both ends`,
    );
  if (config.accessKey === '') throw invalid('The S3 access key is empty; set it');
  if (config.secretKey === '') throw invalid('The S3 secret key is empty; set it');
  return parseEndpoint(config.endpoint);
}

function parseEndpoint(endpoint: string): Endpoint {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw invalid(`The S3 endpoint '${endpoint}' is no URL; write it as http://host:9000`);
  if (url.username !== '' || url.password !== '')
    throw invalid('The S3 endpoint has keys in it; give them as access key and secret key');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw invalid(
      `The S3 endpoint '${endpoint}' has a path; give the server only, and the bucket separately`,
    );
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { host, port, secure };
}

function invalid(text: string): StorageError {
  return new StorageError('INVALID_CONFIG', `${text}.`);
}
