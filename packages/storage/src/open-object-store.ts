/** @file From a configuration to the store it describes. */
import { FilesystemObjectStore } from './filesystem/filesystem-object-store.ts';
import { MemoryObjectStore } from './memory/memory-object-store.ts';
import type { ObjectStore } from './object-store.ts';
import { S3ObjectStore } from './s3/s3-object-store.ts';
import type { S3Config } from './s3/s3-config.ts';

/** Which store, and where. */
export type ObjectStoreConfig =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'filesystem';
      /** Folder of the store; made where it is missing. */
      readonly root: string;
    }
  | ({ readonly kind: 's3' } & S3Config);

/**
 * Open a store, and fail early when it cannot be used.
 *
 * @throws StorageError
 * @example
 * const store = await openObjectStore({ kind: 'filesystem', root: 'data/objects' });
 * const { digest } = await putContent(store, bytes);
 */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  switch (config.kind) {
    case 'memory':
      return new MemoryObjectStore();
    case 'filesystem':
      return FilesystemObjectStore.open(config.root);
    case 's3':
      return S3ObjectStore.open(config);
  }
}
