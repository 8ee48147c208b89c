/** @file The newest state of a reference stage, so that a stage killed anywhere goes on instead of beginning again. */

import { decodeNpy, encodeNpy } from '@colloid/formats';
import type { ReferenceState, ReferenceStatistics } from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

interface CheckpointRecord {
  readonly iteration: number;
  readonly latentsKey: string;
  readonly embeddingsKey: string;
  /** See {@link ReferenceState}. */
  readonly refused?: number;
  readonly before: ReferenceStatistics;
}

/** A state to go on from, and the statistics of the random draw that began it. */
export interface Checkpoint {
  readonly state: ReferenceState;
  readonly before: ReferenceStatistics;
}

export interface CheckpointStore {
  load(): Promise<Checkpoint | null>;
  /** Replaces the newest checkpoint; the one before is removed only once this one can be read. */
  save(checkpoint: Checkpoint): Promise<void>;
  clear(): Promise<void>;
}

/** The checkpoints of the stage with these inputs; latents are `[N, latentDim]`, embeddings `[N, embeddingDim]`. */
export function openCheckpoints(
  store: ObjectStore,
  inputsDigest: string,
  dimensions: { readonly latentDim: number; readonly embeddingDim: number },
): CheckpointStore {
  const folder = `checkpoints/${inputsDigest}`;
  const newest = `${folder}/newest.json`;

  const read = async (): Promise<CheckpointRecord | null> => {
    if ((await store.stat(newest)) === null) return null;
    return JSON.parse(new TextDecoder().decode(await store.get(newest))) as CheckpointRecord;
  };
  const remove = async (record: CheckpointRecord | null): Promise<void> => {
    if (record === null) return;
    await store.delete(record.latentsKey);
    await store.delete(record.embeddingsKey);
  };

  return {
    load: async () => {
      const record = await read();
      if (record === null) return null;
      const state = {
        iteration: record.iteration,
        latents: await readFloats(store, record.latentsKey),
        embeddings: await readFloats(store, record.embeddingsKey),
        ...(record.refused === undefined ? {} : { refused: record.refused }),
      };
      return { state, before: record.before };
    },
    save: async ({ state, before }) => {
      const previous = await read();
      if (previous?.iteration === state.iteration) return;
      const record: CheckpointRecord = {
        iteration: state.iteration,
        latentsKey: `${folder}/${state.iteration}-latents.npy`,
        embeddingsKey: `${folder}/${state.iteration}-embeddings.npy`,
        ...(state.refused === undefined ? {} : { refused: state.refused }),
        before,
      };
      await writeFloats(store, record.latentsKey, state.latents, dimensions.latentDim);
      await writeFloats(store, record.embeddingsKey, state.embeddings, dimensions.embeddingDim);
      await store.put(newest, new TextEncoder().encode(JSON.stringify(record)));
      await remove(previous);
    },
    clear: async () => {
      const record = await read();
      await store.delete(newest);
      await remove(record);
    },
  };
}

async function writeFloats(
  store: ObjectStore,
  key: string,
  values: Float32Array,
  columns: number,
): Promise<void> {
  await store.put(key, encodeNpy(values, [values.length / columns, columns]));
}

async function readFloats(store: ObjectStore, key: string): Promise<Float32Array> {
  const { data } = decodeNpy(await store.get(key));
  if (data instanceof Float32Array) return data;
  throw new TypeError(`${key} holds ${data.constructor.name}, not float32`);
}
