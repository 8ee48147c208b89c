/** @file The commit of an import: rows for every identity, sample and shard, then the version that holds them. */

import type { Catalog, NewSample, NewShard } from '@colloid/catalog';
import type { ObjectStore } from '@colloid/storage';

import { getArray } from '../activities/arrays.ts';
import { identityRows } from '../commit.ts';
import type { ImportMeasures } from './measure-import.ts';
import type { ImportLayout } from './plan-import.ts';
import type { RepackedShard } from './repack.ts';

/** Writes everything and ends the run with a version. Repeating it changes nothing. */
export async function commitImport(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runId: string;
  readonly layout: ImportLayout;
  readonly shards: readonly RepackedShard[];
  /** Null where nothing was embedded. */
  readonly measures: ImportMeasures | null;
}): Promise<{ readonly version: number }> {
  const { catalog, store, runId, layout, shards, measures } = options;
  const { rows } = catalog;
  await rows.insertShards({ runId, shards: shards.flatMap(shardRows) });
  await rows.insertIdentities({
    runId,
    identities:
      measures === null
        ? layout.identities.map((_, ordinal) => ({
            ordinal,
            nearestOrdinal: null,
            nearestDistance: null,
            intraDistance: null,
          }))
        : identityRows(await getArray(store, measures.identities)),
  });
  const theta = measures === null ? null : await getArray(store, measures.theta);
  let before = 0;
  for (const shard of shards) {
    const own = theta?.subarray(before, before + shard.places.length) ?? null;
    await rows.insertSamples({ runId, samples: sampleRows(layout, shard, own) });
    before += shard.places.length;
  }
  const metrics = measures?.metrics ?? {};
  const version = await catalog.versions.commitVersion({ runId, metrics: { ...metrics } });
  return { version: version.number };
}

function shardRows({ ordinal, images, embeddings, places }: RepackedShard): readonly NewShard[] {
  const row = (kind: NewShard['kind'], content: RepackedShard['images']): NewShard => ({
    kind,
    ordinal,
    digest: content.digest,
    objectKey: content.key,
    sizeBytes: BigInt(content.sizeBytes),
    count: places.length,
  });
  return [row('IMAGES', images), ...(embeddings === null ? [] : [row('EMBEDDINGS', embeddings)])];
}

function sampleRows(
  layout: ImportLayout,
  shard: RepackedShard,
  theta: Float32Array | null,
): readonly NewSample[] {
  const planned = layout.shards[shard.ordinal] ?? [];
  return planned.map(({ identityOrdinal, ordinal }, row) => {
    const [offset, length] = shard.places[row] ?? [0, 0];
    return {
      identityOrdinal,
      ordinal,
      kind: ordinal === 0 ? 'REFERENCE' : 'VARIATION',
      imageShard: shard.ordinal,
      imageOffset: BigInt(offset),
      imageLength: length,
      latentShard: shard.ordinal,
      latentRow: row,
      distanceToReference: theta?.[row] ?? null,
      covariates: null,
      quality: null,
    };
  });
}
