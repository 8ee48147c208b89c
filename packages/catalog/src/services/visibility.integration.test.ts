/** @file Every read, by a member and by a stranger. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import { ROLES } from '../permissions.ts';
import { openTestCatalog, type TestCatalog } from '../testing/index.ts';
import { makeVisibleWorld, type VisibleWorld } from '../testing/visible-world.ts';

let open: TestCatalog;
let world: VisibleWorld;
let stranger: Actor;
let members: VisibleWorld['members'];
let releaseId: string;

beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeVisibleWorld(open.catalog);
  ({ members, stranger } = world);
  const draft = await open.catalog.releases.createRelease({
    actor: world.owner,
    versionId: world.version.id,
    semanticVersion: '1.0.0',
    title: 'Faces',
    terms: { licence: 'MIT' },
  });
  releaseId = draft.id;
});
afterAll(() => open.close());

/** Every read of one team's things: what a member gets is something, what others get is nothing. */
const READS: Record<string, (catalog: Catalog, actor: Actor) => Promise<unknown>> = {
  releasesByIds: ({ releases }, actor) => releases.releasesByIds({ actor, ids: [releaseId] }),
  releaseByNumber: ({ releases }, actor) =>
    releases.releaseByNumber({ actor, datasetId: world.dataset.id, number: 1 }),
  listReleases: ({ releases }, actor) =>
    releases.listReleases({ actor, datasetId: world.dataset.id }),
  countReleases: ({ releases }, actor) =>
    releases.countReleases({ actor, datasetId: world.dataset.id }),
  releasesOfVersions: ({ releases }, actor) =>
    releases.releasesOfVersions({ actor, versionIds: [world.version.id] }),
  placesOfReleases: ({ releases }, actor) =>
    releases.placesOfReleases({ actor, releaseIds: [releaseId] }),
  standingsOf: ({ releases }, actor) => releases.standingsOf({ actor, releaseIds: [releaseId] }),
  policiesOfTeams: ({ releases }, actor) =>
    releases.policiesOfTeams({ actor, teamIds: [world.team.id] }),
  teamBySlug: ({ teams }, actor) => teams.teamBySlug({ actor, slug: 'lab' }),
  teamsByIds: ({ teams }, actor) => teams.teamsByIds({ actor, ids: [world.team.id] }),
  membershipOf: ({ teams }, actor) => teams.membershipOf({ actor, teamId: world.team.id }),
  people: ({ people }, actor) => people.peopleByIds({ actor, ids: [world.owner.userId] }),
  datasetBySlug: ({ datasets }, actor) =>
    datasets.datasetBySlug({ actor, teamId: world.team.id, slug: 'faces' }),
  datasetsByIds: ({ datasets }, actor) =>
    datasets.datasetsByIds({ actor, ids: [world.dataset.id] }),
  listDatasets: ({ datasets }, actor) => datasets.listDatasets({ actor, teamId: world.team.id }),
  countDatasets: ({ datasets }, actor) => datasets.countDatasets({ actor, teamId: world.team.id }),
  budgetsOfTeams: ({ budgets }, actor) =>
    budgets.budgetsOfTeams({ actor, teamIds: [world.team.id] }),
  listModelVersions: ({ models }, actor) =>
    models.listModelVersions({ actor, teamId: world.team.id }),
  modelVersionByName: ({ models }, actor) =>
    models.modelVersionByName({
      actor,
      teamId: world.team.id,
      kind: 'GENERATOR',
      name: 'generator',
      version: '1',
    }),
  modelVersionsByIds: ({ models }, actor) =>
    models.modelVersionsByIds({ actor, ids: [world.recipe.generatorVersionId] }),
  galleriesByIds: ({ galleries }, actor) =>
    galleries.galleriesByIds({ actor, ids: [world.gallery.id] }),
  galleryByName: ({ galleries }, actor) =>
    galleries.galleryByName({ actor, teamId: world.team.id, name: 'gallery', version: '1' }),
  listGalleries: ({ galleries }, actor) =>
    galleries.listGalleries({ actor, teamId: world.team.id }),
  countGalleries: ({ galleries }, actor) =>
    galleries.countGalleries({ actor, teamId: world.team.id }),
  covariateSetsByIds: ({ covariateSets }, actor) =>
    covariateSets.covariateSetsByIds({ actor, ids: [world.covariateSet.id] }),
  covariateSetByName: ({ covariateSets }, actor) =>
    covariateSets.covariateSetByName({
      actor,
      teamId: world.team.id,
      name: 'covariates',
      version: '1',
    }),
  listCovariateSets: ({ covariateSets }, actor) =>
    covariateSets.listCovariateSets({ actor, teamId: world.team.id }),
  countCovariateSets: ({ covariateSets }, actor) =>
    covariateSets.countCovariateSets({ actor, teamId: world.team.id }),
  recipesByIds: ({ recipes }, actor) => recipes.recipesByIds({ actor, ids: [world.recipe.id] }),
  listRecipes: ({ recipes }, actor) => recipes.listRecipes({ actor, teamId: world.team.id }),
  countRecipes: ({ recipes }, actor) => recipes.countRecipes({ actor, teamId: world.team.id }),
  runsByIds: ({ runs }, actor) => runs.runsByIds({ actor, ids: [world.run.id] }),
  runByNumber: ({ runs }, actor) =>
    runs.runByNumber({ actor, datasetId: world.dataset.id, number: 1 }),
  listRuns: ({ runs }, actor) => runs.listRuns({ actor, scope: { datasetId: world.dataset.id } }),
  listRunsOfTeam: ({ runs }, actor) => runs.listRuns({ actor, scope: { teamId: world.team.id } }),
  countRuns: ({ runs }, actor) => runs.countRuns({ actor, scope: { datasetId: world.dataset.id } }),
  iterations: ({ runDetails }, actor) => runDetails.iterationsOf({ actor, runId: world.run.id }),
  iteration: ({ runDetails }, actor) =>
    runDetails.iterationOf({ actor, runId: world.run.id, stage: 'REFERENCES', iteration: 1 }),
  checkpoints: ({ runDetails }, actor) => runDetails.checkpointsOf({ actor, runId: world.run.id }),
  branchesOfRuns: ({ runs }, actor) => runs.branchesOfRuns({ actor, runIds: [world.run.id] }),
  previews: ({ runDetails }, actor) =>
    runDetails.previewsOf({ actor, runId: world.run.id, last: 1 }),
  preview: ({ runDetails }, actor) =>
    runDetails.previewOf({ actor, runId: world.run.id, iteration: 1 }),
  logLines: ({ runDetails }, actor) => runDetails.logLinesOf({ actor, runId: world.run.id }),
  logLine: ({ runDetails }, actor) =>
    runDetails.logLineOf({ actor, runId: world.run.id, sequence: 1 }),
  runsOfVersions: ({ versions }, actor) =>
    versions.runsOfVersions({ actor, versionIds: [world.version.id] }),
  lineageOfRun: ({ lineage }, actor) =>
    lineage.lineageOf({ actor, start: { kind: 'Run', id: world.run.id } }),
  licencesOfRun: async ({ lineage }, actor) =>
    (await lineage.licencesOf({ actor, start: { kind: 'Run', id: world.run.id } })).licences,
  subsetsByIds: ({ subsets }, actor) => subsets.subsetsByIds({ actor, ids: [world.subset.id] }),
  subsetsOfVersions: ({ subsets }, actor) =>
    subsets.subsetsOfVersions({ actor, versionIds: [world.version.id] }),
};

/** Reads that a public dataset opens to everybody. */
const CONTENT_READS: typeof READS = {
  versionsByIds: ({ versions }, actor) =>
    versions.versionsByIds({ actor, ids: [world.version.id] }),
  versionByNumber: ({ versions }, actor) =>
    versions.versionByNumber({ actor, datasetId: world.dataset.id, number: 1 }),
  listVersions: ({ versions }, actor) =>
    versions.listVersions({ actor, datasetId: world.dataset.id }),
  countVersions: ({ versions }, actor) =>
    versions.countVersions({ actor, datasetId: world.dataset.id }),
  latestVersions: ({ versions }, actor) =>
    versions.latestVersions({ actor, datasetIds: [world.dataset.id] }),
  versionsOfRuns: ({ versions }, actor) =>
    versions.versionsOfRuns({ actor, runIds: [world.run.id] }),
  runNumbersOfVersions: ({ versions }, actor) =>
    versions.runNumbersOfVersions({ actor, versionIds: [world.part.id] }),
  parentsOfVersions: ({ versions }, actor) =>
    versions.parentsOfVersions({ actor, versionIds: [world.part.id] }),
  tagsOfVersions: ({ subsets }, actor) =>
    subsets.tagsOfVersions({ actor, versionIds: [world.version.id] }),
  lineageOfVersion: ({ lineage }, actor) =>
    lineage.lineageOf({ actor, start: { kind: 'DatasetVersion', id: world.version.id } }),
  compareVersions: ({ subsets }, actor) =>
    subsets.compareVersions({ actor, beforeId: world.version.id, afterId: world.part.id }),
  identitiesOnlyIn: ({ subsets }, actor) =>
    subsets.identitiesOnlyIn({
      actor,
      versionId: world.version.id,
      withoutId: world.part.id,
      first: 1,
    }),
  identityMembers: ({ samples }, actor) =>
    samples.identityMembers({ actor, versionId: world.part.id }),
  listIdentities: ({ samples }, actor) =>
    samples.listIdentities({ actor, versionId: world.version.id }),
  countIdentities: ({ samples }, actor) =>
    samples.countIdentities({ actor, versionId: world.version.id }),
  identityOfVersion: ({ samples }, actor) =>
    samples.identityOfVersion({ actor, versionId: world.version.id, ordinal: 0 }),
  listSamples: ({ samples }, actor) => samples.listSamples({ actor, versionId: world.version.id }),
  samplesOfIdentity: ({ samples }, actor) =>
    samples.listSamplesOfIdentity({ actor, key: { runId: world.run.id, ordinal: 1 } }),
  countSamples: ({ samples }, actor) =>
    samples.countSamples({ actor, versionId: world.version.id }),
  countSamplesOfIdentity: ({ samples }, actor) =>
    samples.countSamplesOfIdentity({ actor, key: { runId: world.run.id, ordinal: 1 } }),
  facetsOf: ({ samples }, actor) => samples.facetsOf({ actor, versionId: world.version.id }),
  runNumbersOf: ({ samples }, actor) => samples.runNumbersOf({ actor, runIds: [world.run.id] }),
  nearestInVersions: ({ samples }, actor) =>
    samples.nearestInVersions({
      actor,
      keys: [{ versionId: world.version.id, runId: world.run.id, ordinal: 1 }],
    }),
  identitiesByKeys: ({ samples }, actor) =>
    samples.identitiesByKeys({ actor, keys: [{ runId: world.run.id, ordinal: 1 }] }),
  samplesByKeys: ({ samples }, actor) =>
    samples.samplesByKeys({
      actor,
      keys: [{ runId: world.run.id, identityOrdinal: 1, ordinal: 0 }],
    }),
  shardsByKeys: ({ samples }, actor) =>
    samples.shardsByKeys({ actor, keys: [{ runId: world.run.id, kind: 'IMAGES', ordinal: 0 }] }),
  coverSamples: ({ samples }, actor) =>
    samples.coverSamples({ actor, datasetIds: [world.dataset.id], count: 2 }),
  coverSamplesOfVersions: ({ samples }, actor) =>
    samples.coverSamplesOfVersions({ actor, versionIds: [world.part.id], count: 2 }),
};

/** Whether an answer holds anything at all. */
function holdsSomething(answer: unknown): boolean {
  if (typeof answer === 'number') return answer > 0;
  if (Array.isArray(answer)) return answer.some(holdsSomething);
  if (typeof answer !== 'object' || answer === null) return false;
  return 'edges' in answer ? holdsSomething(answer.edges) : true;
}

/** Holds nothing, or answers as if the thing did not exist. */
async function seesNothing(read: () => Promise<unknown>): Promise<boolean> {
  try {
    return !holdsSomething(await read());
  } catch (error) {
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
    return true;
  }
}

describe('what one sees', () => {
  test.for(Object.entries({ ...READS, ...CONTENT_READS }))(
    '%s answers a viewer, and a stranger as if nothing existed',
    async ([, read]) => {
      expect(holdsSomething(await read(open.catalog, members.VIEWER))).toBe(true);
      expect(await seesNothing(() => read(open.catalog, stranger))).toBe(true);
    },
  );

  test('a private dataset is its maker’s and the maintainers’', async () => {
    const { datasets } = open.catalog;
    const seen = await Promise.all(
      ROLES.map((role) =>
        datasets.datasetsByIds({ actor: members[role], ids: [world.privateDataset.id] }),
      ),
    );
    expect(seen.map(([dataset]) => dataset !== null)).toEqual([false, false, false, true, true]);
  });

  test('a public dataset shows its versions to everybody, and how they were made to its team only', async () => {
    const { prisma } = open.catalog;
    const where = { id: world.dataset.id };
    await prisma.dataset.update({ where, data: { visibility: 'PUBLIC' } });
    try {
      for (const [name, read] of Object.entries(CONTENT_READS)) {
        expect([name, holdsSomething(await read(open.catalog, stranger))]).toEqual([name, true]);
      }
      for (const name of [
        'runsByIds',
        'runByNumber',
        'iterations',
        'logLines',
        'recipesByIds',
        'subsetsByIds',
        'subsetsOfVersions',
      ]) {
        const read = READS[name];
        expect(read).toBeDefined();
        if (read !== undefined) {
          expect([name, await seesNothing(() => read(open.catalog, stranger))]).toEqual([
            name,
            true,
          ]);
        }
      }
    } finally {
      await prisma.dataset.update({ where, data: { visibility: 'TEAM' } });
    }
  });

  test('a forged id is not found instead of an error of the database', async () => {
    const actor = members.OWNER;
    const id = "'; DROP TABLE run; --";
    const { datasets, runs, samples } = open.catalog;
    expect(await datasets.datasetsByIds({ actor, ids: [id] })).toEqual([null]);
    await expect(runs.requestCancel({ actor, runId: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(samples.listIdentities({ actor, versionId: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(datasets.listDatasets({ actor, teamId: id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
