/** @file All images of a version, one at a time, in the order of its shards. */

import { readTarFiles } from '@colloid/formats';

import type { ReportProgress } from '../../measurements/report-progress.ts';
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
 * @param report told the share of the images that have been handed out and taken, and at which shard it is
 * @throws StorageError NOT_FOUND, FormatError INVALID_TAR: what the check of the shards tells in its own way
 */
export async function* imagesOf(
  { store, contents, version, signal }: CheckContext,
  report: ReportProgress,
): AsyncGenerator<CheckedImage> {
  const column = 'imageShard';
  const parts = [];
  for (const part of version.parts) {
    const { runId } = part;
    const shares = await contents.sharesOf({ contents: version, runId, column });
    parts.push({ ...part, shares });
  }
  const count = parts.reduce((sum, { shares }) => sum + shares.length, 0);
  let ordinal = 0;
  let images = 0;
  for (const { runId, number, shards, shares } of parts) {
    for (const share of shares) {
      signal.throwIfAborted();
      ordinal += 1;
      const step = `shard ${ordinal} of ${count}`;
      report(images / Math.max(1, version.sampleCount), step);
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
        images += 1;
        report(images / version.sampleCount, step);
      }
    }
  }
}
