/** @file Object storage: one interface over memory, a folder, and S3-compatible servers. */
export { contentKey, getContent, putContent, sha256 } from './content.ts';
export type { StoredContent } from './content.ts';
export { getContentFile, putContentStream } from './content-stream.ts';
export type { StreamOptions } from './content-stream.ts';
export { contentTypeOf } from './content-type.ts';
export { isStorageError, StorageError } from './errors.ts';
export type { StorageErrorCode, StorageErrorDetails } from './errors.ts';
export { checkKey } from './keys.ts';
export type {
  ByteRange,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  StoredObject,
} from './object-store.ts';
export { openObjectStore } from './open-object-store.ts';
export type { ObjectStoreConfig } from './open-object-store.ts';
export { MAX_PRESIGN_SECONDS } from './presign.ts';
export { forgetRemovals, removeStale, renew } from './renewal.ts';
export type { Renewal } from './renewal.ts';
export type { S3Config } from './s3/s3-config.ts';
