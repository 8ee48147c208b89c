/** @file What `./colloid measure` measures: a folder of `./colloid sample`, or arrays. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodeNpy, type NpyArray } from '@colloid/formats';
import type { VariationShard } from '@colloid/sampler';
import { z } from 'zod';

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

const ZModel = z.object({ name: z.string(), version: z.string() });
const ZDataset = z.object({
  recipe: z.object({
    references: z.object({ parameters: z.object({ interClassThreshold: z.number() }) }),
  }),
  recogniser: ZModel,
  shards: z
    .array(
      z.object({
        latents: z.string(),
        embeddings: z.string(),
        firstIdentity: z.int().nonnegative(),
        identities: z.int().positive(),
        samples: z.int().positive(),
      }),
    )
    .min(1),
});
type Shard = z.infer<typeof ZDataset>['shards'][number];

/** @throws {CliError} `INVALID_DATASET` naming the file */
export async function readFolder(folder: string): Promise<MeasuredDataset> {
  const file = join(folder, 'dataset.json');
  const parsed = ZDataset.safeParse(JSON.parse((await read(file)).toString('utf8')));
  if (!parsed.success) {
    throw new CliError(
      'INVALID_DATASET',
      `${file} is not what ./colloid sample writes: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { shards, recipe, recogniser } = parsed.data;
  const perIdentity = (shards[0]?.samples ?? 1) / (shards[0]?.identities ?? 1);
  const references = { embeddings: [] as Float32Array[], latents: [] as Float32Array[] };
  let embeddingDim = 0;
  for (const shard of shards) {
    const embeddings = await readShard(folder, shard, 'embeddings');
    const latents = await readShard(folder, shard, 'latents');
    embeddingDim = embeddings.columns;
    references.embeddings.push(everyFirst(embeddings, perIdentity));
    references.latents.push(everyFirst(latents, perIdentity));
  }
  return {
    references: {
      embeddings: concatenate(references.embeddings),
      latents: concatenate(references.latents),
    },
    variations:
      perIdentity === 1
        ? null
        : async function* () {
            for (const shard of shards) {
              yield {
                firstIdentity: shard.firstIdentity,
                variations: perIdentity - 1,
                embeddings: allButFirst(await readShard(folder, shard, 'embeddings'), perIdentity),
                latents: allButFirst(await readShard(folder, shard, 'latents'), perIdentity),
              };
            }
          },
    samples: async function* () {
      for (const shard of shards) yield (await readShard(folder, shard, 'embeddings')).data;
    },
    embeddingDim,
    ict: recipe.references.parameters.interClassThreshold,
    recogniser: `${recogniser.name}@${recogniser.version}`,
  };
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
  const rowsOf = (rows: readonly number[]): Float32Array =>
    concatenate(rows.map((row) => all.data.subarray(row * all.columns, (row + 1) * all.columns)));
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

async function readShard(
  folder: string,
  shard: Shard,
  kind: 'latents' | 'embeddings',
): Promise<Matrix> {
  const file = join(folder, shard[kind]);
  const matrix = matrixOf(decodeNpy(await read(file)), file);
  if (matrix.rows === shard.samples && shard.samples % shard.identities === 0) return matrix;
  throw new CliError(
    'INVALID_DATASET',
    `${file} has ${matrix.rows} rows where dataset.json says ${shard.samples} samples of ${shard.identities} identities; sample the dataset again.`,
  );
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

function everyFirst({ data, columns, rows }: Matrix, every: number): Float32Array {
  const first = Array.from({ length: rows / every }, (_, k) =>
    data.subarray(k * every * columns, (k * every + 1) * columns),
  );
  return concatenate(first);
}

function allButFirst({ data, columns, rows }: Matrix, every: number): Float32Array {
  const others = Array.from({ length: rows / every }, (_, k) =>
    data.subarray((k * every + 1) * columns, (k + 1) * every * columns),
  );
  return concatenate(others);
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
