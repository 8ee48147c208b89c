/** @file Embeddings of a version: of its references all at once, of its samples shard by shard. */

import type { ContentPart } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import { getContent, type ObjectStore } from '@colloid/storage';

import type { CheckContext } from './check.ts';

/** Rows of one recogniser: those of different ones cannot be compared. */
export interface ReferenceSet {
  /** Name and version. */
  readonly recogniser: string;
  readonly recogniserVersionId: string;
  readonly embeddingDim: number;
  /** `[N, E]`, unit rows. */
  readonly rows: Float32Array;
  /** Run and identity of each row. */
  readonly owners: readonly { readonly run: number; readonly identity: number }[];
}

/** Samples of one shard of embeddings. */
export interface SampleRows {
  readonly run: number;
  readonly owners: readonly { readonly identity: number; readonly sample: number }[];
  /** `[owners, E]`, unit rows. */
  readonly rows: Float32Array;
  readonly embeddingDim: number;
}

/** Runs of the version that have no embeddings, such as imported images. */
export function runsWithoutEmbeddings({
  version,
}: Pick<CheckContext, 'version'>): readonly number[] {
  return version.parts
    .filter(({ shards }) => !shards.some(({ kind }) => kind === 'EMBEDDINGS'))
    .map(({ number }) => number);
}

/** References of all identities of the version, by recogniser. Memory holds all of them, and one shard. */
export async function referenceSets(context: CheckContext): Promise<readonly ReferenceSet[]> {
  const { contents, version, store } = context;
  const sets: ReferenceSet[] = [];
  const groups = Map.groupBy(version.parts, ({ recipe }) => recipe.recogniser.id);
  for (const parts of groups.values()) {
    const chunks: Float32Array[] = [];
    const owners: { run: number; identity: number }[] = [];
    let embeddingDim = 0;
    for (const part of parts) {
      const { runId, number: run } = part;
      const places = await contents.referencesOf({ contents: version, runId });
      for (const [ordinal, ofShard] of Map.groupBy(places, (place) => place.latentShard)) {
        context.signal.throwIfAborted();
        const shard = await readEmbeddings(store, part, ordinal);
        if (shard === null) continue;
        embeddingDim = shard.embeddingDim;
        chunks.push(
          pick(
            shard,
            ofShard.map(({ latentRow }) => latentRow),
          ),
        );
        owners.push(...ofShard.map(({ identityOrdinal: identity }) => ({ run, identity })));
      }
    }
    const [first] = parts;
    if (first === undefined || owners.length === 0) continue;
    const { id, name, version: number } = first.recipe.recogniser;
    sets.push({
      recogniser: `${name}@${number}`,
      recogniserVersionId: id,
      embeddingDim,
      rows: join(chunks),
      owners,
    });
  }
  return sets;
}

/** Embeddings of all samples of the version whose runs used that recogniser. Memory holds one shard. */
export async function* sampleRows(
  context: CheckContext,
  recogniserVersionId: string,
): AsyncGenerator<SampleRows> {
  const { contents, version, store } = context;
  for (const part of version.parts) {
    if (part.recipe.recogniser.id !== recogniserVersionId) continue;
    const { runId, number: run } = part;
    const column = 'latentShard';
    for (const share of await contents.sharesOf({ contents: version, runId, column })) {
      context.signal.throwIfAborted();
      const shard = await readEmbeddings(store, part, share.ordinal);
      if (shard === null) continue;
      const samples = await contents.samplesOf({ contents: version, runId, column, share });
      yield {
        run,
        owners: samples.map(({ identityOrdinal: identity, ordinal: sample }) => ({
          identity,
          sample,
        })),
        rows: pick(
          shard,
          samples.map(({ latentRow }) => latentRow),
        ),
        embeddingDim: shard.embeddingDim,
      };
    }
  }
}

interface Embeddings {
  readonly rows: Float32Array;
  readonly embeddingDim: number;
}

/** Null where the run has no such shard. @throws StorageError NOT_FOUND, CORRUPT */
async function readEmbeddings(
  store: ObjectStore,
  { shards }: ContentPart,
  ordinal: number,
): Promise<Embeddings | null> {
  const shard = shards.find((each) => each.kind === 'EMBEDDINGS' && each.ordinal === ordinal);
  if (shard === undefined) return null;
  const { data, shape } = decodeNpy(await getContent(store, shard.digest));
  const [, embeddingDim = 0] = shape;
  if (!(data instanceof Float32Array)) throw new TypeError(`${shard.digest} is not float32`);
  return { rows: data, embeddingDim };
}

function pick({ rows, embeddingDim }: Embeddings, wanted: readonly number[]): Float32Array {
  const picked = new Float32Array(wanted.length * embeddingDim);
  for (const [index, row] of wanted.entries()) {
    picked.set(rows.subarray(row * embeddingDim, (row + 1) * embeddingDim), index * embeddingDim);
  }
  return picked;
}

function join(chunks: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
