/** @file Leakage of a version to a gallery, computed once for whoever asks: a measurement, or a check of a release. */

import type { EmbeddedGallery } from '@colloid/catalog';
import { decodeNpy } from '@colloid/formats';
import {
  type Leakage,
  type LeakageComparison,
  type LeakageGallery,
  measureLeakage,
  type Runtime,
} from '@colloid/sampler';
import { getContent, isStorageError, type ObjectStore } from '@colloid/storage';

import { activityDigest, type ActivityStore, runActivity } from '../activities/activity.ts';
import { type Json, toJson } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { getPeople } from '../sets/people.ts';
import { sampleRows, type VersionSource } from '../versions/embeddings.ts';

/** A sample, by its numbers. */
export interface LeakingSample {
  /** The run's number in its dataset; not known of a run that is at work. */
  readonly run?: number;
  readonly identity: number;
  readonly sample: number;
}

/** {@link LeakageComparison} with samples in place of rows. */
export type StoredComparison = Omit<LeakageComparison, 'under'> & {
  readonly under: {
    readonly threshold: number;
    readonly count: number;
    readonly listed: readonly (LeakingSample & {
      /** Of the gallery; of class centres the person's number in the order of their names. */
      readonly row: number;
      /** Where the gallery names its people, and it is a class centre. */
      readonly person?: string;
      readonly theta: number;
    })[];
  };
};

/** {@link Leakage} with samples in place of rows, as it is kept. */
export type StoredLeakage = Omit<Leakage, 'toSamples' | 'toCentres'> & {
  readonly toSamples: StoredComparison;
  readonly toCentres: StoredComparison | null;
};

/** What is compared with what. */
export interface LeakageRequest extends VersionSource {
  readonly activities: ActivityStore;
  readonly runtime: Runtime;
  /** READY, and of the recogniser that embedded all of the version. */
  readonly gallery: EmbeddedGallery;
  /** Told the share that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** The digest of everything that the leakage of a version to a gallery depends on. */
export function leakageDigest(request: Pick<LeakageRequest, 'version' | 'gallery'>): string {
  return activityDigest({ name: 'leakage', version: 1, inputs: inputsOf(request) });
}

/**
 * Compares every sample of the version with every row of the gallery. What has been compared before is found again.
 *
 * @throws PipelineError SET_INVALID, SET_FILE_MISSING; StorageError for shards that are missing or damaged
 */
export async function leakageOfVersion(request: LeakageRequest): Promise<StoredLeakage> {
  const { activities, gallery, version, runtime, signal, onProgress = () => undefined } = request;
  const { recogniserVersionId, recogniserVersion } = gallery;
  const found = await runActivity(activities, {
    name: 'leakage',
    version: 1,
    inputs: inputsOf(request),
    compute: async () => {
      const rows = await galleryRows(request.store, gallery);
      const places = new Places();
      const measured = await measureLeakage(runtime, {
        gallery: rows.gallery,
        recogniser: `${recogniserVersion.name}@${recogniserVersion.version}`,
        embeddingDim: rows.embeddingDim,
        samples: async function* () {
          places.clear();
          for await (const shard of sampleRows(request, { recogniserVersionId })) {
            onProgress(places.count / Math.max(1, version.sampleCount));
            places.add(shard);
            yield shard.rows;
          }
        },
        signal,
      });
      return placeLeakage(measured, (row) => places.at(row), rows.names);
    },
  });
  return found as unknown as StoredLeakage;
}

/** Samples by their numbers in place of rows, and people by the names that the gallery gives them. */
export function placeLeakage(
  found: Leakage,
  sampleAt: (row: number) => LeakingSample,
  names: readonly string[] = [],
): Json {
  const placed = (
    comparison: LeakageComparison,
    people: readonly string[] = [],
  ): StoredComparison => ({
    ...comparison,
    under: {
      ...comparison.under,
      listed: comparison.under.listed.map(({ a, b, theta }) => {
        const person = people[b];
        return { ...sampleAt(a), row: b, ...(person === undefined ? {} : { person }), theta };
      }),
    },
  });
  const { toSamples, toCentres } = found;
  return toJson({
    ...found,
    toSamples: placed(toSamples),
    toCentres: toCentres === null ? null : placed(toCentres, names),
  } satisfies StoredLeakage);
}

function inputsOf({ version, gallery }: Pick<LeakageRequest, 'version' | 'gallery'>): Json {
  return {
    version: version.digest,
    // A version's digest says nothing of the numbers of its runs, which samples are listed by.
    runs: version.parts.map(({ number }) => number),
    gallery: gallery.digest,
    labels: gallery.labelsDigest,
    name: nameOf(gallery),
    recogniser: gallery.recogniserVersion.digest,
  };
}

function nameOf({ name, version }: Pick<EmbeddedGallery, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

async function galleryRows(
  store: ObjectStore,
  gallery: EmbeddedGallery,
): Promise<{
  readonly gallery: LeakageGallery;
  /** Of its people, by number; empty where it does not say. */
  readonly names: readonly string[];
  readonly embeddingDim: number;
}> {
  const { digest } = gallery;
  const name = nameOf(gallery);
  if (digest === null) {
    throw new PipelineError(
      'SET_INVALID',
      `The gallery ${name} is not READY; wait for it, or choose another.`,
    );
  }
  const content = await getContent(store, digest).catch((cause: unknown) => {
    if (!isStorageError(cause, 'NOT_FOUND')) throw cause;
    throw new PipelineError(
      'SET_FILE_MISSING',
      `The content of the gallery ${name} is not in the object store; restore it from a backup, or register it again.`,
      { cause },
    );
  });
  const { data, shape } = decodeNpy(content);
  const [, embeddingDim = 0] = shape;
  if (!(data instanceof Float32Array)) throw new TypeError(`${digest} is not float32`);
  const people = await getPeople(store, gallery);
  const labels = people === null ? {} : { labels: people.rows };
  return {
    gallery: { name, digest, embeddings: data, ...labels },
    names: people?.names ?? [],
    embeddingDim,
  };
}

/** Which sample a row of all samples is. Memory: 8 bytes a sample. */
class Places {
  #shards: {
    readonly first: number;
    readonly run: number;
    readonly identities: Int32Array;
    readonly samples: Int32Array;
  }[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#shards = [];
    this.#count = 0;
  }

  add(shard: {
    readonly run: number;
    readonly owners: readonly { readonly identity: number; readonly sample: number }[];
  }): void {
    const { run, owners } = shard;
    this.#shards.push({
      first: this.#count,
      run,
      identities: Int32Array.from(owners, ({ identity }) => identity),
      samples: Int32Array.from(owners, ({ sample }) => sample),
    });
    this.#count += owners.length;
  }

  at(row: number): { readonly run: number; readonly identity: number; readonly sample: number } {
    const shard = this.#shards.findLast(({ first }) => first <= row);
    const index = row - (shard?.first ?? 0);
    const { run = 0, identities, samples } = shard ?? {};
    return { run, identity: identities?.[index] ?? 0, sample: samples?.[index] ?? 0 };
  }
}
