/** @file The embeddings of a run's references, picked out of its shards. */
import type { Catalog } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import type { ObjectStore } from '@colloid/storage';

/** Embeddings of references by the identity's ordinal; a row of zeros where there is none. */
export interface References {
  /** `[identities, width]` */
  readonly rows: Float32Array;
  readonly width: number;
}

/** Shards that are read at once: each is some megabytes. */
const CONCURRENCY = 4;

/** Reads the shards one after the other and keeps only the references' rows, so no more than a few shards are in memory. */
export async function loadReferences(
  services: { readonly catalog: Catalog; readonly store: ObjectStore },
  runId: string,
): Promise<References> {
  const { catalog, store } = services;
  const shards = (await catalog.rows.shardsOfRun(runId)).filter((s) => s.kind === 'EMBEDDINGS');
  const places = await catalog.rows.referencePlaces(runId);
  const identities = places.reduce((most, place) => Math.max(most, place.identityOrdinal + 1), 0);
  const byShard = Map.groupBy(places, (place) => place.latentShard);
  let width = 0;
  let rows = new Float32Array(0);
  const read = async (shard: (typeof shards)[number]): Promise<void> => {
    const { data, shape } = decodeNpy(await store.get(shard.objectKey));
    const columns = shape[1] ?? 0;
    if (width === 0) {
      width = columns;
      rows = new Float32Array(identities * width);
    }
    for (const { identityOrdinal, latentRow } of byShard.get(shard.ordinal) ?? []) {
      const row = data.slice(latentRow * columns, (latentRow + 1) * columns);
      rows.set(Float32Array.from(row, Number), identityOrdinal * columns);
    }
  };
  const waiting = shards.values();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const shard of waiting) await read(shard);
    }),
  );
  return { rows, width };
}
