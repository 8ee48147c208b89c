import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';

import type { Measurement } from '@colloid/catalog';
import { installTinyModels, tinyRecipe } from '@colloid/pipeline/testing';
import { expect, test } from 'vitest';

import { inWorkerWorld, until, type WorkerWorld } from './testing/worker-world.ts';

const RUN = {
  recipe: tinyRecipe({ identities: 12, iterations: 5, variations: 3, variationIterations: 2 }),
  installModels: installTinyModels,
};

/** A subset of the version whose measurement is in the queue; another message, the same samples. */
async function subset({ catalog, queue, seeded }: WorkerWorld, message: string): Promise<string> {
  const { actor, datasetId } = seeded;
  const version = await catalog.versions.versionByNumber({ actor, datasetId, number: 1 });
  const query = { maxIdentities: 7, perIdentity: 3, seed: 2 };
  const made = await catalog.subsets.materialiseSubset(
    { actor, from: { versionId: version?.id ?? '', query }, message },
    (tx, id) => queue.enqueueMeasurement(tx, id),
  );
  return made.id;
}

async function when(
  world: WorkerWorld,
  versionId: string,
  state: Measurement['state'],
): Promise<Measurement> {
  const { measurement } = world.catalog.prisma;
  await until(world, `a measurement that is ${state}`, async () => {
    const found = await measurement.findFirst({ where: { versionId } });
    if (found?.state === 'FAILED') throw new Error(found.failure ?? '');
    return found?.state === state;
  });
  return measurement.findFirstOrThrow({ where: { versionId } });
}

/** The end of a pipe that is written to, once somebody reads at the other one, who then waits for it. */
async function openWhenRead(world: WorkerWorld, pipe: string): Promise<FileHandle> {
  let end: FileHandle | undefined;
  await until(world, 'somebody who reads the shard', async () => {
    // Without O_NONBLOCK the opening itself would wait, and hear nothing of a worker that failed.
    end = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENXIO') return undefined;
      throw error;
    });
    return end !== undefined;
  });
  return end as FileHandle;
}

test('a measurement whose worker is killed is taken over by another one and comes out the same', async () => {
  await inWorkerWorld(RUN, async (world) => {
    const { catalog, objectsFolder, seeded } = world;
    const first = world.startWorker();
    await until(world, 'the end of the run', ({ state }) => state === 'SUCCEEDED');
    // Whoever reads this shard waits in the middle of it, until somebody writes into the pipe.
    const shards = await catalog.rows.shardsOfRun(seeded.runId);
    const { objectKey = '' } = shards.find(({ kind }) => kind === 'EMBEDDINGS') ?? {};
    const file = join(objectsFolder, objectKey);
    await rename(file, `${file}.kept`);
    execFileSync('mkfifo', [file]);
    const killed = await subset(world, 'killed');
    await using _writing = await openWhenRead(world, file);
    await when(world, killed, 'RUNNING');
    await first.kill({ isMissed: true });
    expect(await when(world, killed, 'RUNNING')).toMatchObject({ metrics: null });
    await rename(`${file}.kept`, file);
    world.startWorker();
    const taken = await when(world, killed, 'DONE');

    // Made anew, and not found by its digest.
    await catalog.prisma.activity.deleteMany({ where: { name: 'dataset-metrics' } });
    const straight = await when(world, await subset(world, 'straight'), 'DONE');
    expect(taken.metrics).toEqual(straight.metrics);
    expect(taken.inputsDigest).toBe(straight.inputsDigest);
  });
}, 600_000);
