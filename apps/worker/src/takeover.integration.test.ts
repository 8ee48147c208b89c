import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { RunStage } from '@colloid/catalog';
import { installTinyModels, tinyRecipe } from '@colloid/pipeline/testing';
import { uniform } from '@colloid/sampler';
import { beforeAll, describe, expect, test } from 'vitest';

import {
  contentsWhenDone,
  inWorkerWorld,
  type RunContents,
  until,
  type WorkerWorld,
} from './testing/worker-world.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const ITERATIONS = 200;
/** Thirteen shards of variations, five of images; every stage takes long enough to be killed in. */
const RUN = {
  recipe: tinyRecipe({
    identities: 200,
    iterations: ITERATIONS,
    variations: 20,
    variationIterations: 5,
  }),
  installModels: installTinyModels,
};
const STAGES = ['PREPARE', 'REFERENCES', 'VARIATIONS', 'RENDER', 'MEASURE', 'COMMIT'] as const;
const SEED = 4;
/** All twenty with `./colloid test --all`; each takes as long as a worker needs to be missed. */
const KILLS = process.env['COLLOID_TEST_ALL'] === '1' ? 20 : 2;

/** What a run that nobody disturbs makes, and how long its stages take. */
let straight: RunContents & { readonly iterations: number };
let seconds: Partial<Record<RunStage, number>>;

beforeAll(async () => {
  await inWorkerWorld(RUN, async (world) => {
    world.startWorker();
    straight = { ...(await contentsWhenDone(world)), iterations: await iterationsOf(world) };
    const run = await world.catalog.execution.loadRun(world.seeded.runId);
    seconds = run?.secondsPerStage as typeof seconds;
  });
  expect(straight.iterations).toBe(ITERATIONS + 1);
}, 600_000);

const iterationsOf = ({ catalog, seeded }: WorkerWorld): Promise<number> =>
  catalog.prisma.runIteration.count({ where: { runId: seeded.runId, stage: 'REFERENCES' } });

const contentsOf = async (world: WorkerWorld): Promise<typeof straight> => ({
  ...(await contentsWhenDone(world)),
  iterations: await iterationsOf(world),
});

describe('a worker killed at a random moment is taken over with the same bits', () => {
  const moments = Array.from({ length: KILLS }, (_, kill) => {
    const draw = new Float64Array(2);
    uniform({ seed: SEED, stream: 0, identity: kill, iteration: 0 }, draw);
    // Every stage in turn, the longest two first: they are those of the short version.
    const stage = STAGES[(kill + 1) % STAGES.length] ?? 'REFERENCES';
    return { kill, stage, share: draw[0] ?? 0, hasSecond: (draw[1] ?? 0) < 0.5 };
  });
  for (const { kill, stage, share, hasSecond } of moments) {
    const when = `in ${stage} after ${share.toFixed(2)} of its time`;
    const who = hasSecond ? 'a worker that is there' : 'one that comes';
    test(`kill ${kill}: ${when}, by ${who}`, { timeout: 600_000 }, async () => {
      const contents = await inWorkerWorld(RUN, async (world) => {
        const workers = [world.startWorker(), ...(hasSecond ? [world.startWorker()] : [])];
        await until(world, `the stage ${stage}`, (run) => {
          const reached = run.stage === null ? -1 : STAGES.indexOf(run.stage);
          return reached >= STAGES.indexOf(stage) || run.state === 'SUCCEEDED';
        });
        await delay(share * (seconds[stage] ?? 0) * 1000);
        // With two there, which of them has the run is chance.
        await workers[0]?.kill();
        if (!hasSecond) world.startWorker();
        return contentsOf(world);
      });
      expect(contents).toEqual(straight);
    });
  }
});

test('a run that was paused and resumed elsewhere has the bits and iterations of one that was not', async () => {
  const contents = await inWorkerWorld(RUN, async (world) => {
    const { catalog, queue, seeded } = world;
    const wish = { actor: seeded.actor, runId: seeded.runId };
    const first = world.startWorker();
    await until(world, 'a few iterations', async () => (await iterationsOf(world)) >= 3);
    await catalog.runs.requestPause(wish);
    await until(world, 'the pause', (run) => run.state === 'PAUSED');
    const atPause = await iterationsOf(world);
    expect(atPause).toBeLessThan(ITERATIONS);
    // What was paused can be branched: the state of that very moment is kept.
    const kept = await catalog.runDetails.checkpointsOf(wish);
    expect(kept.map(({ iteration }) => iteration)).toEqual([atPause]);
    await first.kill();
    await catalog.runs.resumeRun(wish, (transaction, runId) =>
      queue.enqueueRun(transaction, runId, { gpu: false }),
    );
    world.startWorker();
    return contentsOf(world);
  });
  expect(contents).toEqual(straight);
}, 600_000);

test('a worker that cannot reach its database says so in one sentence and exits with 1', async () => {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      DATABASE_URL: 'postgresql://colloid:secret@127.0.0.1:9/colloid',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  expect(code).toBe(1);
  expect(said).toMatch(/^colloid worker: .*127\.0\.0\.1:9.*\n$/);
  expect(said).not.toContain('secret');
});
