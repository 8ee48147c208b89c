/** @file Embeddings and latents of a version: of its references all at once, of its samples shard by shard. */

import type { ContentPart, VersionContents, VersionContentService } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import { getContent, type ObjectStore } from '@colloid/storage';

/** What reading a version needs. */
export interface VersionSource {
  readonly store: ObjectStore;
  readonly contents: VersionContentService;
  readonly version: VersionContents;
  readonly signal: AbortSignal;
}

/** An identity of a version. */
export interface IdentityOwner {
  /** The run's number in its dataset. */
  readonly run: number;
  readonly identity: number;
}

/** Rows of one recogniser: those of different ones cannot be compared. */
export interface ReferenceSet {
  /** Name and version. */
  readonly recogniser: string;
  readonly recogniserVersionId: string;
  readonly embeddingDim: number;
  /** `[N, E]`, unit rows. */
  readonly rows: Float32Array;
  /** Run and identity of each row. */
  readonly owners: readonly IdentityOwner[];
}

/** Samples of one shard of embeddings. */
export interface SampleRows {
  readonly run: number;
  readonly owners: readonly { readonly identity: number; readonly sample: number }[];
  /** `[owners, E]`, unit rows. */
  readonly rows: Float32Array;
  readonly embeddingDim: number;
  /** θ of each to the reference of its identity, radians, as the run measured it. */
  readonly theta: Float32Array;
  /** `[owners, D]`; null where the run has none. */
  readonly latents: Float32Array | null;
  /** Whether further samples of the last identity are in the next shard, as of an import where it has more than a shard holds. */
  readonly goesOn: boolean;
}

/** Runs of the version that have no embeddings, such as imported images. */
export function runsWithoutEmbeddings({
  version,
}: Pick<VersionSource, 'version'>): readonly number[] {
  return version.parts
    .filter(({ shards }) => !shards.some(({ kind }) => kind === 'EMBEDDINGS'))
    .map(({ number }) => number);
}

/** References of all identities of the version, by recogniser. Memory holds all of them, and one shard. */
export async function referenceSets(source: VersionSource): Promise<readonly ReferenceSet[]> {
  const sets: ReferenceSet[] = [];
  const groups = Map.groupBy(source.version.parts, ({ recogniser }) => recogniser?.id ?? null);
  for (const [recogniserVersionId, parts] of groups) {
    if (recogniserVersionId === null) continue;
    const { rows, owners, width } = await referencesOf(source, parts, 'EMBEDDINGS');
    const [first] = parts;
    if (first?.recogniser == null || owners.length === 0) continue;
    const { name, version: number } = first.recogniser;
    sets.push({
      recogniser: `${name}@${number}`,
      recogniserVersionId,
      embeddingDim: width,
      rows,
      owners,
    });
  }
  return sets;
}

/** Latents of the references of all identities, `[N, D]` in the order of their embeddings; null where a run has none, or another D. */
export async function referenceLatents(source: VersionSource): Promise<Float32Array | null> {
  const { parts } = source.version;
  const isThere = parts.every(({ shards }) => shards.some(({ kind }) => kind === 'LATENTS'));
  // Distances between the latents of two generators mean nothing.
  const generators = new Set(parts.map(({ recipe }) => recipe?.generator.id));
  if (!isThere || generators.size !== 1) return null;
  return (await referencesOf(source, parts, 'LATENTS')).rows;
}

/** Embeddings of all samples of the version whose runs used that recogniser. Memory holds one shard. */
export async function* sampleRows(
  source: VersionSource,
  options: {
    readonly recogniserVersionId: string;
    /** Whether their latents are read as well. @default false */
    readonly withLatents?: boolean;
  },
): AsyncGenerator<SampleRows> {
  const { contents, version, store } = source;
  const { recogniserVersionId, withLatents = false } = options;
  for (const part of version.parts) {
    if (part.recogniser?.id !== recogniserVersionId) continue;
    const { runId, number: run } = part;
    const column = 'latentShard';
    const shares = await contents.sharesOf({ contents: version, runId, column });
    for (const [at, share] of shares.entries()) {
      source.signal.throwIfAborted();
      const shard = await readShard(store, part, { kind: 'EMBEDDINGS', ordinal: share.ordinal });
      if (shard === null) continue;
      const samples = await contents.samplesOf({ contents: version, runId, column, share });
      const wanted = samples.map(({ latentRow }) => latentRow);
      const latents = withLatents
        ? await readShard(store, part, { kind: 'LATENTS', ordinal: share.ordinal })
        : null;
      yield {
        run,
        owners: samples.map(({ identityOrdinal: identity, ordinal: sample }) => ({
          identity,
          sample,
        })),
        rows: pick(shard, wanted),
        embeddingDim: shard.width,
        theta: Float32Array.from(
          samples,
          ({ distanceToReference }) => distanceToReference ?? Number.NaN,
        ),
        latents: latents === null ? null : pick(latents, wanted),
        goesOn: shares[at + 1]?.firstIdentity === share.lastIdentity,
      };
    }
  }
}

type ArrayKind = 'EMBEDDINGS' | 'LATENTS';

/** Rows of the references of those runs, run by run, with the identities they belong to. */
async function referencesOf(
  { contents, version, store, signal }: VersionSource,
  parts: readonly ContentPart[],
  kind: ArrayKind,
): Promise<{
  readonly rows: Float32Array;
  readonly owners: readonly IdentityOwner[];
  readonly width: number;
}> {
  const chunks: Float32Array[] = [];
  const owners: IdentityOwner[] = [];
  let width = 0;
  for (const part of parts) {
    const { runId, number: run } = part;
    const places = await contents.referencesOf({ contents: version, runId });
    for (const [ordinal, ofShard] of Map.groupBy(places, (place) => place.latentShard)) {
      signal.throwIfAborted();
      const shard = await readShard(store, part, { kind, ordinal });
      if (shard === null) continue;
      width = shard.width;
      chunks.push(
        pick(
          shard,
          ofShard.map(({ latentRow }) => latentRow),
        ),
      );
      for (const { identityOrdinal: identity } of ofShard) owners.push({ run, identity });
    }
  }
  return { rows: join(chunks), owners, width };
}

interface ShardArray {
  /** `[count, width]` */
  readonly data: Float32Array;
  readonly width: number;
}

/** Null where the run has no such shard. @throws StorageError NOT_FOUND, CORRUPT */
async function readShard(
  store: ObjectStore,
  { shards }: ContentPart,
  wanted: { readonly kind: ArrayKind; readonly ordinal: number },
): Promise<ShardArray | null> {
  const { kind, ordinal } = wanted;
  const shard = shards.find((each) => each.kind === kind && each.ordinal === ordinal);
  if (shard === undefined) return null;
  const { data, shape } = decodeNpy(await getContent(store, shard.digest));
  const [, width = 0] = shape;
  if (!(data instanceof Float32Array)) throw new TypeError(`${shard.digest} is not float32`);
  return { data, width };
}

function pick({ data, width }: ShardArray, wanted: readonly number[]): Float32Array {
  const picked = new Float32Array(wanted.length * width);
  for (const [index, row] of wanted.entries()) {
    picked.set(data.subarray(row * width, (row + 1) * width), index * width);
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
