import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import type { Dataset, DatasetVersion, Role, Run } from '../generated/client.ts';
import { LEAST_ROLE, ROLES, can, type Action } from '../permissions.ts';
import {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

interface World extends TestTeam {
  readonly run: Run;
  readonly version: DatasetVersion;
  readonly privateDataset: Dataset;
}

let open: TestCatalog;
let world: World;
let stranger: Actor;
let members: Record<Role, Actor>;

beforeAll(async () => {
  open = await openTestCatalog();
  const { catalog } = open;
  const team = await makeTeam(catalog, 'lab');
  await catalog.budgets.setIdentityBudget({
    actor: team.owner,
    scope: { teamId: team.team.id },
    maxIdentities: 1000,
    maxSamples: 10_000,
    minSeparation: 0,
  });
  const run = await startRun(catalog, team);
  await produce(catalog, run);
  await catalog.execution.recordIterations({
    runId: run.id,
    iterations: [
      {
        stage: 'REFERENCES',
        iteration: 1,
        thetaMin: 0.1,
        thetaMean: 1,
        thetaMax: 2,
        aboveIct: 0.5,
        timestep: 0.01,
        statistics: {},
      },
    ],
  });
  await catalog.execution.recordPreview({
    runId: run.id,
    iteration: 1,
    objectKey: 'preview',
    columns: 2,
    rows: 1,
  });
  await catalog.execution.appendLog({ runId: run.id, level: 'info', message: 'hello' });
  const version = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  const privateDataset = await catalog.datasets.createDataset({
    actor: team.owner,
    teamId: team.team.id,
    slug: 'secret',
    title: 'Secret',
    visibility: 'PRIVATE',
  });
  world = { ...team, run, version, privateDataset };
  stranger = (await makeTeam(catalog, 'elsewhere')).owner;
  members = Object.fromEntries(
    await Promise.all(
      ROLES.map(async (role) => [role, await makeMember(catalog, team, role)] as const),
    ),
  ) as Record<Role, Actor>;
});
afterAll(() => open.close());

function invite(catalog: Catalog, actor: Actor) {
  const email = `${randomUUID()}@example.org`;
  return catalog.invitations.inviteMember({ actor, teamId: world.team.id, email, role: 'VIEWER' });
}

function makeKey(catalog: Catalog, actor: Actor) {
  const { id: teamId } = world.team;
  return catalog.apiKeys.createApiKey({
    actor,
    teamId,
    name: 'key',
    scopes: ['run.read'],
    days: 1,
  });
}

/** One attempt per action that writes; whatever it returns, it must have been allowed to. */
const WRITES: Record<
  Exclude<Action, `${string}.read` | 'dataset.readPrivate' | 'apiKey.readAll'>,
  (catalog: Catalog, actor: Actor) => Promise<unknown>
> = {
  'member.add': async (catalog, actor) =>
    catalog.teams.addMember({
      actor,
      teamId: world.team.id,
      userId: (await makePerson(catalog, 'new')).userId,
      role: 'VIEWER',
    }),
  'member.change': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    return catalog.members.setMemberRole({
      actor,
      teamId: world.team.id,
      userId,
      role: 'REVIEWER',
    });
  },
  'member.remove': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    await catalog.members.removeMember({ actor, teamId: world.team.id, userId });
    return userId;
  },
  'member.resetPassword': async (catalog, actor) => {
    const { userId } = await makeMember(catalog, world, 'VIEWER');
    const reset = { identifier: randomUUID(), expiresAt: new Date() };
    await catalog.members.createPasswordReset({
      actor,
      teamId: world.team.id,
      userId,
      ...reset,
    });
    return userId;
  },
  'invitation.create': (catalog, actor) => invite(catalog, actor),
  'invitation.withdraw': async (catalog, actor) =>
    catalog.invitations.withdrawInvitation({
      actor,
      invitationId: (await invite(catalog, world.owner)).invitation.id,
    }),
  'apiKey.create': (catalog, actor) => makeKey(catalog, actor),
  'apiKey.revoke': async (catalog, actor) =>
    catalog.apiKeys.revokeApiKey({
      actor,
      keyId: (await makeKey(catalog, actor)).key.id,
    }),
  'dataset.create': (catalog, actor) =>
    catalog.datasets.createDataset({
      actor,
      teamId: world.team.id,
      slug: `d-${randomUUID()}`,
      title: 'New',
    }),
  'budget.set': (catalog, actor) =>
    catalog.budgets.setIdentityBudget({
      actor,
      scope: { datasetId: world.dataset.id },
      maxIdentities: 1000,
      maxSamples: 10_000,
      minSeparation: 0,
    }),
  'model.register': (catalog, actor) =>
    catalog.models.registerModelVersion(
      {
        actor,
        teamId: world.team.id,
        kind: 'GENERATOR',
        name: randomUUID(),
        version: '1',
        digest: 'c'.repeat(64),
        licence: 'MIT',
        manifest: {},
        files: {},
      },
      enqueueNothing,
    ),
  'recipe.create': (catalog, actor) =>
    catalog.recipes.createRecipe({
      actor,
      teamId: world.team.id,
      name: randomUUID(),
      definition: {},
      generatorVersionId: world.recipe.generatorVersionId,
      recogniserVersionId: world.recipe.recogniserVersionId,
    }),
  'run.create': (catalog, actor) => startRun(catalog, world, { actor }),
  'run.cancel': async (catalog, actor) =>
    catalog.runs.requestCancel({ actor, runId: (await startRun(catalog, world)).id }),
};

/** Every read of one team's things: what a member gets is something, what others get is nothing. */
const READS: Record<string, (catalog: Catalog, actor: Actor) => Promise<unknown>> = {
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
  previews: ({ runDetails }, actor) =>
    runDetails.previewsOf({ actor, runId: world.run.id, last: 1 }),
  preview: ({ runDetails }, actor) =>
    runDetails.previewOf({ actor, runId: world.run.id, iteration: 1 }),
  logLines: ({ runDetails }, actor) => runDetails.logLinesOf({ actor, runId: world.run.id }),
  logLine: ({ runDetails }, actor) =>
    runDetails.logLineOf({ actor, runId: world.run.id, sequence: 1 }),
  runsOfVersions: ({ versions }, actor) =>
    versions.runsOfVersions({ actor, versionIds: [world.version.id] }),
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
  listIdentities: ({ samples }, actor) =>
    samples.listIdentities({ actor, versionId: world.version.id }),
  countIdentities: ({ samples }, actor) =>
    samples.countIdentities({ actor, versionId: world.version.id }),
  identityOfVersion: ({ samples }, actor) =>
    samples.identityOfVersion({ actor, versionId: world.version.id, ordinal: 0 }),
  listSamples: ({ samples }, actor) =>
    samples.listSamples({ actor, scope: { versionId: world.version.id } }),
  samplesOfIdentity: ({ samples }, actor) =>
    samples.listSamples({ actor, scope: { runId: world.run.id, identityOrdinal: 1 } }),
  countSamples: ({ samples }, actor) =>
    samples.countSamples({ actor, scope: { versionId: world.version.id } }),
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

describe('what roles may do', () => {
  test.for(Object.entries(WRITES))('%s follows the permission table', async ([action, attempt]) => {
    for (const role of ROLES) {
      const result = attempt(open.catalog, members[role]);
      if (can(role, action as Action)) await expect(result).resolves.toBeDefined();
      else {
        await expect(result).rejects.toMatchObject({
          code: 'FORBIDDEN',
          message: expect.stringContaining(
            `needs the role ${LEAST_ROLE[action as Action]} or higher in team 'lab', and yours is ${role}`,
          ),
        });
      }
    }
    await expect(attempt(open.catalog, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('every action of the table is tried', () => {
    const reads = Object.keys(LEAST_ROLE).filter((action) => /\.read/.test(action));
    expect([...Object.keys(WRITES), ...reads].sort()).toEqual(Object.keys(LEAST_ROLE).sort());
  });
});

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
      for (const name of ['runsByIds', 'runByNumber', 'iterations', 'logLines', 'recipesByIds']) {
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
