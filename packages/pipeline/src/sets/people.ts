/** @file Who the rows of a gallery are: read out of a table, kept beside the embeddings, and read again. */

import { parsePeople } from '@colloid/sampler';
import { getContent, type ObjectStore, putContent } from '@colloid/storage';
import { z } from 'zod';

import { PipelineError } from '../errors.ts';

/** Who each row is. */
export interface People {
  /** Of every person, in the order of the alphabet. */
  readonly names: readonly string[];
  /** Index of the person of each row. */
  readonly rows: Int32Array;
}

const ZStored = z.object({ names: z.array(z.string()), rows: z.array(z.int()) });

/** What the rows of a gallery were made from. */
interface Rows {
  readonly count: number;
  /** Paths of the images that became rows, in order; null for a gallery of embeddings. */
  readonly files: readonly string[] | null;
}

/**
 * Reads a table with the column label, one line per embedding in their order; of images also with the column file.
 *
 * @throws PipelineError SET_INVALID where it does not fit the rows; CovariateError naming the line that cannot be read
 */
export function peopleOf(csv: Uint8Array, { count, files }: Rows): People {
  const table = parsePeople(new TextDecoder().decode(csv), { withFiles: files !== null });
  const labels = files === null ? table.map(({ label }) => label) : labelsOf(files, table);
  if (labels.length !== count) {
    throw invalid(
      `The table of labels has ${labels.length} lines, and the gallery ${count} rows; give one line for each row`,
    );
  }
  const names = [...new Set(labels)].toSorted();
  const index = new Map(names.map((name, at) => [name, at]));
  return { names, rows: Int32Array.from(labels, (label) => index.get(label) ?? -1) };
}

function labelsOf(
  files: readonly string[],
  table: readonly { readonly file: string; readonly label: string }[],
): readonly string[] {
  const byFile = new Map(table.map(({ file, label }) => [file, label]));
  return files.map((file) => {
    const label = byFile.get(file);
    if (label !== undefined) return label;
    throw invalid(`The table of labels says nothing of '${file}'; add a line for it`);
  });
}

/** Keeps it in the object store. */
export async function putPeople(
  store: ObjectStore,
  { names, rows }: People,
): Promise<{ readonly labelsDigest: string; readonly people: number }> {
  const text = JSON.stringify({ names, rows: [...rows] });
  const contentType = 'application/json';
  const { digest } = await putContent(store, new TextEncoder().encode(text), { contentType });
  return { labelsDigest: digest, people: names.length };
}

/** Null for a gallery that does not say. @throws StorageError NOT_FOUND, CORRUPT */
export async function getPeople(
  store: ObjectStore,
  { labelsDigest }: { readonly labelsDigest: string | null },
): Promise<People | null> {
  if (labelsDigest === null) return null;
  const text = new TextDecoder().decode(await getContent(store, labelsDigest));
  const { names, rows } = ZStored.parse(JSON.parse(text));
  return { names, rows: Int32Array.from(rows) };
}

function invalid(text: string): PipelineError {
  return new PipelineError('SET_INVALID', `${text}.`);
}
