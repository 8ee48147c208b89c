/** @file The commit stage: rows for every identity, sample and shard, then the dataset version that holds them. */

import type { Catalog, NewSample, NewShard } from '@colloid/catalog';
import type { ObjectStore } from '@colloid/storage';

import { type ArrayReference, getArray } from './activities/arrays.ts';
import type { RenderedShard } from './activities/render.ts';
import { covariatesOfShard, type SampleCovariates } from './activities/sample-covariates.ts';
import type { RunOutput } from './run-stages.ts';

/** Writes everything a run made and ends it with a version. Repeating it changes nothing. */
export async function commit(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly runId: string;
  readonly output: RunOutput;
}): Promise<{ readonly version: number }> {
  const { catalog, store, runId, output } = options;
  const { rows } = catalog;
  await rows.insertShards({ runId, shards: output.shards.flatMap(shardRows) });
  await rows.insertIdentities({
    runId,
    identities: identityRows(await getArray(store, output.measure.identities)),
  });
  for (const shard of output.shards) {
    const covariates = await covariatesOfShard(store, shard, output.variations);
    await rows.insertSamples({
      runId,
      samples: sampleRows(shard, await getArray(store, shard.theta), covariates),
    });
  }
  const { before, after } = output.references;
  const { metrics } = output.measure;
  const version = await catalog.versions.commitVersion({
    runId,
    metrics,
    summary: { before, after, intraBelowInter: metrics.intraBelowInter },
  });
  return { version: version.number };
}

function shardRows(shard: RenderedShard): readonly NewShard[] {
  const { ordinal, samples: count, images, latents, embeddings } = shard;
  const array = (kind: 'LATENTS' | 'EMBEDDINGS', reference: ArrayReference): NewShard => ({
    kind,
    ordinal,
    digest: reference.digest,
    objectKey: reference.key,
    sizeBytes: BigInt(reference.sizeBytes),
    count,
  });
  return [
    {
      kind: 'IMAGES',
      ordinal,
      digest: images.digest,
      objectKey: images.key,
      sizeBytes: BigInt(images.sizeBytes),
      count,
    },
    array('LATENTS', latents),
    array('EMBEDDINGS', embeddings),
  ];
}

/** @param table `[N, 3]`: nearest ordinal, θ to it, largest θ within; -1 and NaN where there is none. */
export function identityRows(
  table: Float32Array,
): Parameters<Catalog['rows']['insertIdentities']>[0]['identities'] {
  return Array.from({ length: table.length / 3 }, (_, ordinal) => {
    const nearest = table[ordinal * 3] ?? -1;
    return {
      ordinal,
      nearestOrdinal: nearest < 0 ? null : nearest,
      nearestDistance: nearest < 0 ? null : finiteOrNull(table[ordinal * 3 + 1]),
      intraDistance: finiteOrNull(table[ordinal * 3 + 2]),
    };
  });
}

function sampleRows(
  shard: RenderedShard,
  theta: Float32Array,
  covariates: ReadonlyMap<string, SampleCovariates>,
): readonly NewSample[] {
  const perIdentity = shard.samples / shard.identities;
  return shard.places.map(([offset, length], row) => {
    const ordinal = row % perIdentity;
    const identityOrdinal = shard.firstIdentity + Math.floor(row / perIdentity);
    return {
      identityOrdinal,
      ordinal,
      kind: ordinal === 0 ? 'REFERENCE' : 'VARIATION',
      imageShard: shard.ordinal,
      imageOffset: BigInt(offset),
      imageLength: length,
      latentShard: shard.ordinal,
      latentRow: row,
      distanceToReference: theta[row] ?? 0,
      covariates: covariates.get(`${identityOrdinal}/${ordinal}`) ?? null,
      quality: null,
    };
  });
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
