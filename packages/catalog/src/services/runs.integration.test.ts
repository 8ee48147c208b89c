import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isCatalogError } from '../errors.ts';
import type { IdentityBudget } from '../generated/client.ts';
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

/** A new team whose own budget and whose dataset's budget are as given. */
async function teamWithBudgets(
  slug: string,
  budgets: {
    readonly team?: [identities: number, samples: number];
    readonly dataset?: [identities: number, samples: number];
  },
): Promise<TestTeam> {
  const world = await makeTeam(open.catalog, slug);
  for (const [scope, amounts] of [
    [{ teamId: world.team.id }, budgets.team],
    [{ datasetId: world.dataset.id }, budgets.dataset],
  ] as const) {
    if (amounts === undefined) continue;
    await open.catalog.budgets.setIdentityBudget({
      actor: world.owner,
      scope,
      maxIdentities: amounts[0],
      maxSamples: amounts[1],
      minSeparation: 0.5,
    });
  }
  return world;
}

function budgetsOf({
  owner,
  team,
  dataset,
}: TestTeam): Promise<(IdentityBudget | null | undefined)[]> {
  return Promise.all([
    open.catalog.budgets.budgetsOfTeams({ actor: owner, teamIds: [team.id] }),
    open.catalog.budgets.budgetsOfDatasets({ actor: owner, datasetIds: [dataset.id] }),
  ]).then((found) => found.map(([budget]) => budget));
}

describe('budgets of runs', () => {
  // Fifty transactions wait for one row after another; on a busy machine that takes its time.
  const timeout = 120_000;
  test(
    'of fifty runs started at once, exactly those that fit into the budget start',
    { timeout },
    async () => {
      const world = await teamWithBudgets('race', { team: [1000, 30], dataset: [20, 1000] });
      const enqueued: string[] = [];
      const results = await Promise.allSettled(
        Array.from({ length: 50 }, () =>
          open.catalog.runs.createRun(
            {
              actor: world.owner,
              datasetId: world.dataset.id,
              recipeId: world.recipe.id,
              plan: () => ({ identityCount: 2, samplesPerIdentity: 1, separation: 1 }),
            },
            async (tx, runId) => {
              await enqueueNothing(tx);
              enqueued.push(runId);
            },
          ),
        ),
      );
      const started = results.filter((result) => result.status === 'fulfilled');
      const refused = results.filter((result) => result.status === 'rejected');
      const others = refused.filter(({ reason }) => !isCatalogError(reason, 'BUDGET_EXCEEDED'));
      expect(others.map(({ reason }) => String(reason))).toEqual([]);
      expect(started).toHaveLength(10);
      expect(enqueued).toHaveLength(10);
      expect(started.map((result) => result.value.number).sort((a, b) => a - b)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
      ]);
      expect(String(refused[0]?.reason)).toContain(
        "The dataset's budget is 20 identities: 0 are used and 20 reserved by other runs, so 0 are left, and this run needs 2",
      );
      expect(await budgetsOf(world)).toMatchObject([
        { reservedIdentities: 20, reservedSamples: 20, usedIdentities: 0 },
        { reservedIdentities: 20, reservedSamples: 20, usedIdentities: 0 },
      ]);
    },
  );

  test('a run settles what it made, and gives everything back when it fails or is cancelled', async () => {
    const world = await teamWithBudgets('settle', { team: [10, 30], dataset: [10, 30] });
    const { execution, versions, runs } = open.catalog;
    const made = await startRun(open.catalog, world, { separation: 0.5 });
    const failed = await startRun(open.catalog, world);
    const cancelled = await startRun(open.catalog, world);
    expect(await budgetsOf(world)).toMatchObject([
      { reservedIdentities: 6, reservedSamples: 18 },
      { reservedIdentities: 6, reservedSamples: 18 },
    ]);

    await produce(open.catalog, { ...made, samplesPerIdentity: 2 });
    await versions.commitVersion({ runId: made.id, metrics: {} });
    await execution.beginRun({ runId: failed.id, provider: 'cpu', machine: 'test' });
    const end = { runId: failed.id, state: 'FAILED', failure: 'The disk is full.' } as const;
    await execution.finishRun(end);
    await execution.finishRun(end);
    await runs.requestCancel({ actor: world.owner, runId: cancelled.id });
    const settled = {
      reservedIdentities: 0,
      reservedSamples: 0,
      usedIdentities: 2,
      usedSamples: 4,
    };
    expect(await budgetsOf(world)).toMatchObject([settled, settled]);
    const [budget] = await budgetsOf(world);
    const { owner: actor } = world;
    const [history] = await open.catalog.budgets.historiesOf({
      actor,
      budgetIds: [budget?.id ?? ''],
    });
    const reserved = history?.map(({ reservedIdentities }) => reservedIdentities) ?? [];
    // Moments of the same millisecond are one point.
    expect(Math.max(...reserved)).toBe(6);
    expect(history?.at(-1)).toMatchObject(settled);
  });

  test('a recipe that keeps less separation than the budget asks for is refused, and so is a budget below what is taken', async () => {
    const world = await teamWithBudgets('limits', { dataset: [10, 30] });
    await expect(startRun(open.catalog, world, { separation: 0.4 })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('at least 0.5 rad apart, and the recipe keeps 0.4 rad'),
    });
    await startRun(open.catalog, world);
    await expect(
      open.catalog.budgets.setIdentityBudget({
        actor: world.owner,
        scope: { datasetId: world.dataset.id },
        maxIdentities: 1,
        maxSamples: 30,
        minSeparation: 0.5,
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT', path: ['maxIdentities'] });
  });

  test('nothing of a run stays where its job cannot be enqueued', async () => {
    const world = await teamWithBudgets('atomic', { team: [10, 30] });
    const attempt = open.catalog.runs.createRun(
      {
        actor: world.owner,
        datasetId: world.dataset.id,
        recipeId: world.recipe.id,
        plan: () => ({ identityCount: 2, samplesPerIdentity: 1, separation: null }),
      },
      () => Promise.reject(new Error('queue is down')),
    );
    await expect(attempt).rejects.toThrow('queue is down');
    const scope = { datasetId: world.dataset.id };
    expect(await open.catalog.runs.countRuns({ actor: world.owner, scope })).toBe(0);
    expect(await budgetsOf(world)).toMatchObject([{ reservedIdentities: 0 }, null]);
  });
});

describe('starting runs', () => {
  test('one idempotency key makes one run, also at the same moment, and cannot serve another recipe', async () => {
    const world = await makeTeam(open.catalog, 'once');
    const runs = await Promise.all(
      Array.from({ length: 8 }, () =>
        startRun(open.catalog, world, { idempotencyKey: 'click-1', message: 'first' }),
      ),
    );
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    const { generatorVersionId, recogniserVersionId } = world.recipe;
    const other = await open.catalog.recipes.createRecipe({
      actor: world.owner,
      teamId: world.team.id,
      name: 'standard',
      definition: { seed: 2 },
      generatorVersionId,
      recogniserVersionId,
    });
    expect(other.version).toBe(2);
    await expect(
      startRun(open.catalog, { ...world, recipe: other }, { idempotencyKey: 'click-1' }),
    ).rejects.toMatchObject({ code: 'CONFLICT', path: ['idempotencyKey'] });
  });
});

describe('states of runs', () => {
  test('a finished run stays finished, whatever a worker or a person asks', async () => {
    const world = await makeTeam(open.catalog, 'states');
    const { execution, versions, runs } = open.catalog;
    const run = await startRun(open.catalog, world);
    const runId = run.id;
    await expect(execution.startStage({ runId, stage: 'PREPARE' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('a worker has to begin it'),
    });
    await produce(open.catalog, run);
    const version = await versions.commitVersion({ runId, metrics: { ict: 1 } });
    expect(await versions.commitVersion({ runId, metrics: { ict: 2 } })).toEqual(version);

    expect(await execution.beginRun({ runId, provider: 'cpu', machine: 'late' })).toBeNull();
    const late = [
      execution.startStage({ runId, stage: 'RENDER' }),
      execution.recordProgress({ runId, progress: 0.5, secondsLeft: 1 }),
      execution.finishRun({ runId, state: 'FAILED', failure: 'too late' }),
      execution.finishRun({ runId, state: 'CANCELLED' }),
      runs.requestCancel({ actor: world.owner, runId }),
      produce(open.catalog, run),
    ];
    for (const attempt of await Promise.allSettled(late)) {
      expect(attempt).toMatchObject({
        status: 'rejected',
        reason: { code: 'CONFLICT', message: expect.stringContaining('(SUCCEEDED)') },
      });
    }
    expect(await runs.runsByIds({ actor: world.owner, ids: [runId] })).toMatchObject([
      { state: 'SUCCEEDED', progress: 1, machine: 'test' },
    ]);
  });
});
