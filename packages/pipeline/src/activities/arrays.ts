/** @file Float arrays in the object store: npy files under their digest. */

import { decodeNpy, encodeNpy } from '@colloid/formats';
import { getContent, type ObjectStore, putContent } from '@colloid/storage';

/** A float32 array of shape `[rows, columns]` by the digest of its npy file. */
export interface ArrayReference {
  readonly [key: string]: string | number;
  readonly digest: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** Stores `values` of shape `[rows, columns]`, row-major; `values` is read, never kept. */
export async function putArray(
  store: ObjectStore,
  values: Float32Array,
  columns: number,
): Promise<ArrayReference> {
  const rows = values.length / columns;
  const content = await putContent(store, encodeNpy(values, [rows, columns]), {
    contentType: 'application/octet-stream',
  });
  return { ...content, rows, columns };
}

/** Reads an array back; its digest is verified. Throws a StorageError when it is missing or altered. */
export async function getArray(
  store: ObjectStore,
  reference: ArrayReference,
): Promise<Float32Array> {
  const { data } = decodeNpy(await getContent(store, reference.digest));
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`array ${reference.digest} holds ${data.constructor.name}, not float32`);
  }
  return data;
}
