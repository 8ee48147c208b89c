/** @file The images of an import in tar shards as runs write them, and their embeddings beside them. */

import type { ImportedFile } from '@colloid/catalog';
import {
  decodeImage,
  IMAGE_FORMATS,
  markAsSynthetic,
  parseSampleName,
  type ShardSample,
  writeShard,
} from '@colloid/formats';
import {
  openRecogniser,
  type RecogniserModel,
  type RecogniserSessions,
  type Runtime,
} from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

import { runActivity, type ActivityStore } from '../activities/activity.ts';
import { type ArrayReference, putArray } from '../activities/arrays.ts';
import type { Json } from '../digest.ts';
import { facePixels } from '../sets/face-pixels.ts';
import { readCandidate } from './check-images.ts';
import type { ImportLayout, PlannedSample } from './plan-import.ts';

const BATCH = 16;

/** A shard of an import as it is stored. */
export interface RepackedShard {
  readonly [key: string]: Json;
  readonly ordinal: number;
  readonly images: { readonly digest: string; readonly key: string; readonly sizeBytes: number };
  /** `[samples, E]`; null without a recogniser. */
  readonly embeddings: ArrayReference | null;
  /** Place of every sample's image in the tar, `[offset, length]` in bytes, in the order of the samples. */
  readonly places: readonly (readonly [number, number])[];
}

export interface RepackOptions {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly files: readonly ImportedFile[];
  readonly layout: ImportLayout;
  readonly isSynthetic: boolean;
  readonly recogniser: RecogniserModel | null;
  readonly signal: AbortSignal;
  /** Told the share that is done, 0 to 1, where everything so far is on record. */
  readonly onShard: (share: number) => Promise<void>;
}

/** Writes all shards; each is an activity of its own. */
export async function repack(options: RepackOptions): Promise<readonly RepackedShard[]> {
  const { activities, layout, files, isSynthetic, recogniser, runtime, signal, onShard } = options;
  const shards: RepackedShard[] = [];
  await using sessions = lazySessions(options);
  for (const [ordinal, samples] of layout.shards.entries()) {
    signal.throwIfAborted();
    shards.push(
      await runActivity<RepackedShard>(activities, {
        name: 'import-repack',
        version: 1,
        inputs: {
          ordinal,
          isSynthetic,
          recogniser: recogniser?.digest ?? null,
          provider: recogniser === null ? null : runtime.provider,
          samples: samples.map((sample) => [
            files[sample.file]?.digest ?? '',
            sample.offset,
            sample.sizeBytes,
            sample.identityOrdinal,
            sample.ordinal,
            sample.format,
            sample.name,
          ]),
        },
        compute: () => repackShard(options, { ordinal, samples, sessions: sessions.open }),
      }),
    );
    await onShard((ordinal + 1) / layout.shards.length);
  }
  return shards;
}

interface ShardWork {
  readonly ordinal: number;
  readonly samples: readonly PlannedSample[];
  readonly sessions: () => Promise<RecogniserSessions | null>;
}

async function repackShard(options: RepackOptions, work: ShardWork): Promise<RepackedShard> {
  const { store } = options;
  const rows: Float32Array[] = [];
  const { bytes, index } = await writeShard(shardSamples(options, work, rows));
  const images = await putContent(store, bytes, { contentType: 'application/x-tar' });
  const places = index.entries
    .filter(({ name }) => parseSampleName(name)?.extension !== 'json')
    .map(({ offset, length }) => [offset, length] as const);
  const sessions = await work.sessions();
  const embeddings =
    sessions === null ? null : await putArray(store, joined(rows), sessions.embeddingDim);
  return { ordinal: work.ordinal, images: { ...images }, embeddings, places };
}

/** The samples of a shard in order; embeddings are appended to `rows` as they come. */
async function* shardSamples(
  { store, files, isSynthetic, recogniser, signal }: RepackOptions,
  { samples, sessions }: ShardWork,
  rows: Float32Array[],
): AsyncGenerator<ShardSample> {
  for (let at = 0; at < samples.length; at += BATCH) {
    signal.throwIfAborted();
    const faces: Uint8Array[] = [];
    for (const sample of samples.slice(at, at + BATCH)) {
      const bytes = await readCandidate(store, files, sample);
      if (recogniser !== null) {
        faces.push(await facePixels(await decodeImage(bytes), recogniser.image));
      }
      const { identityOrdinal: identity, ordinal, format, name } = sample;
      yield {
        identity,
        sample: ordinal,
        extension: IMAGE_FORMATS[format].extension,
        image: isSynthetic ? await markAsSynthetic(bytes, format) : bytes,
        sidecar: {
          identity,
          sample: ordinal,
          kind: ordinal === 0 ? 'reference' : 'variation',
          identityName: sample.identity,
          importedFrom: name,
          isSynthetic,
        },
      };
    }
    const opened = await sessions();
    if (opened !== null) rows.push(await opened.embed(faces));
  }
}

/** The recogniser is loaded when the first shard asks for it: what is on record needs none. */
function lazySessions({ runtime, recogniser }: RepackOptions) {
  let opened: Promise<RecogniserSessions | null> | null = null;
  return {
    open: () =>
      (opened ??=
        recogniser === null
          ? Promise.resolve(null)
          : openRecogniser(runtime, recogniser, { batchSize: BATCH })),
    async [Symbol.asyncDispose]() {
      // One that could not be opened has been told of by whoever waited for it.
      const sessions = await opened?.catch(() => null);
      await sessions?.close();
    },
  };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const batch of rows) {
    all.set(batch, at);
    at += batch.length;
  }
  return all;
}
