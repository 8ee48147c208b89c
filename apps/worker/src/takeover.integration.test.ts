import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { RunStage } from '@colloid/catalog';
import { installTinyModels, smallRecipe, tinyRecipe } from '@colloid/pipeline/testing';
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
const ALL = process.env['COLLOID_TEST_ALL'] === '1';
type WorkerRun = Parameters<typeof inWorkerWorld>[0];
/** Thirteen shards of variations, five of images; every stage takes long enough to be killed in. */
const TINY: WorkerRun = {
  recipe: tinyRecipe({
    identities: 200,
    iterations: ITERATIONS,
    variations: 20,
    variationIterations: 5,
  }),
  installModels: installTinyModels,
};
/** Three shards of variations, one of images; a quarter of a minute of two cores. */
const BUILT_IN: WorkerRun = {
  recipe: smallRecipe({ identities: 36, iterations: 5, variations: 4, variationIterations: 2 }),
};
const STAGES = ['PREPARE', 'REFERENCES', 'VARIATIONS', 'RENDER', 'MEASURE', 'COMMIT'] as const;
const SEED = 4;

/** What a run that nobody disturbs makes, and how long its stages take. */
interface Straight {
  readonly contents: RunContents & { readonly iterations: number };
  readonly seconds: Partial<Record<RunStage, number>>;
}

const straightRun = (run: WorkerRun): Promise<Straight> =>
  inWorkerWorld(run, async (world) => {
    world.startWorker();
    const contents = await contentsOf(world);
    const row = await world.catalog.execution.loadRun(world.seeded.runId);
    return { contents, seconds: (row?.secondsPerStage ?? {}) as Straight['seconds'] };
  });

const iterationsOf = ({ catalog, seeded }: WorkerWorld): Promise<number> =>
  catalog.prisma.runIteration.count({ where: { runId: seeded.runId, stage: 'REFERENCES' } });

const contentsOf = async (world: WorkerWorld): Promise<Straight['contents']> => ({
  ...(await contentsWhenDone(world)),
  iterations: await iterationsOf(world),
});

let straight: Straight;
beforeAll(async () => {
  straight = await straightRun(TINY);
  expect(straight.contents.iterations).toBe(ITERATIONS + 1);
}, 600_000);

// Each kill takes as long as a worker needs to be missed, so that all of them are for `./colloid test --all`.
describe('a worker of the tests’ pair killed at a random moment is taken over with the same bits', () => {
  testKills({ kills: ALL ? 20 : 2, run: TINY, straight: () => straight });
});

describe.runIf(ALL)('so is one of the built-in pair', () => {
  let ofBuiltIn: Straight;
  beforeAll(async () => {
    ofBuiltIn = await straightRun(BUILT_IN);
  }, 600_000);
  testKills({ kills: 20, run: BUILT_IN, straight: () => ofBuiltIn });
});

/** Kills in every stage in turn, each in a world of its own. */
function testKills(matrix: {
  readonly kills: number;
  readonly run: WorkerRun;
  readonly straight: () => Straight;
}): void {
  const { kills, run } = matrix;
  for (let kill = 0; kill < kills; kill += 1) {
    const [share = 0, second = 0] = twoDraws(kill);
    // The longest two stages first: they are those of the short version.
    const stage = STAGES[(kill + 1) % STAGES.length] ?? 'REFERENCES';
    const hasSecond = second < 0.5;
    const when = `in ${stage} after ${share.toFixed(2)} of its time`;
    const who = hasSecond ? 'a worker that is there' : 'one that comes';
    test(`kill ${kill}: ${when}, by ${who}`, { timeout: 600_000 }, async () => {
      const { contents: expected, seconds } = matrix.straight();
      const contents = await inWorkerWorld(run, async (world) => {
        const workers = [world.startWorker(), ...(hasSecond ? [world.startWorker()] : [])];
        await until(world, `the stage ${stage}`, ({ stage: at, state }) => {
          const reached = at === null ? -1 : STAGES.indexOf(at);
          return reached >= STAGES.indexOf(stage) || state === 'SUCCEEDED';
        });
        await delay(share * (seconds[stage] ?? 0) * 1000);
        // With two there, which of them has the run is chance. Once it is waited until the dead one is missed, and always with `--all`.
        await workers[0]?.kill({ isMissed: !ALL && kill > 0 && !hasSecond });
        if (!hasSecond) world.startWorker();
        return contentsOf(world);
      });
      expect(contents).toEqual(expected);
    });
  }
}

/** Uniform in [0, 1), the same every time. */
function twoDraws(kill: number): readonly number[] {
  const draw = new Float64Array(2);
  uniform({ seed: SEED, stream: 0, identity: kill, iteration: 0 }, draw);
  return [...draw];
}

test('a run that was paused and resumed elsewhere has the bits and iterations of one that was not', async () => {
  const contents = await inWorkerWorld(TINY, async (world) => {
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
  expect(contents).toEqual(straight.contents);
}, 600_000);

test('a worker that is told to stop gives its run back at once, and another one ends it with the same bits', async () => {
  const contents = await inWorkerWorld(TINY, async (world) => {
    const { catalog } = world;
    const first = world.startWorker();
    await until(world, 'a few iterations', async () => (await iterationsOf(world)) >= 3);
    expect(await first.stop()).toBe(0);
    expect(await catalog.workers.listWorkers()).toEqual([]);
    // Nobody has to miss it first: the job waits for its next try.
    const jobs = await catalog.prisma.$queryRaw<{ state: string }[]>`
      SELECT state::text FROM pgboss.job WHERE name = 'run.execute'`;
    expect(jobs).toEqual([{ state: 'retry' }]);
    world.startWorker();
    return contentsOf(world);
  });
  expect(contents).toEqual(straight.contents);
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
