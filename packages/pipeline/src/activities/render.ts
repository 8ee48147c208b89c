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
import { runActivity } from './activity.ts';
import { type ArrayReference, getArray, putArray } from './arrays.ts';
import { interleave, type ShardRange, shardRanges } from './layout.ts';
import type { ReferenceOutput, StageContext } from './references.ts';
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
}

/** Renders every sample, shard by shard; a shard is an activity of its own. */
export async function render(
  context: StageContext,
  references: ReferenceOutput,
  variations: readonly VariationShard[],
): Promise<readonly RenderedShard[]> {
  const { recipe, reporter } = context;
  const perIdentity = variationsPerIdentity(recipe);
  const rendered: RenderedShard[] = [];
  for (const range of shardRanges(recipe.identities, 1 + perIdentity)) {
    const parts = variations.filter((shard) => overlaps(shard, range));
    const shard = await runActivity(context.activities, {
      name: 'render',
      version: 1,
      inputs: {
        plan: context.plan,
        references: references.latents.digest,
        variations: parts.map((part) => part.latents.digest),
        first: range.firstIdentity,
        count: range.identities,
        image: toJson(recipe.image),
        batchSize: recipe.batchSize,
      },
      compute: async () =>
        renderShard(
          context,
          range,
          await collectRows(context, { range, perIdentity, references, parts }),
        ),
    });
    rendered.push(shard);
    await reporter.progress((range.firstIdentity + range.identities) / recipe.identities);
  }
  return rendered;
}

function overlaps(shard: VariationShard, range: ShardRange): boolean {
  return (
    shard.firstIdentity < range.firstIdentity + range.identities &&
    range.firstIdentity < shard.firstIdentity + shard.identities
  );
}

async function collectRows(
  { store, sessions }: StageContext,
  source: {
    readonly range: ShardRange;
    readonly perIdentity: number;
    readonly references: ReferenceOutput;
    readonly parts: readonly VariationShard[];
  },
): Promise<ShardRows> {
  const { range, perIdentity, references, parts } = source;
  const { firstIdentity: first, identities: count } = range;

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
      references: ofReferences.subarray(first * width, (first + count) * width),
      variations: ofVariations,
      width,
      perIdentity,
      first: 0,
      count,
    });
  };

  const referenceLatents = await getArray(store, references.latents);
  const referenceEmbeddings = await getArray(store, references.embeddings);
  return {
    latents: await collect(referenceLatents, (part) => part.latents, sessions.latentDim),
    embeddings: await collect(
      referenceEmbeddings,
      (part) => part.embeddings,
      sessions.embeddingDim,
    ),
    theta: await collect(
      new Float32Array(referenceLatents.length / sessions.latentDim),
      (part) => part.theta,
      1,
    ),
  };
}

async function renderShard(
  context: StageContext,
  range: ShardRange,
  rows: ShardRows,
): Promise<RenderedShard> {
  const { store, sessions } = context;
  const { bytes, index } = await writeShard(shardSamples(context, range, rows));
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
  { sessions, recipe, reporter, signal }: StageContext,
  range: ShardRange,
  rows: ShardRows,
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
          isSynthetic: true,
        },
      };
    }
    await reporter.progress(
      (range.firstIdentity + ((first + count) / total) * range.identities) / recipe.identities,
    );
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
