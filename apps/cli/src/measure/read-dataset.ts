/** @file What `./colloid measure` measures: a folder of `./colloid sample`, or arrays. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { decodeNpy, type NpyArray } from '@colloid/formats';
import type { VariationShard } from '@colloid/sampler';
import { z } from 'zod';

import { readDatasetFolder, readShardRows, type ShardRows } from '../dataset-folder.ts';
import { CliError } from '../errors.ts';

/** A dataset whose references are in memory and whose variations are read when they are needed. */
export interface MeasuredDataset {
  readonly references: { readonly embeddings: Float32Array; readonly latents?: Float32Array };
  /** Null where no identity has a second image. */
  readonly variations: (() => AsyncIterable<VariationShard>) | null;
  /** All embeddings, in order. */
  readonly samples: () => AsyncIterable<Float32Array>;
  readonly embeddingDim: number;
  /** Radians; null where the dataset does not say. */
  readonly ict: number | null;
  /** Name and version; null where the dataset does not say. */
  readonly recogniser: string | null;
}

/** The one part of a recipe that measures depend on. */
const ZSampled = z.object({
  recipe: z.object({
    references: z.object({ parameters: z.object({ interClassThreshold: z.number() }) }),
  }),
});

/** @throws {CliError} DATASET_FOLDER naming the file */
export async function readFolder(folder: string): Promise<MeasuredDataset> {
  const file = await readDatasetFolder(folder);
  const { shards, recogniser } = file;
  const sampled = ZSampled.safeParse(file);
  const references = { embeddings: [] as Float32Array[], latents: [] as Float32Array[] };
  let embeddingDim = 0;
  let hasVariations = false;
  for (const shard of shards) {
    const { places, latents, embeddings } = await readShardRows(folder, shard);
    embeddingDim = embeddings.length / places.length;
    hasVariations ||= places.some(({ ordinal }) => ordinal > 0);
    const first = places.flatMap(({ ordinal }, row) => (ordinal === 0 ? [row] : []));
    references.embeddings.push(rowsAt(embeddings, first, places.length));
    references.latents.push(rowsAt(latents, first, places.length));
  }
  return {
    references: {
      embeddings: concatenate(references.embeddings),
      latents: concatenate(references.latents),
    },
    variations: hasVariations
      ? async function* () {
          for (const shard of shards) yield* variationsOf(await readShardRows(folder, shard));
        }
      : null,
    samples: async function* () {
      for (const shard of shards) yield (await readShardRows(folder, shard)).embeddings;
    },
    embeddingDim,
    ict: sampled.success ? sampled.data.recipe.references.parameters.interClassThreshold : null,
    recogniser:
      recogniser.version === undefined ? null : `${recogniser.name}@${recogniser.version}`,
  };
}

/** Identities that follow each other and have as many variations each, together; one without any is a shard of its own. */
function* variationsOf({ places, latents, embeddings }: ShardRows): Generator<VariationShard> {
  const rows = Map.groupBy(places.keys(), (row) => places[row]?.identity ?? 0);
  let group: { firstIdentity: number; variations: number; rows: number[] } | null = null;
  const shardOf = ({ rows: own, ...rest }: NonNullable<typeof group>): VariationShard => ({
    ...rest,
    embeddings: rowsAt(embeddings, own, places.length),
    latents: rowsAt(latents, own, places.length),
  });
  for (const [identity, [, ...others]] of rows) {
    if (group !== null && (group.variations === 0 || group.variations !== others.length)) {
      yield shardOf(group);
      group = null;
    }
    group ??= { firstIdentity: identity, variations: others.length, rows: [] };
    group.rows.push(...others);
  }
  if (group !== null) yield shardOf(group);
}

/**
 * Embeddings [n, E], normalised here, with the label of each row; the first row of a label is its
 * reference. Without labels every row is an identity.
 *
 * @throws {CliError} `INVALID_DATASET` naming the file
 */
export async function readArrays(
  embeddingsFile: string,
  labelsFile: string | undefined,
): Promise<MeasuredDataset> {
  const all = await readUnitRows(embeddingsFile);
  const labels =
    labelsFile === undefined
      ? Int32Array.from({ length: all.rows }, (_, row) => row)
      : await readLabels(labelsFile, all.rows);
  const groups = new Map<number, number[]>();
  labels.forEach((label, row) => groups.set(label, [...(groups.get(label) ?? []), row]));
  const rowsOf = (rows: readonly number[]): Float32Array => rowsAt(all.data, rows, all.rows);
  const identities = [...groups.values()];
  return {
    references: { embeddings: rowsOf(identities.map((rows) => rows[0] ?? 0)) },
    variations: identities.every((rows) => rows.length === 1)
      ? null
      : async function* () {
          for (const [firstIdentity, rows] of identities.entries()) {
            const embeddings = rowsOf(rows.slice(1));
            yield { firstIdentity, variations: rows.length - 1, embeddings };
          }
        },
    samples: async function* () {
      yield all.data;
    },
    embeddingDim: all.columns,
    ict: null,
    recogniser: null,
  };
}

/** A float32 matrix with its rows brought to unit length. @throws {CliError} `INVALID_DATASET` */
export async function readUnitRows(file: string): Promise<Matrix & { readonly digest: string }> {
  const bytes = await read(file);
  const matrix = matrixOf(decodeNpy(bytes), file);
  const { data, columns } = matrix;
  const units = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += columns) {
    const row = data.subarray(at, at + columns);
    const norm = Math.hypot(...row);
    if (!(norm > 0) || !Number.isFinite(norm)) {
      throw new CliError(
        'INVALID_DATASET',
        `Row ${at / columns} of ${file} has length ${norm}; an embedding must be finite and not zero.`,
      );
    }
    units.set(
      row.map((value) => value / norm),
      at,
    );
  }
  return { ...matrix, data: units, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** Whole numbers, one for each row. @throws {CliError} `INVALID_DATASET` */
export async function readLabels(file: string, rows: number): Promise<Int32Array> {
  const { data, shape } = decodeNpy(await read(file));
  if (shape.length !== 1 || data.length !== rows || data instanceof Float32Array) {
    throw new CliError(
      'INVALID_DATASET',
      `${file} holds [${shape.join(', ')}] ${data.constructor.name}; give whole numbers, one label for each of the ${rows} rows.`,
    );
  }
  return Int32Array.from(data, Number);
}

interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

function matrixOf({ data, shape }: NpyArray, file: string): Matrix {
  const [rows, columns] = shape;
  if (data instanceof Float32Array && shape.length === 2 && rows !== undefined && columns) {
    return { data, rows, columns };
  }
  throw new CliError(
    'INVALID_DATASET',
    `${file} holds [${shape.join(', ')}] ${data.constructor.name}; give a float32 matrix, one row for each image.`,
  );
}

async function read(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new CliError('INVALID_DATASET', `${file} cannot be read; check its path.`, { cause });
  });
}

/** Some rows of a matrix of `count` rows. */
function rowsAt(data: Float32Array, rows: readonly number[], count: number): Float32Array {
  const columns = data.length / count;
  return concatenate(rows.map((row) => data.subarray(row * columns, (row + 1) * columns)));
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
