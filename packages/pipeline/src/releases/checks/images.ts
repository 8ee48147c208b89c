/** @file All images of a version, one at a time, in the order of its shards. */

import { readTarFiles } from '@colloid/formats';

import type { CheckContext } from './check.ts';

/** An image of the version that is checked. */
export interface CheckedImage {
  /** The run's number in its dataset. */
  readonly run: number;
  readonly identity: number;
  readonly sample: number;
  /** The reader's own; to be copied where it is kept. */
  readonly bytes: Uint8Array;
}

/**
 * Reads them from the store.
 *
 * @throws StorageError NOT_FOUND, FormatError INVALID_TAR: what the check of the shards tells in its own way
 */
export async function* imagesOf({
  store,
  contents,
  version,
  signal,
}: CheckContext): AsyncGenerator<CheckedImage> {
  for (const { runId, number, shards } of version.parts) {
    const column = 'imageShard';
    for (const share of await contents.sharesOf({ contents: version, runId, column })) {
      signal.throwIfAborted();
      const shard = shards.find(
        ({ kind, ordinal }) => kind === 'IMAGES' && ordinal === share.ordinal,
      );
      if (shard === undefined) continue;
      const samples = await contents.samplesOf({ contents: version, runId, column, share });
      const at = new Map(samples.map((sample) => [sample.imageOffset, sample]));
      for await (const { offset, bytes } of readTarFiles(await store.stream(shard.objectKey))) {
        signal.throwIfAborted();
        const sample = at.get(offset);
        if (sample === undefined) continue;
        yield { run: number, identity: sample.identityOrdinal, sample: sample.ordinal, bytes };
      }
    }
  }
}
