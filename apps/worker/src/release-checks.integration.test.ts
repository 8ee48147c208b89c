import { installTinyModels, tinyRecipe } from '@colloid/pipeline/testing';
import { expect, test } from 'vitest';

import { contentsWhenDone, inWorkerWorld, until } from './testing/worker-world.ts';

const RUN = {
  recipe: tinyRecipe({ identities: 6, iterations: 3, variations: 2, variationIterations: 2 }),
  installModels: installTinyModels,
};

test('a worker makes the checks of a release, and stays at hand for the next', async () => {
  await inWorkerWorld(RUN, async (world) => {
    const { catalog, queue, seeded } = world;
    const { actor, datasetId } = seeded;
    world.startWorker();
    await contentsWhenDone(world);
    const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
    const { id: releaseId } = await catalog.releases.createRelease({
      actor,
      versionId: version?.id ?? '',
      semanticVersion: '1.0.0',
      title: 'Faces',
      terms: { licence: 'CC-BY-4.0' },
    });
    for (const attempt of [1, 2]) {
      await catalog.releases.runReleaseChecks({ actor, releaseId }, async (tx, checks) => {
        for (const check of checks) await queue.enqueueReleaseCheck(tx, check);
      });
      const rows = () => catalog.prisma.releaseCheck.findMany({ where: { releaseId } });
      await until(world, 'the end of the checks', async () =>
        (await rows()).every(({ state }) => state !== 'PENDING' && state !== 'RUNNING'),
      );
      const states = new Map((await rows()).map(({ kind, state }) => [kind, state]));
      expect(states.size).toBe(7);
      expect([...states.values()]).not.toContain('ERRORED');
      expect(states.get('SHARD_INTEGRITY')).toBe('PASSED');
      expect(states.get('SYNTHETIC_MARK')).toBe('PASSED');
      expect(states.get('DATASHEET')).toBe('FAILED');
      expect((await rows()).map((row) => row.attempt)).toEqual(Array(7).fill(attempt));
    }
  });
}, 600_000);
