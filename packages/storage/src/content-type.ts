/** @file Media types of the files Colloid writes, by extension. */
import type { ObjectInfo } from './object-store.ts';

const BY_EXTENSION: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  json: 'application/json',
  jsonl: 'application/jsonl',
  npy: 'application/octet-stream',
  onnx: 'application/octet-stream',
  png: 'image/png',
  tar: 'application/x-tar',
  txt: 'text/plain; charset=utf-8',
  webp: 'image/webp',
};

/** The media type that the key's extension stands for, or undefined. */
export function contentTypeOf(key: string): string | undefined {
  return BY_EXTENSION[key.slice(key.lastIndexOf('.') + 1).toLowerCase()];
}

/** An {@link ObjectInfo} that leaves `contentType` out where it is not known. */
export function objectInfo(key: string, sizeBytes: number, contentType?: string): ObjectInfo {
  const type = contentType ?? contentTypeOf(key);
  return type === undefined ? { key, sizeBytes } : { key, sizeBytes, contentType: type };
}
