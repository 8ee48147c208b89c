/** @file An object store in a bucket of an S3-compatible server, through the `minio` client. */
import { Client, S3Error } from 'minio';

import { checkRangeNumbers, outOfRange, pieces } from '../bytes.ts';
import { contentTypeOf, objectInfo } from '../content-type.ts';
import { notFound, StorageError } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import type {
  ByteRange,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  StoredObject,
} from '../object-store.ts';
import { checkExpiry } from '../presign.ts';
import { probeRoundTrip } from '../probe.ts';
import { chunks, PART_BYTES, uploadParts } from './multipart.ts';
import { announcedBytes, readAll, readPieces } from './read-body.ts';
import { withRetry } from './retry.ts';
import { parseS3Config } from './s3-config.ts';
import type { S3Config } from './s3-config.ts';
import { codeOf, isAbsent, s3Error } from './s3-errors.ts';
import { openTransport } from './s3-transport.ts';
import type { S3Transport } from './s3-transport.ts';

/** Media type S3 gives to objects that come without one; kept out of {@link ObjectInfo}. */
const UNKNOWN_TYPE = 'binary/octet-stream';

/**
 * Keeps objects in one bucket.
 *
 * Checksums are sent only where the protocol requires them (the request's SHA-256 over HTTP, its
 * MD5 over HTTPS): S3-compatible servers differ in the optional ones they accept.
 */
export class S3ObjectStore implements ObjectStore {
  readonly kind = 's3';
  readonly #config: S3Config;
  readonly #client: Client;
  readonly #transport: S3Transport;

  private constructor(config: S3Config) {
    const { host, port, secure } = parseS3Config(config);
    this.#config = config;
    this.#transport = openTransport(secure);
    this.#client = new Client({
      endPoint: host,
      port,
      useSSL: secure,
      accessKey: config.accessKey,
      secretKey: config.secretKey,
      pathStyle: true,
      transport: this.#transport.transport,
      transportAgent: this.#transport.agent,
      // The client's own retries write to the console; see `withRetry`.
      retryOptions: { disableRetry: true },
      ...(config.region === undefined ? {} : { region: config.region }),
    });
  }

  /** Connect, and make sure that the bucket is there and may be listed. */
  static async open(config: S3Config): Promise<S3ObjectStore> {
    const store = new S3ObjectStore(config);
    try {
      await store.#ensureBucket();
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectInfo> {
    checkKey(key);
    const type = options.contentType ?? contentTypeOf(key);
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
    const sizeBytes = await this.#attempt(`write '${key}'`, key, () =>
      this.#upload(key, body, headers, options.signal),
    );
    return objectInfo(key, sizeBytes, type);
  }

  async get(key: string): Promise<Uint8Array> {
    checkKey(key);
    return this.#attempt(`read '${key}'`, key, () =>
      withRetry(async () => readAll(await this.#client.getObject(this.#config.bucket, key), key)),
    );
  }

  async getRange(key: string, offset: number, length: number): Promise<Uint8Array> {
    checkKey(key);
    return this.#attempt(`read '${key}'`, key, () =>
      withRetry(async () => {
        const body = await this.#openRange(key, { offset, length });
        return body === null ? new Uint8Array() : readAll(body, key);
      }),
    );
  }

  async stream(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    checkKey(key);
    const body = await this.#attempt(`read '${key}'`, key, () =>
      withRetry(() =>
        range ? this.#openRange(key, range) : this.#client.getObject(this.#config.bucket, key),
      ),
    );
    return this.#guarded(
      key,
      body === null ? pieces(new Uint8Array(), undefined) : readPieces(body, key),
    );
  }

  async stat(key: string): Promise<StoredObject | null> {
    checkKey(key);
    return this.#attempt(`look at '${key}'`, key, async () => {
      try {
        const found = await withRetry(() => this.#client.statObject(this.#config.bucket, key));
        const metadata = found.metaData as Readonly<Record<string, unknown>>;
        const type = metadata['content-type'];
        const isKnown = typeof type === 'string' && type !== UNKNOWN_TYPE;
        const info = objectInfo(key, found.size, isKnown ? type : undefined);
        return { ...info, modifiedAt: found.lastModified };
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    });
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    await this.#attempt(`delete '${key}'`, key, () =>
      withRetry(() => this.#client.removeObject(this.#config.bucket, key)),
    );
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    checkPrefix(prefix);
    for (let token = ''; ;) {
      const page = await this.#attempt(`list '${prefix}'`, undefined, () =>
        withRetry(() =>
          this.#client.listObjectsV2Query(this.#config.bucket, prefix, token, '', 1000, ''),
        ),
      );
      for (const { name, size, lastModified } of page.objects)
        if (name !== undefined) yield { ...objectInfo(name, size), modifiedAt: lastModified };
      if (!page.isTruncated) return;
      token = page.nextContinuationToken;
    }
  }

  async presign(key: string, expiresInSeconds: number): Promise<string> {
    checkKey(key);
    checkExpiry(expiresInSeconds);
    return this.#attempt(`sign a URL of '${key}'`, key, () =>
      this.#client.presignedGetObject(this.#config.bucket, key, expiresInSeconds),
    );
  }

  async probe(): Promise<void> {
    await this.#checkBucket();
    await probeRoundTrip(this, `Bucket '${this.#config.bucket}' at ${this.#config.endpoint}`);
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  /** A listing rather than a HEAD of the bucket: its answer says which of key and secret is wrong. */
  async #checkBucket(): Promise<void> {
    await this.#attempt(`use bucket '${this.#config.bucket}'`, undefined, () =>
      withRetry(() => this.#client.listObjectsV2Query(this.#config.bucket, '', '', '', 1, '')),
    );
  }

  async #ensureBucket(): Promise<void> {
    try {
      await this.#checkBucket();
    } catch (error) {
      const isMissing = error instanceof StorageError && error.code === 'BUCKET_MISSING';
      if (!isMissing || this.#config.createBucket !== true) throw error;
      await this.#attempt(`make bucket '${this.#config.bucket}'`, undefined, () =>
        this.#makeBucket(),
      );
    }
  }

  async #makeBucket(): Promise<void> {
    try {
      await this.#client.makeBucket(this.#config.bucket, this.#config.region ?? '');
    } catch (error) {
      // Another process made it in between.
      if (!(error instanceof S3Error) || codeOf(error) !== 'BucketAlreadyOwnedByYou') throw error;
    }
  }

  /** One request for what fits in one part, parts for what does not. */
  async #upload(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const parts = chunks(pieces(body, signal), PART_BYTES);
    const first = await parts.next();
    if (first.done === true) return this.#putBuffer(key, new Uint8Array(), headers, signal);
    const second = first.value.byteLength === PART_BYTES ? await parts.next() : null;
    if (second === null || second.done === true)
      return this.#putBuffer(key, first.value, headers, signal);
    const all = joined([first.value, second.value], parts);
    const target = { client: this.#client, bucket: this.#config.bucket, key, headers };
    return uploadParts(signal === undefined ? target : { ...target, signal }, all);
  }

  async #putBuffer(
    key: string,
    bytes: Uint8Array,
    headers: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    signal?.throwIfAborted();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    await withRetry(
      // Copied, since the client adds to the headers it is given.
      () => this.#client.putObject(this.#config.bucket, key, buffer, buffer.length, { ...headers }),
      signal,
    );
    return bytes.byteLength;
  }

  /** The body of a range, or null for a range of no bytes, which HTTP cannot express. */
  async #openRange(key: string, range: ByteRange) {
    checkRangeNumbers(key, range);
    if (range.length === 0) {
      const info = await this.stat(key);
      if (info === null) throw notFound(key);
      if (range.offset > info.sizeBytes) throw outOfRange(key, range, info.sizeBytes);
      return null;
    }
    const { bucket } = this.#config;
    try {
      const body = await this.#client.getPartialObject(bucket, key, range.offset, range.length);
      const announced = announcedBytes(body);
      // The server cuts a range that reaches over the end; that is an error here.
      if (announced === null || announced === range.length) return body;
      body.destroy();
      throw outOfRange(key, range, range.offset + announced);
    } catch (error) {
      if (error instanceof S3Error && codeOf(error) === 'InvalidRange')
        throw outOfRange(key, range);
      throw error;
    }
  }

  async *#guarded(key: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      throw s3Error(error, this.#config, `read '${key}'`, key);
    }
  }

  async #attempt<T>(doing: string, key: string | undefined, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (key !== undefined && isAbsent(error)) throw notFound(key, error);
      throw s3Error(error, this.#config, doing, key);
    }
  }
}

async function* joined(
  first: readonly Uint8Array[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* first;
  yield* rest;
}
