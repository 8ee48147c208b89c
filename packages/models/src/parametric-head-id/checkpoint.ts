/** @file A training checkpoint as one file: a JSON header, then the arrays, written atomically. */
import { readFile, rename, writeFile } from 'node:fs/promises';

import type { TrainerCheckpoint } from '@colloid/sampler';

import type { EpochReport } from './report.ts';

export interface SavedTraining {
  /** What the run was started with; a checkpoint of another run is not continued. */
  readonly runDigest: string;
  readonly epochs: readonly EpochReport[];
  readonly trainer: TrainerCheckpoint;
}

interface Header {
  readonly runDigest: string;
  readonly epochs: readonly EpochReport[];
  readonly step: number;
  readonly arrays: readonly { readonly name: string; readonly length: number }[];
}

const PARTS = ['weights', 'firstMoments', 'secondMoments'] as const;
const HEADER_LENGTH_BYTES = 4;

/** Writes beside the file first and renames, so that a kill leaves the old checkpoint or the new one, whole. */
export async function saveCheckpoint(path: string, saved: SavedTraining): Promise<void> {
  const arrays = [...saved.trainer.weights].map(([name, values]) => ({
    name,
    length: values.length,
  }));
  const header = {
    runDigest: saved.runDigest,
    epochs: saved.epochs,
    step: saved.trainer.step,
    arrays,
  } satisfies Header;
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(HEADER_LENGTH_BYTES);
  length.writeUInt32LE(headerBytes.length);
  const bodies = PARTS.flatMap((part) =>
    arrays.map(({ name }) => {
      const values = saved.trainer[part].get(name) ?? new Float32Array(0);
      return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    }),
  );
  await writeFile(`${path}.partial`, Buffer.concat([length, headerBytes, ...bodies]));
  await rename(`${path}.partial`, path);
}

/** The checkpoint at `path` when there is one of this very run, else null. */
export async function loadCheckpoint(
  path: string,
  runDigest: string,
): Promise<SavedTraining | null> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return null;
  const headerEnd = HEADER_LENGTH_BYTES + bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.toString('utf8', HEADER_LENGTH_BYTES, headerEnd)) as Header;
  if (header.runDigest !== runDigest) return null;
  let offset = headerEnd;
  const readPart = (): ReadonlyMap<string, Float32Array> =>
    new Map(
      header.arrays.map(({ name, length }) => {
        // Copied, because the header leaves the arrays at offsets that no float32 view may start at.
        const values = new Float32Array(
          Uint8Array.from(bytes.subarray(offset, offset + 4 * length)).buffer,
        );
        offset += 4 * length;
        return [name, values];
      }),
    );
  const [weights, firstMoments, secondMoments] = [readPart(), readPart(), readPart()];
  return {
    runDigest,
    epochs: header.epochs,
    trainer: { step: header.step, weights, firstMoments, secondMoments },
  };
}
