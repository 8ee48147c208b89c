/** @file The folder that `./colloid sample` writes: `dataset.json`, and arrays and images in shards of whole identities. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeNpy } from '@colloid/formats';
import type { ReferenceStatistics } from '@colloid/sampler';
import { z } from 'zod';

import { CliError } from './errors.ts';

/** What describes the dataset, in its folder. */
export const DATASET_FILE = 'dataset.json';

const ZModelNote = z.object({
  name: z.string(),
  version: z.string().optional(),
  digest: z.string().optional(),
  licence: z.string().optional(),
});

const ZShardNote = z.object({
  /** Absent where the latents came without images. */
  images: z.string().optional(),
  latents: z.string(),
  embeddings: z.string(),
  /** Of the images. */
  digest: z.string().optional(),
  firstIdentity: z.number().int().min(0),
  identities: z.number().int().min(1),
  samples: z.number().int().min(1),
  /** Samples of each identity; absent where all have as many. */
  counts: z.array(z.number().int().min(1)).optional(),
});

const ZDatasetFile = z.looseObject({
  generator: ZModelNote.extend({ hasMapping: z.boolean().optional() }),
  recogniser: ZModelNote,
  shards: z.array(ZShardNote),
});

export type ModelNote = z.infer<typeof ZModelNote>;
export type ShardNote = z.infer<typeof ZShardNote>;
/** What every `dataset.json` has; a sampled one also has its recipe, metrics and execution provider. */
export type DatasetFile = z.infer<typeof ZDatasetFile>;

/** Rows of one shard: identity after identity, the reference first. */
export interface ShardRows {
  /** Identity and ordinal of every row. */
  readonly places: readonly { readonly identity: number; readonly ordinal: number }[];
  /** [samples, D] */
  readonly latents: Float32Array;
  /** [samples, E] */
  readonly embeddings: Float32Array;
}

/** @throws {CliError} DATASET_FOLDER where the folder has no `dataset.json` of this form */
export async function readDatasetFolder(folder: string): Promise<DatasetFile> {
  const path = join(folder, DATASET_FILE);
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CliError(
      'DATASET_FOLDER',
      `${path} cannot be read; give a folder that ./colloid sample or ./colloid samples import wrote.`,
      { cause },
    );
  }
  const parsed = ZDatasetFile.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError(
    'DATASET_FOLDER',
    `${path} is not what ./colloid sample writes (${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unknown'}).`,
  );
}

/** Writes `dataset.json` anew. */
export async function writeDatasetFile(folder: string, file: DatasetFile): Promise<void> {
  await writeFile(join(folder, DATASET_FILE), `${JSON.stringify(file, null, 2)}\n`);
}

/** @throws {CliError} DATASET_FOLDER where an array is missing, or its rows are not those that the shard notes */
export async function readShardRows(folder: string, shard: ShardNote): Promise<ShardRows> {
  const counts =
    shard.counts ??
    Array.from({ length: shard.identities }, () => shard.samples / shard.identities);
  const places = counts.flatMap((count, offset) =>
    Array.from({ length: count }, (_, ordinal) => ({
      identity: shard.firstIdentity + offset,
      ordinal,
    })),
  );
  const read = (name: string): Promise<Float32Array> =>
    readFloats(join(folder, name), places.length);
  return { places, latents: await read(shard.latents), embeddings: await read(shard.embeddings) };
}

/** Where the iterations of the references are kept beside `dataset.json`. */
export const STATISTICS_FILE = 'statistics.json';

/** The statistics of every iteration of the references, or none where the folder keeps none. */
export async function readIterations(folder: string): Promise<readonly ReferenceStatistics[]> {
  try {
    const text = await readFile(join(folder, STATISTICS_FILE), 'utf8');
    return (JSON.parse(text) as { readonly references: readonly ReferenceStatistics[] }).references;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readFloats(path: string, rows: number): Promise<Float32Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CliError('DATASET_FOLDER', `${path} cannot be read; the dataset is not whole.`, {
      cause,
    });
  });
  const { data, shape } = decodeNpy(bytes);
  if (data instanceof Float32Array && shape.length === 2 && shape[0] === rows) return data;
  throw new CliError(
    'DATASET_FOLDER',
    `${path} holds ${shape.join('x')} numbers where ${rows} float32 rows belong; sample or import the dataset again.`,
  );
}
