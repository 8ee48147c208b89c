import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Recipe, Run } from '../generated/client.ts';
import {
  enqueueNothing,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

let open: TestCatalog;
beforeAll(async () => {
  open = await openTestCatalog();
});
afterAll(() => open.close());

const PLAN = { identityCount: 2, samplesPerIdentity: 3, separation: null } as const;

async function reserved(world: TestTeam): Promise<number | undefined> {
  const scope = { actor: world.owner, datasetIds: [world.dataset.id] };
  return (await open.catalog.budgets.budgetsOfDatasets(scope))[0]?.reservedIdentities;
}

async function worldWithBudget(slug: string): Promise<TestTeam> {
  const world = await makeTeam(open.catalog, slug);
  await open.catalog.budgets.setIdentityBudget({
    actor: world.owner,
    scope: { datasetId: world.dataset.id },
    maxIdentities: 100,
    maxSamples: 1000,
    minSeparation: 0,
  });
  return world;
}

describe('pausing', () => {
  test('a paused run keeps its budget, goes on when resumed, and its old job finds nothing to do', async () => {
    const world = await worldWithBudget('pause');
    const { runs, execution } = open.catalog;
    const run = await startRun(open.catalog, world);
    const wish = { actor: world.owner, runId: run.id };
    const begin = (jobId: string): Promise<Run | null> =>
      execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test', jobId });

    // Queued: at once, and the job that waits for it comes to nothing.
    expect(await runs.requestPause(wish)).toMatchObject({ state: 'PAUSED' });
    expect(await runs.requestPause(wish)).toMatchObject({ state: 'PAUSED' });
    expect(await begin('first')).toBeNull();
    const enqueued: string[] = [];
    await runs.resumeRun(wish, async (_tx, runId) => {
      enqueued.push(runId);
    });
    expect(enqueued).toEqual([run.id]);

    // Running: asked, and the worker does it; whoever has the run by another job is turned away.
    expect(await begin('second')).toMatchObject({ state: 'RUNNING' });
    expect(await begin('first')).toBeNull();
    expect(await begin('second')).not.toBeNull();
    expect(await execution.pauseRun(run.id)).toBe(false);
    expect(await runs.requestPause(wish)).toMatchObject({ state: 'RUNNING' });
    expect(await execution.readWishes({ runId: run.id, jobId: 'second' })).toEqual({
      cancel: false,
      isLost: false,
      pause: true,
    });
    expect(await execution.pauseRun(run.id)).toBe(true);
    expect(await execution.readWishes({ runId: run.id, jobId: 'second' })).toMatchObject({
      isLost: true,
    });
    await expect(execution.startStage({ runId: run.id, stage: 'RENDER' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('somebody has to resume it'),
    });
    expect(await reserved(world)).toBe(2);
    expect(await runs.requestCancel(wish)).toMatchObject({ state: 'CANCELLED' });
    expect(await reserved(world)).toBe(0);
  });

  test('a pause that has not come into effect can be taken back, and stale wishes are told', async () => {
    const world = await worldWithBudget('stale');
    const { runs, execution } = open.catalog;
    const run = await startRun(open.catalog, world);
    const wish = { actor: world.owner, runId: run.id };
    const resume = (): Promise<Run> => runs.resumeRun(wish, enqueueNothing);
    const conflict = (message: RegExp): object => ({
      code: 'CONFLICT',
      path: ['runId'],
      message: expect.stringMatching(message),
    });
    await expect(resume()).rejects.toMatchObject(conflict(/is QUEUED and not paused/));
    await execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });
    await expect(resume()).rejects.toMatchObject(conflict(/is RUNNING and not paused/));
    await runs.requestPause(wish);
    expect(await resume()).toMatchObject({ state: 'RUNNING', pauseRequestedAt: null });
    expect(await execution.pauseRun(run.id)).toBe(false);
    await runs.requestCancel(wish);
    await expect(runs.requestPause(wish)).rejects.toMatchObject(conflict(/is being cancelled/));
    await execution.finishRun({ runId: run.id, state: 'CANCELLED' });
    await expect(runs.requestPause(wish)).rejects.toMatchObject(conflict(/nothing left to pause/));
    await expect(resume()).rejects.toMatchObject(conflict(/cannot be resumed; start a new run/));
  });
});

describe('shards', () => {
  test('each goes to one worker, one that falls silent is taken over, and only while the run goes on', async () => {
    const world = await worldWithBudget('shards');
    const { shards, execution, runs } = open.catalog;
    const run = await startRun(open.catalog, world);
    const runId = run.id;
    const stage = 'VARIATIONS';
    await execution.beginRun({ runId, provider: 'cpu', machine: 'test', weightMemoryMb: 512 });
    await shards.openShards({ runId, stage, ordinals: [0, 1, 2] });
    await shards.openShards({ runId, stage, ordinals: [1, 2, 3] });
    const [ours, theirs] = [randomUUID(), randomUUID()];
    expect(await shards.claimShard({ workerId: theirs, provider: 'cuda' })).toBeNull();
    const small = { workerId: theirs, provider: 'cpu', weightMemoryMb: 511 };
    expect(await shards.claimShard(small)).toBeNull();
    const taken = await Promise.all(
      Array.from({ length: 5 }, (_, i) =>
        shards.claimShard({
          workerId: i % 2 === 0 ? ours : theirs,
          ...(i % 2 === 0 ? { runId, stage } : { provider: 'cpu', weightMemoryMb: 512 }),
        }),
      ),
    );
    const ordinals = taken.flatMap((shard) => shard?.ordinal ?? []);
    expect(ordinals.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);

    const zero = { runId, stage, ordinal: 0 } as const;
    // Of five who ask for four shards, any may be the one who gets none.
    const holder = taken.findIndex((shard) => shard?.ordinal === 0) % 2 === 0 ? ours : theirs;
    const other = holder === ours ? theirs : ours;
    expect(await shards.renewClaim({ ...zero, workerId: holder })).toBe('HELD');
    expect(await shards.renewClaim({ ...zero, workerId: other })).toBe('LOST');
    await open.catalog.prisma.$executeRaw`
      UPDATE "run_shard" SET "heartbeatAt" = now() - interval '21 seconds' WHERE "ordinal" = 0`;
    expect(await shards.claimShard({ workerId: other, runId, stage })).toEqual(zero);
    expect(await shards.renewClaim({ ...zero, workerId: holder })).toBe('LOST');

    await shards.finishShard(zero);
    await shards.failShard({ runId, stage, ordinal: 1, failure: 'It saturates.' });
    expect(await shards.readOpen({ runId, stage })).toEqual({ open: 3, failure: 'It saturates.' });
    await runs.requestCancel({ actor: world.owner, runId });
    expect(await shards.renewClaim({ runId, stage, ordinal: 2, workerId: other })).toBe('LOST');
    await execution.finishRun({ runId, state: 'CANCELLED' });
    expect(await shards.readOpen({ runId, stage })).toEqual({ open: 0, failure: null });
  });
});

describe('branching', () => {
  test('a branch is recorded on its run and its version, and refused where it cannot begin', async () => {
    const world = await worldWithBudget('branch');
    const { runs, runDetails, execution, versions, recipes, models } = open.catalog;
    const { owner: actor, team, recipe } = world;
    const source = await startRun(open.catalog, world);
    const branch = (
      change: { iteration?: number; recipeId?: string; reason?: string | null } = {},
    ): Promise<Run> =>
      runs.branchRun(
        {
          actor,
          runId: source.id,
          iteration: change.iteration ?? 10,
          recipeId: change.recipeId ?? recipe.id,
          plan: () => PLAN,
          checkBranch: () => change.reason ?? null,
        },
        enqueueNothing,
      );
    await expect(branch()).rejects.toMatchObject({
      code: 'INVALID',
      path: ['iteration'],
      message: expect.stringContaining('has kept no checkpoint to branch from'),
    });
    await produce(open.catalog, source);
    for (const iteration of [10, 20]) {
      const checkpoint = { runId: source.id, iteration, digest: 'e'.repeat(64), record: {} };
      await execution.recordCheckpoint(checkpoint);
      await execution.recordCheckpoint(checkpoint);
    }
    const parent = await versions.commitVersion({ runId: source.id, metrics: {} });
    await expect(branch({ iteration: 15 })).rejects.toMatchObject({
      message: expect.stringContaining('no checkpoint of iteration 15; it has kept 10, 20.'),
    });
    await expect(branch({ reason: 'The seed differs.' })).rejects.toMatchObject({
      path: ['recipeId'],
      message: 'The seed differs.',
    });
    const other = await models.ensureBuiltInModel({
      teamId: team.id,
      version: '1',
      licence: 'MIT',
      manifest: {},
      files: {},
      state: 'READY',
      kind: 'RECOGNISER',
      name: 'another',
      digest: 'f'.repeat(64),
    });
    const foreign: Recipe = await recipes.createRecipe({
      actor,
      teamId: team.id,
      name: 'foreign',
      definition: { seed: 1 },
      generatorVersionId: recipe.generatorVersionId,
      recogniserVersionId: other.id,
    });
    await expect(branch({ recipeId: foreign.id })).rejects.toMatchObject({
      message: expect.stringContaining('another recogniser than that of run 1'),
    });

    const made = await branch();
    expect(made).toMatchObject({ branchedFromId: source.id, branchedFromIteration: 10, number: 2 });
    expect(await runs.branchesOfRuns({ actor, runIds: [source.id] })).toMatchObject([
      [{ id: made.id }],
    ]);
    const kept = await runDetails.checkpointsOf({ actor, runId: source.id });
    expect(kept.map((checkpoint) => checkpoint.iteration)).toEqual([10, 20]);
    await produce(open.catalog, made);
    const version = await versions.commitVersion({ runId: made.id, metrics: {} });
    expect(await versions.parentsOfVersions({ actor, versionIds: [version.id] })).toMatchObject([
      [{ id: parent.id }],
    ]);
  });
});
