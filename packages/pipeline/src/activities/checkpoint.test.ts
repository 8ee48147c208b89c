import type { ReferenceStatistics } from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';
import { expect, test } from 'vitest';

import { putArray } from './arrays.ts';
import { type Checkpoint, openCheckpoints, readCheckpoint } from './checkpoint.ts';

const SIZE = { latentDim: 2, embeddingDim: 3 };

function checkpointAt(iteration: number): Checkpoint {
  return {
    state: {
      iteration,
      latents: Float32Array.from({ length: 4 }, (_, i) => iteration + i / 7),
      embeddings: Float32Array.from({ length: 6 }, (_, i) => iteration - i / 7),
    },
    history: Array.from({ length: iteration }, (_, i) => ({ iteration: i }) as ReferenceStatistics),
  };
}

test('the newest state is replaced, kept ones stay, and a damaged one gives way to the one before', async () => {
  const store = await openObjectStore({ kind: 'memory' });
  const checkpoints = openCheckpoints(store, 'inputs', SIZE);
  const keys = async (): Promise<string[]> =>
    (await Array.fromAsync(store.list('checkpoints/'))).map(({ key }) => key);
  expect(await checkpoints.load()).toBeNull();

  await checkpoints.save(checkpointAt(1), { keep: false });
  const kept = await checkpoints.save(checkpointAt(2), { keep: true });
  // The three parts of iteration 1 are gone: pointer, record, and three parts of the one that stays.
  expect(await keys()).toHaveLength(5);
  const newest = await checkpoints.save(checkpointAt(3), { keep: false });
  expect(await keys()).toHaveLength(8);
  expect(await checkpoints.load()).toEqual(checkpointAt(3));
  // Killed after the parts of the next one were written, and before it was pointed at.
  await store.put('checkpoints/inputs/newest/left-over', Uint8Array.of(1));
  expect(await checkpoints.load()).toEqual(checkpointAt(3));

  await store.put(newest.latents.key, Uint8Array.of(0));
  expect(await checkpoints.load()).toEqual(checkpointAt(2));
  await store.delete(newest.latents.key);
  expect(await checkpoints.load()).toEqual(checkpointAt(2));

  const { state, history } = checkpointAt(4);
  const records = await checkpoints.finish({
    iteration: 4,
    latents: await putArray(store, state.latents, SIZE.latentDim),
    embeddings: await putArray(store, state.embeddings, SIZE.embeddingDim),
    history,
  });
  expect(records.map(({ iteration }) => iteration)).toEqual([2, 4]);
  expect((await keys()).filter((key) => key.includes('/newest'))).toEqual([]);
  expect(await readCheckpoint(store, kept)).toEqual(checkpointAt(2));
  for (const record of records) {
    expect(await readCheckpoint(store, record)).toEqual(checkpointAt(record.iteration));
  }
});
