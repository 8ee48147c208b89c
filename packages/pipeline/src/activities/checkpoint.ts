/** @file States of a reference stage by digest: the newest, so that a stage killed anywhere goes on; and those kept to branch from. */

import { decodeNpy, encodeNpy } from '@colloid/formats';
import type { ReferenceState, ReferenceStatistics } from '@colloid/sampler';
import { isStorageError, type ObjectStore, renew, sha256, StorageError } from '@colloid/storage';

import { digestOf, type Json } from '../digest.ts';
import type { ArrayReference } from './arrays.ts';

/** An object of a checkpoint and what its bytes have to be. */
export interface CheckpointPart {
  readonly [key: string]: Json;
  readonly key: string;
  readonly digest: string;
}

/** Where a checkpoint is. */
export interface CheckpointRecord {
  readonly [key: string]: Json;
  readonly iteration: number;
  /** SHA-256 over all of the state: equal states have equal digests. */
  readonly digest: string;
  /** Draws refused in a row, see ReferenceState; null where none are. */
  readonly refused: number | null;
  /** `[N, D]` as npy. */
  readonly latents: CheckpointPart;
  /** `[N, E]` as npy. */
  readonly embeddings: CheckpointPart;
  /** Statistics of all iterations so far, as JSON. */
  readonly history: CheckpointPart;
}

/** A state to go on from, and the statistics of the iterations before it, the first of them of the random draw. */
export interface Checkpoint {
  readonly state: ReferenceState;
  readonly history: readonly ReferenceStatistics[];
}

export interface CheckpointStore {
  /** The newest checkpoint that can be read back unaltered. */
  load(): Promise<Checkpoint | null>;
  /**
   * Makes this the newest checkpoint; the one before is removed only once this one is in its place, unless it is kept.
   *
   * @param options.keep whether it stays when newer ones come
   */
  save(checkpoint: Checkpoint, options: { readonly keep: boolean }): Promise<CheckpointRecord>;
  /** Keeps the state that a finished stage has stored as its output; nothing is left to go on from. */
  finish(output: {
    readonly iteration: number;
    readonly latents: ArrayReference;
    readonly embeddings: ArrayReference;
    readonly history: readonly ReferenceStatistics[];
  }): Promise<readonly CheckpointRecord[]>;
}

/** The checkpoints of the stage with these inputs; latents are `[N, latentDim]`, embeddings `[N, embeddingDim]`. */
export function openCheckpoints(
  store: ObjectStore,
  inputsDigest: string,
  dimensions: { readonly latentDim: number; readonly embeddingDim: number },
): CheckpointStore {
  const folder = `checkpoints/${inputsDigest}`;
  // The only object of the folder that is ever replaced. What is kept lies apart, so that replacing cannot touch it.
  const pointer = `${folder}/newest.json`;
  const [passing, kept] = [`${folder}/newest/`, `${folder}/kept/`];
  const keptRecord = (iteration: number): string => `${kept}${iteration}.json`;

  const readRecord = async (key: string): Promise<CheckpointRecord | null> => {
    if ((await store.stat(key)) === null) return null;
    const record = JSON.parse(new TextDecoder().decode(await store.get(key))) as object;
    // Colloid 0.1 wrote another form; a stage that it left begins again.
    return 'history' in record ? (record as CheckpointRecord) : null;
  };
  const writeRecord = async (key: string, record: CheckpointRecord): Promise<void> => {
    await store.put(key, new TextEncoder().encode(JSON.stringify(record)));
  };
  const putPart = async (place: string, bytes: Uint8Array): Promise<CheckpointPart> => {
    const digest = sha256(bytes);
    const key = `${place}${digest}`;
    await renew(store, key, { sizeBytes: bytes.byteLength, body: () => bytes });
    return { key, digest };
  };
  const putHistory = (place: string, history: Checkpoint['history']): Promise<CheckpointPart> =>
    putPart(place, new TextEncoder().encode(JSON.stringify(history)));
  const listKept = async (): Promise<CheckpointRecord[]> => {
    const records: CheckpointRecord[] = [];
    for await (const { key } of store.list(kept)) {
      const record = key.endsWith('.json') ? await readRecord(key) : null;
      if (record !== null) records.push(record);
    }
    return records.toSorted((a, b) => a.iteration - b.iteration);
  };

  return {
    load: async () => {
      const newest = await readRecord(pointer);
      const candidates = [...(await listKept()), ...(newest === null ? [] : [newest])];
      for (const record of candidates.toSorted((a, b) => b.iteration - a.iteration)) {
        const checkpoint = await readCheckpoint(store, record).catch((error: unknown) => {
          // An older one gives the same bits, only later.
          if (isStorageError(error, 'NOT_FOUND') || isStorageError(error, 'CORRUPT')) return null;
          throw error;
        });
        if (checkpoint !== null) return checkpoint;
      }
      return null;
    },

    save: async ({ state, history }, { keep }) => {
      const previous = await readRecord(pointer);
      const place = keep ? kept : passing;
      const rows = (values: Float32Array, columns: number): Promise<CheckpointPart> =>
        putPart(place, encodeNpy(values, [values.length / columns, columns]));
      const record = recordOf({
        iteration: state.iteration,
        refused: state.refused ?? null,
        latents: await rows(state.latents, dimensions.latentDim),
        embeddings: await rows(state.embeddings, dimensions.embeddingDim),
        history: await putHistory(place, history),
      });
      if (keep) await writeRecord(keptRecord(record.iteration), record);
      await writeRecord(pointer, record);
      for (const key of previous === null ? [] : keysOf(previous)) {
        if (key.startsWith(passing) && !keysOf(record).includes(key)) await store.delete(key);
      }
      return record;
    },

    finish: async ({ iteration, latents, embeddings, history }) => {
      const record = recordOf({
        iteration,
        refused: null,
        latents: { key: latents.key, digest: latents.digest },
        embeddings: { key: embeddings.key, digest: embeddings.digest },
        history: await putHistory(kept, history),
      });
      await writeRecord(keptRecord(iteration), record);
      await store.delete(pointer);
      // All of them, since a worker killed between two steps may have left some.
      for await (const { key } of store.list(passing)) await store.delete(key);
      return listKept();
    },
  };
}

/**
 * Reads a checkpoint back; every part is verified.
 *
 * @throws StorageError NOT_FOUND, or CORRUPT when a part has another digest
 */
export async function readCheckpoint(
  store: ObjectStore,
  record: CheckpointRecord,
): Promise<Checkpoint> {
  const history = new TextDecoder().decode(await getVerified(store, record.history));
  return {
    state: {
      iteration: record.iteration,
      ...(record.refused === null ? {} : { refused: record.refused }),
      latents: await readFloats(store, record.latents),
      embeddings: await readFloats(store, record.embeddings),
    },
    history: JSON.parse(history) as readonly ReferenceStatistics[],
  };
}

function recordOf(parts: Omit<CheckpointRecord, 'digest'>): CheckpointRecord {
  const { iteration, refused, latents, embeddings, history } = parts as CheckpointRecord;
  const digest = digestOf({
    iteration,
    refused,
    latents: latents.digest,
    embeddings: embeddings.digest,
  });
  return { iteration, digest, refused, latents, embeddings, history };
}

function keysOf({ latents, embeddings, history }: CheckpointRecord): readonly string[] {
  return [latents.key, embeddings.key, history.key];
}

async function getVerified(store: ObjectStore, part: CheckpointPart): Promise<Uint8Array> {
  const bytes = await store.get(part.key);
  const actual = sha256(bytes);
  if (actual === part.digest) return bytes;
  throw new StorageError(
    'CORRUPT',
    `The checkpoint object '${part.key}' has SHA-256 ${actual}, not ${part.digest}; branch from another iteration, or restore it from a backup.`,
    { key: part.key },
  );
}

async function readFloats(store: ObjectStore, part: CheckpointPart): Promise<Float32Array> {
  const { data } = decodeNpy(await getVerified(store, part));
  if (data instanceof Float32Array) return data;
  throw new TypeError(`${part.key} holds ${data.constructor.name}, not float32`);
}
