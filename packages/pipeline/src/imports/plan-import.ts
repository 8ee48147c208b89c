/** @file From usable images to identities, samples and shards: a function of the names alone, so that it comes out the same every time. */

import { PipelineError } from '../errors.ts';
import type { UsableImage } from './check-images.ts';
import { isReference } from './source-rules.ts';

const SAMPLES_PER_SHARD = 1000;
/** A shard is in memory while it is written. */
const MOST_SHARD_BYTES = 256 * 1024 ** 2;

/** An image with its place in the version. */
export interface PlannedSample extends UsableImage {
  readonly identityOrdinal: number;
  /** 0 for the reference. */
  readonly ordinal: number;
}

/** All that an import makes. */
export interface ImportLayout {
  /** Names of the identities by their ordinal. */
  readonly identities: readonly string[];
  /** Images of each identity, by its ordinal. */
  readonly counts: readonly number[];
  /** Samples of each shard, by identity and ordinal. */
  readonly shards: readonly (readonly PlannedSample[])[];
}

/**
 * Identities in the order of their names, images in that of theirs with the reference first; about a thousand to a shard.
 *
 * @throws PipelineError IMPORT_INVALID where nothing is left, or two identities differ in nothing but case or accents' encoding
 */
export function planImport(usable: readonly UsableImage[], leftOut: number): ImportLayout {
  if (usable.length === 0) {
    throw new PipelineError(
      'IMPORT_INVALID',
      leftOut === 0
        ? 'The source holds no images; give each identity a folder with PNG, JPEG or WebP files.'
        : `None of the ${leftOut} files of the source can be used; the log of the run says why of each.`,
    );
  }
  const groups = Map.groupBy(usable, ({ identity }) => identity);
  const identities = [...groups.keys()].toSorted(compare);
  refuseTwins(identities);
  const samples = identities.flatMap((identity, identityOrdinal) =>
    inOrder(groups.get(identity) ?? []).map((image, ordinal): PlannedSample => {
      const place = { identityOrdinal, ordinal };
      return Object.assign(place, image);
    }),
  );
  return {
    identities,
    counts: identities.map((identity) => groups.get(identity)?.length ?? 0),
    shards: cut(samples),
  };
}

/** By code units: no language of anybody's machine changes the order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function inOrder(images: readonly UsableImage[]): readonly UsableImage[] {
  return images.toSorted(
    (a, b) =>
      Number(isReference(b.name)) - Number(isReference(a.name)) ||
      compare(a.name, b.name) ||
      a.file - b.file,
  );
}

/** One folder on some systems and two on others: nobody can tell what was meant. */
function refuseTwins(identities: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const identity of identities) {
    const plain = identity.normalize('NFC').toLowerCase();
    const twin = seen.get(plain);
    if (twin !== undefined) {
      throw new PipelineError(
        'IMPORT_INVALID',
        `The identities '${twin}' and '${identity}' differ in case or encoding only; rename one, or put their images into one folder.`,
      );
    }
    seen.set(plain, identity);
  }
}

/** Identities stay together where a shard holds them, so that each can be measured by itself. */
function cut(samples: readonly PlannedSample[]): readonly (readonly PlannedSample[])[] {
  const shards: PlannedSample[][] = [];
  let current: PlannedSample[] = [];
  let held = 0;
  const fits = (count: number, bytes: number): boolean =>
    count <= SAMPLES_PER_SHARD && bytes <= MOST_SHARD_BYTES;
  /** Goes on in a new shard where this one has no room for so much more. */
  const makeRoom = (count: number, bytes: number): void => {
    if (current.length === 0 || fits(current.length + count, held + bytes)) return;
    shards.push(current);
    current = [];
    held = 0;
  };
  for (const own of Map.groupBy(samples, ({ identityOrdinal }) => identityOrdinal).values()) {
    makeRoom(
      own.length,
      own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    for (const sample of own) {
      makeRoom(1, sample.sizeBytes);
      current.push(sample);
      held += sample.sizeBytes;
    }
  }
  shards.push(current);
  return shards;
}
