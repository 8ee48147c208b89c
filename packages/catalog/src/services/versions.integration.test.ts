import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
} from '../testing/index.ts';

let open: TestCatalog;
beforeAll(async () => {
  open = await openTestCatalog();
});
afterAll(() => open.close());

describe('commits', () => {
  test('of one run by several workers at once make one version', async () => {
    const world = await makeTeam(open.catalog, 'commits');
    const run = await startRun(open.catalog, world, { message: 'first faces' });
    await produce(open.catalog, run);
    await produce(open.catalog, run);
    const versions = await Promise.all(
      Array.from({ length: 5 }, () =>
        open.catalog.versions.commitVersion({ runId: run.id, metrics: { ict: 1.1 } }),
      ),
    );
    expect(new Set(versions.map((version) => version.id)).size).toBe(1);
    expect(versions[0]).toMatchObject({
      number: 1,
      origin: 'RUN',
      message: 'first faces',
      identityCount: 2,
      sampleCount: 6,
      metrics: { ict: 1.1 },
      authorId: world.owner.userId,
    });
  });

  test('of different runs at once get numbers without gaps, and equal contents equal digests', async () => {
    const world = await makeTeam(open.catalog, 'numbers');
    const runs = await Promise.all(
      [2, 2, 3, 2].map((identityCount) => startRun(open.catalog, world, { identityCount })),
    );
    for (const run of runs) await produce(open.catalog, run);
    const versions = await Promise.all(
      runs.map((run) => open.catalog.versions.commitVersion({ runId: run.id, metrics: {} })),
    );
    expect(versions.map((version) => version.number).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4,
    ]);
    const [a, b, other, c] = versions.map((version) => version.digest);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
    expect([b, c]).toEqual([a, a]);
    expect(other).not.toBe(a);
  });

  test('need something to commit, and no more than was reserved', async () => {
    const world = await makeTeam(open.catalog, 'empty');
    await open.catalog.budgets.setIdentityBudget({
      actor: world.owner,
      scope: { teamId: world.team.id },
      maxIdentities: 100,
      maxSamples: 100,
      minSeparation: 0,
    });
    const run = await startRun(open.catalog, world);
    await open.catalog.execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });
    const commit = () => open.catalog.versions.commitVersion({ runId: run.id, metrics: {} });
    await expect(commit()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('recorded 0 identities and 0 samples'),
    });
    await produce(open.catalog, { ...run, samplesPerIdentity: 5 });
    await expect(commit()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('made 2 identities and 10 samples but had reserved 2 and 6'),
    });
    expect(await open.catalog.execution.loadRun(run.id)).toMatchObject({ state: 'RUNNING' });
  });
});

describe('what a worker writes', () => {
  test('can be written again, adds up the time of stages, and refuses numbers that are not finite', async () => {
    const world = await makeTeam(open.catalog, 'worker');
    const { execution, rows, runDetails } = open.catalog;
    const run = await startRun(open.catalog, world);
    const runId = run.id;
    await execution.beginRun({ runId, provider: 'cpu', machine: 'one' });
    await execution.startStage({ runId, stage: 'REFERENCES' });
    await execution.finishStage({ runId, stage: 'REFERENCES', seconds: 1.5 });
    const taken = await execution.beginRun({ runId, provider: 'cuda', machine: 'two' });
    expect(taken).toMatchObject({ machine: 'two', recipe: { generatorVersion: { version: '1' } } });
    await execution.finishStage({ runId, stage: 'REFERENCES', seconds: 2 });
    const iteration = {
      stage: 'REFERENCES',
      iteration: 1,
      thetaMin: 0.1,
      thetaMean: 1,
      thetaMax: 2,
      aboveIct: 0.5,
      timestep: null,
      statistics: { mean: 1 },
    } as const;
    await execution.recordIterations({ runId, iterations: [iteration] });
    await execution.recordIterations({
      runId,
      iterations: [iteration, { ...iteration, iteration: 2 }],
    });
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        execution.appendLog({ runId, level: 'info', message: `line ${index}` }),
      ),
    );
    const actor = world.owner;
    expect(await runDetails.iterationsOf({ actor, runId, after: 1 })).toHaveLength(1);
    const lines = await runDetails.logLinesOf({ actor, runId });
    expect(lines.map((line) => line.sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

    await open.catalog.runs.requestCancel({ actor, runId });
    await execution.recordProgress({ runId, progress: 0.25, secondsLeft: 10 });
    expect(await execution.readWishes({ runId })).toMatchObject({ cancel: true, isLost: false });
    await expect(
      rows.insertIdentities({
        runId,
        identities: [
          { ordinal: 0, nearestOrdinal: 1, nearestDistance: Number.NaN, intraDistance: 0 },
        ],
      }),
    ).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining("'nearestDistance' of a row is NaN"),
    });
    expect(await execution.finishRun({ runId, state: 'CANCELLED' })).toMatchObject({
      state: 'CANCELLED',
      secondsPerStage: { REFERENCES: 3.5 },
    });
  });

  test('an activity keeps its first output, and workers come and go', async () => {
    const { activities, workers } = open.catalog;
    const activity = { digest: 'd'.repeat(64), name: 'prepare' };
    await activities.recordActivity({ ...activity, output: { key: 1 } });
    const second = await activities.recordActivity({ ...activity, output: { key: 2 } });
    expect(second.output).toEqual({ key: 1 });
    expect(await activities.findActivity('e'.repeat(64))).toBeNull();

    const worker = { id: '0198c0de-0000-7000-8000-000000000001', machine: 'm', provider: 'cpu' };
    await workers.reportWorker(worker);
    const providers = [{ name: 'webgpu', available: false, reason: 'no adapter' }];
    await workers.reportWorker({ ...worker, provider: 'cuda', providers });
    expect(await workers.listWorkers()).toMatchObject([
      { machine: 'm', provider: 'cuda', providers },
    ]);
    await workers.removeWorker(worker.id);
    expect(await workers.listWorkers()).toEqual([]);
  });
});
