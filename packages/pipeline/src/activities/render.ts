/** @file The render stage: latents become marked images in tar shards, beside shards of latents and embeddings. */

import {
  encodeImages,
  IMAGE_FORMATS,
  parseSampleName,
  type ShardSample,
  writeShard,
} from '@colloid/formats';
import { type ChainSessions, variationsPerIdentity } from '@colloid/sampler';
import { putContent } from '@colloid/storage';

import { type Json, toJson } from '../digest.ts';
import { runShards, type ShardPlan, type ShardProgress } from '../shards/run-shards.ts';
import { type ArrayReference, getArray, getRows, putArray } from './arrays.ts';
import { interleave, overlaps, type ShardRange, shardRanges } from './layout.ts';
import type { ReferenceOutput } from './references.ts';
import { covariatesOfShard, type SampleCovariates } from './sample-covariates.ts';
import type { StageContext } from './stage-context.ts';
import type { VariationShard } from './variations.ts';

export interface RenderedShard {
  readonly [key: string]: Json;
  readonly ordinal: number;
  readonly firstIdentity: number;
  readonly identities: number;
  readonly samples: number;
  readonly images: { readonly digest: string; readonly key: string; readonly sizeBytes: number };
  readonly latents: ArrayReference;
  readonly embeddings: ArrayReference;
  /** `[samples, 1]`, radians. */
  readonly theta: ArrayReference;
  /** Place of every sample's image in the tar, `[offset, length]` in bytes, in the order of the rows. */
  readonly places: readonly (readonly [number, number])[];
}

/** Rows of one shard: references before their variations, identity after identity. */
interface ShardRows {
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  readonly theta: Float32Array;
  /** By `identity/ordinal`; empty without covariates. */
  readonly covariates: ReadonlyMap<string, SampleCovariates>;
}

/** Renders every sample, shard by shard; a shard is an activity of its own. */
export async function render(
  context: StageContext,
  references: ReferenceOutput,
  variations: readonly VariationShard[],
): Promise<readonly RenderedShard[]> {
  return runShards(context, renderPlan(context, references, variations));
}

/** The shards of the stage; `variations` may leave out shards that the one asked for does not overlap. */
export function renderPlan(
  context: StageContext,
  references: ReferenceOutput,
  variations: readonly VariationShard[],
): ShardPlan<RenderedShard> {
  const { recipe, plan } = context;
  const ranges = renderRanges(context);
  return {
    stage: 'RENDER',
    count: ranges.length,
    activity: (ordinal, progress) => {
      const range = ranges[ordinal] ?? { ordinal, firstIdentity: 0, identities: 0 };
      const parts = variations.filter((shard) => overlaps(shard, range));
      return {
        name: 'render',
        // 2: a PNG has its mark in an iTXt chunk. 3: covariates stand beside the images.
        version: parts.some(({ weights }) => weights !== null) ? 3 : 2,
        inputs: {
          plan,
          references: references.latents.digest,
          variations: parts.map((part) => part.latents.digest),
          first: range.firstIdentity,
          count: range.identities,
          image: toJson(recipe.image),
          batchSize: recipe.batchSize,
        },
        compute: async () => {
          const rows = await collectRows(context, { range, references, parts });
          return renderShard(context, { range, rows, progress });
        },
      };
    },
  };
}

/** Which identities lie in which shard of images. */
export function renderRanges({ recipe }: Pick<StageContext, 'recipe'>): readonly ShardRange[] {
  return shardRanges(recipe.identities, 1 + variationsPerIdentity(recipe));
}

/** The rows of one shard, and no others: of references and variations only what lies in its range is read. */
async function collectRows(
  { store, sessions, recipe }: StageContext,
  source: {
    readonly range: ShardRange;
    readonly references: ReferenceOutput;
    readonly parts: readonly VariationShard[];
  },
): Promise<ShardRows> {
  const { range, references, parts } = source;
  const { firstIdentity: first, identities: count } = range;
  const perIdentity = variationsPerIdentity(recipe);

  const collect = async (
    ofReferences: Float32Array,
    pick: (part: VariationShard) => ArrayReference,
    width: number,
  ): Promise<Float32Array> => {
    const ofVariations = new Float32Array(count * perIdentity * width);
    for (const part of parts) {
      const values = await getArray(store, pick(part));
      const from = Math.max(first, part.firstIdentity);
      const to = Math.min(first + count, part.firstIdentity + part.identities);
      const stride = perIdentity * width;
      ofVariations.set(
        values.subarray((from - part.firstIdentity) * stride, (to - part.firstIdentity) * stride),
        (from - first) * stride,
      );
    }
    return interleave({
      references: ofReferences,
      variations: ofVariations,
      width,
      perIdentity,
      first: 0,
      count,
    });
  };

  const latents = await getRows(store, references.latents, { first, count });
  const embeddings = await getRows(store, references.embeddings, { first, count });
  return {
    latents: await collect(latents, (part) => part.latents, sessions.latentDim),
    embeddings: await collect(embeddings, (part) => part.embeddings, sessions.embeddingDim),
    theta: await collect(new Float32Array(count), (part) => part.theta, 1),
    covariates: await covariatesOfShard(store, range, parts),
  };
}

interface ShardWork {
  readonly range: ShardRange;
  readonly rows: ShardRows;
  readonly progress: ShardProgress;
}

async function renderShard(context: StageContext, work: ShardWork): Promise<RenderedShard> {
  const { store, sessions } = context;
  const { range, rows } = work;
  const { bytes, index } = await writeShard(shardSamples(context, work));
  const images = await putContent(store, bytes, { contentType: 'application/x-tar' });
  const places = index.entries
    .filter(({ name }) => parseSampleName(name)?.extension !== 'json')
    .map(({ offset, length }) => [offset, length] as const);
  return {
    ordinal: range.ordinal,
    firstIdentity: range.firstIdentity,
    identities: range.identities,
    samples: rows.theta.length,
    images: { ...images },
    latents: await putArray(store, rows.latents, sessions.latentDim),
    embeddings: await putArray(store, rows.embeddings, sessions.embeddingDim),
    theta: await putArray(store, rows.theta, 1),
    places,
  };
}

async function* shardSamples(
  { sessions, recipe, signal }: StageContext,
  { range, rows, progress }: ShardWork,
): AsyncGenerator<ShardSample> {
  const total = rows.theta.length;
  const samplesPerIdentity = total / range.identities;
  for (let first = 0; first < total; first += recipe.batchSize) {
    signal.throwIfAborted();
    const count = Math.min(recipe.batchSize, total - first);
    const encoded = await encodeRows(sessions, recipe.image, {
      latents: rows.latents.subarray(
        first * sessions.latentDim,
        (first + count) * sessions.latentDim,
      ),
      signal,
    });
    for (const [offset, image] of encoded.entries()) {
      const row = first + offset;
      const identity = range.firstIdentity + Math.floor(row / samplesPerIdentity);
      const sample = row % samplesPerIdentity;
      yield {
        identity,
        sample,
        extension: IMAGE_FORMATS[recipe.image.format].extension,
        image,
        sidecar: {
          identity,
          sample,
          kind: sample === 0 ? 'reference' : 'variation',
          thetaToReference: rows.theta[row] ?? 0,
          ...rows.covariates.get(`${identity}/${sample}`),
          isSynthetic: true,
        },
      };
    }
    await progress((first + count) / total);
  }
}

async function encodeRows(
  sessions: ChainSessions,
  image: StageContext['recipe']['image'],
  batch: { readonly latents: Float32Array; readonly signal: AbortSignal },
): Promise<readonly Uint8Array[]> {
  const { count, height, width, channels, data } = await sessions.images(batch.latents, {
    signal: batch.signal,
  });
  const stride = height * width * channels;
  const pictures = Array.from({ length: count }, (_, row) => {
    const picture = {
      pixels: data.subarray(row * stride, (row + 1) * stride),
      width,
      height,
      layout: 'HWC',
      channels: 'RGB',
      range: [0, 255],
    } as const;
    return [picture, { format: image.format, quality: image.quality }] as const;
  });
  return Array.fromAsync(encodeImages(pictures));
}
