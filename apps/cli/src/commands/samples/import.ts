/** @file `./colloid samples import samples.h5 --output DIR`: the authors' collection as a dataset folder without images. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CollectionSample, encodeNpy, readSampleCollection } from '@colloid/formats';

import { type ShardNote, writeDatasetFile } from '../../dataset-folder.ts';
import { CliError } from '../../errors.ts';
import { say, showProgress } from '../../terminal.ts';

/** As many as a shard of images has. */
const SAMPLES_PER_SHARD = 1000;

export interface ImportOptions {
  readonly output: string;
}

/**
 * Writes shards of whole identities; what has been read is on disk before more is read.
 *
 * @throws FormatError INVALID_HDF5; {CliError} OUTPUT_FOLDER, DATASET_FOLDER where rows differ in width, or identities have gaps
 */
export async function importSamples(path: string, { output }: ImportOptions): Promise<void> {
  await prepare(output);
  const shards: ShardNote[] = [];
  let open: CollectionSample[] = [];
  let first: CollectionSample | null = null;
  let samples = 0;
  let identities = 0;
  const flush = async (): Promise<void> => {
    if (open.length === 0) return;
    shards.push(await writeShardFiles(output, shards.length, open));
    open = [];
  };
  for await (const sample of readSampleCollection(path)) {
    first ??= sample;
    const last = open.at(-1);
    if (sample.ordinal === 0) {
      checkIdentity(path, sample.identity, identities);
      identities += 1;
      if (open.length >= SAMPLES_PER_SHARD) await flush();
    }
    checkSample(path, { sample, first, last });
    open.push(sample);
    samples += 1;
    showProgress('Samples', 0, null);
  }
  if (first === null) {
    throw new CliError('DATASET_FOLDER', `${path} holds no samples; there is nothing to import.`);
  }
  await flush();
  await writeDatasetFile(output, {
    generator: { name: first.networkType },
    recogniser: { name: first.embeddingType },
    shards,
  });
  say(`${identities} identities with ${samples} samples: ${output}`);
}

async function prepare(output: string): Promise<void> {
  try {
    await mkdir(join(output, 'latents'), { recursive: true });
    await mkdir(join(output, 'embeddings'), { recursive: true });
  } catch (cause) {
    throw new CliError(
      'OUTPUT_FOLDER',
      `The folder ${output} cannot be written; choose another one with --output.`,
      { cause },
    );
  }
}

function checkIdentity(path: string, identity: number, expected: number): void {
  if (identity === expected) return;
  throw new CliError(
    'DATASET_FOLDER',
    `${path} has identity ${identity} where ${expected} comes next; number its groups from 00000 without gaps.`,
  );
}

function checkSample(
  path: string,
  {
    sample,
    first,
    last,
  }: {
    readonly sample: CollectionSample;
    readonly first: CollectionSample;
    readonly last: CollectionSample | undefined;
  },
): void {
  const at = `'${String(sample.identity).padStart(5, '0')}' of ${path}`;
  const expected = last?.identity === sample.identity ? last.ordinal + 1 : 0;
  if (sample.ordinal !== expected) {
    throw new CliError(
      'DATASET_FOLDER',
      `Identity ${at} has no ${expected === 0 ? 'reference' : `augmentation_${expected - 1}`}; its pictures must be complete.`,
    );
  }
  if (
    sample.w.length !== first.w.length ||
    sample.embedding.length !== first.embedding.length ||
    sample.networkType !== first.networkType ||
    sample.embeddingType !== first.embeddingType
  ) {
    throw new CliError(
      'DATASET_FOLDER',
      `Identity ${at} was made with other models than the first (${sample.networkType} and ${sample.embeddingType}, ${sample.w.length} and ${sample.embedding.length} numbers); import collections of one pair of models each.`,
    );
  }
}

async function writeShardFiles(
  output: string,
  ordinal: number,
  samples: readonly CollectionSample[],
): Promise<ShardNote> {
  const number = String(ordinal).padStart(5, '0');
  const note = { latents: `latents/${number}.npy`, embeddings: `embeddings/${number}.npy` };
  await writeRows(
    join(output, note.latents),
    samples.map(({ w }) => w),
  );
  await writeRows(
    join(output, note.embeddings),
    samples.map(({ embedding }) => embedding),
  );
  const firstIdentity = samples[0]?.identity ?? 0;
  const identities = (samples.at(-1)?.identity ?? 0) - firstIdentity + 1;
  const counts = Array.from({ length: identities }, () => 0);
  for (const { identity } of samples) {
    counts[identity - firstIdentity] = (counts[identity - firstIdentity] ?? 0) + 1;
  }
  const isEven = counts.every((count) => count === counts[0]);
  return {
    ...note,
    firstIdentity,
    identities,
    samples: samples.length,
    ...(isEven ? {} : { counts }),
  };
}

async function writeRows(path: string, rows: readonly Float32Array[]): Promise<void> {
  const width = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * width);
  rows.forEach((row, index) => values.set(row, index * width));
  await writeFile(path, encodeNpy(values, [rows.length, width]));
}
