import { randomUUID } from 'node:crypto';

import type { Catalog } from '@colloid/catalog';
import {
  enqueueNothing,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '@colloid/catalog/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { endLostJob } from './end-lost-job.ts';
import type { LostJob } from './queue/lost-jobs.ts';

let open: TestCatalog;
let catalog: Catalog;
let team: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog();
  ({ catalog } = open);
  team = await makeTeam(catalog, 'lab');
  await catalog.budgets.setIdentityBudget({
    actor: team.owner,
    scope: { teamId: team.team.id },
    maxIdentities: 100,
    maxSamples: 1000,
    minSeparation: 0,
  });
});
afterAll(() => open.close());

const end = (job: LostJob['job']): Promise<boolean> => endLostJob(catalog, { job, tries: 21 });
const IN_VAIN =
  /could not be ended in 21 tries, and the logs of the workers say why; .* once that is mended\.$/;

test('a run has failed and its budget is back; one that was to be cancelled is', async () => {
  const begun = async (): Promise<string> => {
    const { id: runId } = await startRun(catalog, team);
    await catalog.execution.beginRun({ runId, provider: 'cpu', machine: 'test' });
    return runId;
  };
  const [runId, unwanted] = [await begun(), await begun()];
  await catalog.runs.requestCancel({ actor: team.owner, runId: unwanted });
  for (const id of [runId, unwanted]) {
    expect(await end({ name: 'run.execute', payload: { runId: id } })).toBe(true);
  }
  const rows = await catalog.prisma.run.findMany({ where: { id: { in: [runId, unwanted] } } });
  expect(rows.find(({ id }) => id === unwanted)?.state).toBe('CANCELLED');
  const failed = rows.find(({ id }) => id === runId);
  expect(failed?.state).toBe('FAILED');
  expect(failed?.failure).toMatch(IN_VAIN);
  const [budget] = await catalog.budgets.budgetsOfTeams({
    actor: team.owner,
    teamIds: [team.team.id],
  });
  expect(budget).toMatchObject({ reservedIdentities: 0, reservedSamples: 0 });
  expect(await end({ name: 'run.execute', payload: { runId: randomUUID() } })).toBe(false);
});

test('models and sets that are looked at are refused, and may be registered again', async () => {
  const { owner: actor, recipe } = team;
  const { generatorVersionId, recogniserVersionId } = recipe;
  const named = { actor, teamId: team.team.id, name: 'mine', version: '1', source: {} };
  const gallery = () =>
    catalog.galleries.registerGallery({ ...named, recogniserVersionId }, enqueueNothing);
  const set = () =>
    catalog.covariateSets.registerCovariateSet({ ...named, generatorVersionId }, enqueueNothing);
  const { id: galleryId } = await gallery();
  const { id: covariateSetId } = await set();
  const model = await catalog.prisma.modelVersion.update({
    where: { id: generatorVersionId },
    data: { state: 'CHECKING' },
  });
  const jobs: LostJob['job'][] = [
    { name: 'gallery.make', payload: { galleryId } },
    { name: 'covariates.fit', payload: { covariateSetId } },
    { name: 'model.check', payload: { modelVersionId: model.id } },
  ];
  for (const job of jobs) expect([await end(job), await end(job)]).toEqual([true, false]);
  for (const row of [
    await catalog.prisma.gallery.findUniqueOrThrow({ where: { id: galleryId } }),
    await catalog.prisma.covariateSet.findUniqueOrThrow({ where: { id: covariateSetId } }),
    await catalog.prisma.modelVersion.findUniqueOrThrow({ where: { id: model.id } }),
  ]) {
    expect(row.state).toBe('REFUSED');
    expect(row.refusal).toMatch(IN_VAIN);
  }
  await catalog.prisma.modelVersion.update({
    where: { id: model.id },
    data: { state: 'READY', refusal: null },
  });
  expect((await gallery()).state).toBe('CHECKING');
  expect((await set()).state).toBe('CHECKING');
});

test('a measurement has failed, and checks of a release could not be done', async () => {
  const { owner: actor } = team;
  const run = await startRun(catalog, team);
  await produce(catalog, run);
  const { id: versionId } = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  const release = await catalog.releases.createRelease({
    actor,
    versionId,
    semanticVersion: '1.0.0',
    title: 'Faces',
    terms: { licence: 'CC-BY-4.0' },
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
  });
  await catalog.releases.requestReview({ actor, releaseId: release.id }, enqueueNothing);
  const [check] = await catalog.prisma.releaseCheck.findMany({ where: { releaseId: release.id } });
  if (check === undefined) throw new Error('there is no check');
  const { releaseId, kind, attempt } = check;
  expect(await end({ name: 'release.check', payload: { releaseId, kind, attempt } })).toBe(true);
  const ended = await catalog.prisma.releaseCheck.findFirst({ where: { releaseId, kind } });
  expect(ended?.state).toBe('ERRORED');
  expect(ended?.sentence).toMatch(IN_VAIN);

  await catalog.measurements.measureVersion({ actor, versionId, galleryIds: [] }, enqueueNothing);
  const { id: measurementId } = await catalog.prisma.measurement.findFirstOrThrow({
    where: { versionId },
  });
  expect(await end({ name: 'version.measure', payload: { measurementId } })).toBe(true);
  const measured = await catalog.prisma.measurement.findUniqueOrThrow({
    where: { id: measurementId },
  });
  expect(measured.state).toBe('FAILED');
  expect(measured.failure).toMatch(IN_VAIN);
});
