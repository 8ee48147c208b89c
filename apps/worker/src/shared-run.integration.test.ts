import { installTinyModels, tinyRecipe } from '@colloid/pipeline/testing';
import { expect, test } from 'vitest';

import { contentsWhenDone, inWorkerWorld, until } from './testing/worker-world.ts';

/** Thirteen shards of variations, five of images. */
const RUN = {
  recipe: tinyRecipe({ identities: 200, iterations: 3, variations: 20, variationIterations: 5 }),
  installModels: installTinyModels,
};

test('a run has the same latents, embeddings and images whether 1, 2 or 4 workers compute it', async () => {
  const made = [];
  for (const workers of [1, 2, 4]) {
    const contents = await inWorkerWorld(RUN, async (world) => {
      const { catalog, queue } = world;
      const { actor, runId } = world.seeded;
      // It waits until all of them are there: the first would else have done much of it before the last one has begun.
      await catalog.runs.requestPause({ actor, runId });
      for (let worker = 0; worker < workers; worker += 1) world.startWorker();
      await until(
        world,
        `${workers} workers`,
        async () => (await catalog.workers.listWorkers()).length === workers,
      );
      await catalog.runs.resumeRun({ actor, runId }, (transaction, id) =>
        queue.enqueueRun(transaction, id, { gpu: false }),
      );
      const result = await contentsWhenDone(world);
      const lines = await catalog.runDetails.logLinesOf({ actor, runId });
      // A worker alone has no others; several must really have shared the work.
      const shared = lines.some(({ message }) => message.includes('computed by other workers'));
      expect(shared, `${workers} workers`).toBe(workers > 1);
      return result;
    });
    made.push(contents);
  }
  expect(made[0]?.shards).toHaveLength(15);
  expect(made[1]).toEqual(made[0]);
  expect(made[2]).toEqual(made[0]);
}, 600_000);
