/** @file Workers that give different memory to faster forms of convolutions round differently; a run must not show it. */

import { randomUUID } from 'node:crypto';

import { openCatalog } from '@colloid/catalog';
import { startTestDatabase } from '@colloid/catalog/testing';
import { openRuntime, type Runtime } from '@colloid/sampler';
import { wideRecogniserSource } from '@colloid/sampler/testing';
import { openObjectStore } from '@colloid/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openComputeHost } from './compute-host.ts';
import { executeRun } from './execute-run.ts';
import { installTinyModels, seedRun, tinyRecipe } from './testing/index.ts';
import { stoppingCatalog } from './testing/watched-catalog.ts';

const SIZE = {
  identities: 8,
  iterations: 30,
  variations: 2,
  variationIterations: 2,
  checkpointEvery: 10,
};
const RECIPE = { ...tinyRecipe(SIZE), recogniser: 'wide@1' };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 2 });
});
afterAll(() => runtime.close());

interface Made {
  readonly digest: string | undefined;
  readonly weightMemoryMb: number | null | undefined;
  readonly log: readonly string[];
}

/** Executes one run on workers of these figures: all but the last are stopped when the references have a state to go on from. */
async function madeBy(...figures: readonly number[]): Promise<Made> {
  await using stack = new AsyncDisposableStack();
  const database = await startTestDatabase();
  stack.defer(() => database.stop());
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  stack.defer(() => catalog.close());
  const store = await openObjectStore({ kind: 'memory' });
  stack.defer(() => store.close());
  const { actor, datasetId, runId } = await seedRun({
    catalog,
    store,
    recipe: RECIPE,
    installModels: (options) =>
      installTinyModels({ ...options, recogniser: wideRecogniserSource() }),
    enqueue: async () => undefined,
  });
  for (const [turn, weightMemoryMb] of figures.entries()) {
    await using worker = new AsyncDisposableStack();
    const host = openComputeHost({ store, runtime, weightMemoryMb });
    worker.defer(() => host.close());
    const isLast = turn === figures.length - 1;
    const at = { stage: 'REFERENCES', call: 'execution.recordCheckpoint' } as const;
    const ending = executeRun({
      ...(isLast
        ? { catalog, signal: new AbortController().signal }
        : stoppingCatalog(catalog, at)),
      store,
      host,
      runId,
      workerId: randomUUID(),
      machine: 'test',
      clock: () => performance.now() / 1000,
    });
    if (isLast) expect(await ending).toBe('SUCCEEDED');
    else await expect(ending).rejects.toThrow('stopped in REFERENCES');
  }
  const run = await catalog.execution.loadRun(runId);
  const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
  const lines = await catalog.runDetails.logLinesOf({ actor, runId });
  return {
    digest: version?.digest,
    weightMemoryMb: run?.weightMemoryMb,
    log: lines.map(({ message }) => message),
  };
}

test('a run that another worker goes on with keeps the figure that it began with, and its bits', async () => {
  const [without, withRoom] = [await madeBy(0), await madeBy(512)];
  // The figure does show in the bits: a run that changed it on the way would be neither of the two.
  expect(withRoom.digest).not.toBe(without.digest);
  const takenOver = await madeBy(0, 512);
  expect(takenOver).toMatchObject({ digest: without.digest, weightMemoryMb: 0 });
  expect(takenOver.log).toContainEqual(
    'It goes on with 0 MB for faster forms of convolutions, as it began, where COLLOID_WEIGHT_MEMORY_MB here is 512: its numbers would be rounded otherwise.',
  );
  expect((await madeBy(512, 0)).digest).toBe(withRoom.digest);
}, 300_000);
