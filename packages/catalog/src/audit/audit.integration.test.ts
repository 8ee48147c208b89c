/** @file The audit log: written with the change, never rewritten, and found out where it was. */

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
} from '../testing/index.ts';
import type { TestCatalog, TestTeam } from '../testing/index.ts';
import type { ChainReport } from './verify.ts';

let open: TestCatalog;
let lab: TestTeam;
let elsewhere: TestTeam;

beforeAll(async () => {
  open = await openTestCatalog({ poolSize: 20 });
  lab = await makeTeam(open.catalog, 'lab');
  elsewhere = await makeTeam(open.catalog, 'elsewhere');
});
afterAll(() => open.close());

const eventsOf = async ({ owner, team }: TestTeam, first = 500) => {
  const page = await open.catalog.audit.listEvents({
    actor: owner,
    teamId: team.id,
    page: { first },
  });
  return page.edges.map(({ node }) => node);
};

async function reportOf({ team }: TestTeam): Promise<ChainReport | undefined> {
  return (await open.catalog.audit.verify()).find(({ chain }) => chain === team.id);
}

describe('an event', () => {
  test('says who changed what, from where, what it was before and what it is now', async () => {
    const { catalog } = open;
    const actor = { ...lab.owner, address: '192.0.2.7' };
    const scope = { datasetId: lab.dataset.id };
    const limits = { maxIdentities: 10, maxSamples: 100, minSeparation: 0.5 };
    await catalog.budgets.setIdentityBudget({ actor, scope, ...limits });
    await catalog.budgets.setIdentityBudget({ actor, scope, ...limits, maxIdentities: 12 });
    const [event] = await eventsOf(lab, 1);
    expect(event).toMatchObject({
      actorId: lab.owner.userId,
      actorName: 'owner-of-lab',
      keyId: null,
      address: '192.0.2.7',
      action: 'budget.set',
      entityType: 'IdentityBudget',
      entityLabel: 'Faces',
      datasetId: lab.dataset.id,
      before: { maxIdentities: 10 },
      after: { maxIdentities: 12 },
    });
  });

  test('is written for what workers do too, in the name of Colloid', async () => {
    const { catalog } = open;
    const run = await startRun(catalog, lab);
    await produce(catalog, run);
    await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
    const [committed, begun, started] = await eventsOf(lab, 3);
    expect(started).toMatchObject({ action: 'run.create', entityLabel: 'Faces, run 1' });
    expect(begun).toMatchObject({
      action: 'run.begin',
      actorId: null,
      before: { state: 'QUEUED' },
      after: { state: 'RUNNING', provider: 'cpu', machine: 'test' },
    });
    expect(committed).toMatchObject({
      action: 'version.commit',
      actorId: null,
      actorName: 'Colloid',
    });
  });

  test('tells of a run that is paused, resumed and branched, and of sets, once each', async () => {
    const { catalog } = open;
    const world = await makeTeam(catalog, 'control');
    const { owner: actor, recipe } = world;
    const run = await startRun(catalog, world);
    const wish = { actor, runId: run.id };
    for (let time = 0; time < 2; time += 1) await catalog.runs.requestPause(wish);
    await catalog.runs.resumeRun(wish, enqueueNothing);
    await produce(catalog, run);
    await catalog.runs.requestPause(wish);
    await catalog.runs.resumeRun(wish, enqueueNothing);
    expect(await catalog.execution.pauseRun(run.id)).toBe(false);
    await catalog.runs.requestPause(wish);
    expect(await catalog.execution.pauseRun(run.id)).toBe(true);
    await catalog.runs.resumeRun(wish, enqueueNothing);
    await catalog.execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });
    const checkpoint = { iteration: 1, digest: 'e'.repeat(64), record: {} };
    await catalog.execution.recordCheckpoint({ runId: run.id, ...checkpoint });
    const plan = () => ({ identityCount: 1, samplesPerIdentity: 1, separation: null });
    await catalog.runs.branchRun(
      { ...wish, iteration: 1, recipeId: recipe.id, plan, checkBranch: () => null },
      enqueueNothing,
    );
    const { generatorVersionId, recogniserVersionId } = recipe;
    const set = { actor, teamId: world.team.id, name: 'people', version: '1' };
    const { galleries, covariateSets, setMaking } = catalog;
    const registerGallery = (kind: string) =>
      galleries.registerGallery({ ...set, recogniserVersionId, source: { kind } }, enqueueNothing);
    const { id } = await registerGallery('a');
    await registerGallery('a');
    const refusal = 'Row 3 is zero.';
    for (let time = 0; time < 2; time += 1) {
      await setMaking.finishGallery(id, { state: 'REFUSED', refusal });
    }
    await registerGallery('b');
    const made = await covariateSets.registerCovariateSet(
      { ...set, generatorVersionId, source: {} },
      enqueueNothing,
    );
    const content = { state: 'READY', digest: 'c'.repeat(64), objectKey: 'set' } as const;
    await setMaking.finishCovariateSet(made.id, { ...content, directions: [] });

    const events = (await eventsOf(world)).toReversed();
    const from = events.findIndex(({ action }) => action === 'run.create');
    const told = events.slice(from).map((event) => [event.action, event.before, event.after]);
    expect(told).toMatchObject([
      ['run.create', null, {}],
      ['run.pause', { state: 'QUEUED' }, { state: 'PAUSED' }],
      ['run.resume', { state: 'PAUSED' }, { state: 'QUEUED' }],
      ['run.begin', { state: 'QUEUED' }, { state: 'RUNNING', machine: 'test' }],
      ['run.pause', { state: 'RUNNING' }, { pauseRequestedAt: expect.any(String) as string }],
      ['run.resume', { state: 'RUNNING' }, { state: 'RUNNING', pauseRequestedAt: null }],
      ['run.pause', { state: 'RUNNING' }, { pauseRequestedAt: expect.any(String) as string }],
      ['run.paused', { state: 'RUNNING' }, { state: 'PAUSED' }],
      ['run.resume', { state: 'PAUSED' }, { state: 'QUEUED' }],
      ['run.begin', { state: 'QUEUED' }, { state: 'RUNNING' }],
      ['run.branch', null, { branchedFromId: run.id, iteration: 1 }],
      ['gallery.register', null, { recogniserVersionId, source: { kind: 'a' } }],
      ['gallery.make', null, { state: 'REFUSED', refusal }],
      ['gallery.register', { source: { kind: 'a' } }, { source: { kind: 'b' } }],
      ['covariates.register', null, { generatorVersionId }],
      ['covariates.make', null, { state: 'READY', digest: content.digest }],
    ]);
    const byNobody = events.filter(({ actorId }) => actorId === null);
    expect(byNobody.map(({ action }) => action)).toEqual([
      'run.begin',
      'run.paused',
      'run.begin',
      'gallery.make',
      'covariates.make',
    ]);
  });

  test('is not there where the change did not happen, nor where nothing changed', async () => {
    const { catalog } = open;
    const before = await catalog.audit.countEvents({ actor: lab.owner, teamId: lab.team.id });
    const actor = await makeMember(catalog, lab, 'VIEWER');
    const { id: teamId } = lab.team;
    await expect(
      catalog.datasets.createDataset({ actor, teamId, slug: 'no', title: 'No' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      catalog.datasets.createDataset({ actor: lab.owner, teamId, slug: 'faces', title: 'Again' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await catalog.teams.addMember({
      actor: lab.owner,
      teamId,
      userId: actor.userId,
      role: 'VIEWER',
    });
    // Only that the viewer was added.
    expect(await catalog.audit.countEvents({ actor: lab.owner, teamId })).toBe(before + 1);
  });

  test('of a private dataset is activity for those only who may see it', async () => {
    const { catalog } = open;
    const { id: teamId } = lab.team;
    const viewer = await makeMember(catalog, lab, 'VIEWER');
    await catalog.datasets.createDataset({
      actor: lab.owner,
      teamId,
      slug: 'secret',
      title: 'Secret',
      visibility: 'PRIVATE',
    });
    const labels = async (actor: typeof viewer) =>
      (await catalog.audit.listActivity({ actor, teamId })).edges.map(
        ({ node }) => node.entityLabel,
      );
    expect(await labels(lab.owner)).toContain('Secret');
    expect(await labels(viewer)).not.toContain('Secret');
    await expect(catalog.audit.listEvents({ actor: viewer, teamId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

test('sixty changes of two teams at once leave two whole chains without a gap', async () => {
  const { catalog } = open;
  const before = (await eventsOf(lab)).length;
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const { owner, team } = index % 2 === 0 ? lab : elsewhere;
      const title = `Number ${index}`;
      return catalog.datasets.createDataset({
        actor: owner,
        teamId: team.id,
        slug: `d${index}`,
        title,
      });
    }),
  );
  const events = await eventsOf(lab);
  expect(events.map(({ sequence }) => sequence).toReversed()).toEqual(
    Array.from({ length: before + 30 }, (_, index) => index + 1),
  );
  const times = events.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect((await catalog.audit.verify()).filter(({ broken }) => broken !== null)).toEqual([]);
});

describe('tampering', () => {
  test.each([
    ['altering', `UPDATE "audit_event" SET "actorName" = 'nobody'`],
    ['deleting', `DELETE FROM "audit_event"`],
    ['emptying', `TRUNCATE "audit_event"`],
    ['winding back', `UPDATE "audit_chain" SET "sequence" = "sequence" - 1`],
    ['forgetting', `DELETE FROM "audit_chain"`],
  ])('%s is refused by the database', async (_, statement) => {
    await expect(open.catalog.prisma.$executeRawUnsafe(statement)).rejects.toThrow(
      /The audit log only grows/,
    );
  });

  /** What somebody with the database's superuser can do, undone afterwards. */
  const FORGERIES: readonly (readonly [string, string, number, RegExp])[] = [
    [
      'altered',
      `UPDATE "audit_event" SET "after" = '{"role":"OWNER"}' WHERE "chain" = $1 AND "sequence" = 3`,
      3,
      /was altered/,
    ],
    [
      'altered with its digest',
      `UPDATE "audit_event" SET "hash" = repeat('0', 64) WHERE "chain" = $1 AND "sequence" = 3`,
      3,
      /was altered/,
    ],
    [
      'deleted',
      `DELETE FROM "audit_event" WHERE "chain" = $1 AND "sequence" = 2`,
      2,
      /event 2 is missing/,
    ],
    [
      'the first and deleted',
      `DELETE FROM "audit_event" WHERE "chain" = $1 AND "sequence" = 1`,
      1,
      /event 1 is missing/,
    ],
    [
      'the last and deleted',
      `DELETE FROM "audit_event" WHERE "chain" = $1 AND "sequence" = (SELECT max("sequence") FROM "audit_event" WHERE "chain" = $1)`,
      0,
      /is missing: \d+ were written/,
    ],
    [
      'put in at the end',
      `INSERT INTO "audit_event" SELECT "chain", "sequence" + 1, "at", "actorId", "actorName", "keyId", "address", "action", "entityType", "entityId", "entityLabel", "datasetId", "before", "after", "hash", repeat('1', 64) FROM "audit_event" WHERE "chain" = $1 ORDER BY "sequence" DESC LIMIT 1`,
      1,
      /altered/,
    ],
    [
      'put in between',
      `UPDATE "audit_event" SET "sequence" = 1000 WHERE "chain" = $1 AND "sequence" = 4`,
      4,
      /event 4 is missing/,
    ],
  ];

  test.each(FORGERIES)('an event that was %s is named', async (_, statement, sequence, reason) => {
    const { databaseUrl } = open;
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    const count = (await reportOf(elsewhere))?.events ?? 0;
    try {
      // Triggers do not run in this mode, as they would not for somebody who disables them.
      await client.query("SET session_replication_role = 'replica'");
      await client.query('CREATE TABLE saved AS SELECT * FROM "audit_event"');
      await client.query(statement, [elsewhere.team.id]);
      const report = await reportOf(elsewhere);
      const expected =
        sequence === 0
          ? count
          : sequence === 1 && /altered/.test(reason.source)
            ? count + 1
            : sequence;
      expect(report?.broken).toMatchObject({
        sequence: expected,
        reason: expect.stringMatching(reason) as string,
      });
      expect((await reportOf(lab))?.broken).toBeNull();
    } finally {
      await client.query('DELETE FROM "audit_event"');
      await client.query('INSERT INTO "audit_event" SELECT * FROM saved');
      await client.query('DROP TABLE saved');
      await client.end();
    }
    expect((await reportOf(elsewhere))?.broken).toBeNull();
  });
});

test('a person who is gone keeps their name in the log', async () => {
  const { catalog } = open;
  const actor = await makePerson(catalog, 'leaver');
  await catalog.teams.createTeam({ actor, slug: 'left', name: 'Left' });
  await catalog.prisma.user.delete({ where: { id: actor.userId } });
  const event = await catalog.prisma.auditEvent.findFirst({ where: { actorId: actor.userId } });
  expect(event?.actorName).toBe('leaver');
});

test('a person takes another name, which what they did before does not', async () => {
  const { catalog } = open;
  const actor = await makePerson(catalog, 'Grace');
  const renamed = await catalog.people.renameSelf({ actor, name: ' Grace H. ' });
  expect(renamed.name).toBe('Grace H.');
  await catalog.people.renameSelf({ actor, name: 'Grace H.' });
  await catalog.people.recordOwnChange({ actor, action: 'person.signOut' });
  const events = await catalog.prisma.auditEvent.findMany({
    where: { actorId: actor.userId },
    orderBy: { sequence: 'asc' },
  });
  expect(events.map(({ action, before, after }) => [action, before, after])).toEqual([
    ['person.rename', { name: 'Grace' }, { name: 'Grace H.' }],
    ['person.signOut', null, null],
  ]);
  const tooLong = catalog.people.renameSelf({ actor, name: 'x'.repeat(101) });
  await expect(tooLong).rejects.toMatchObject({ code: 'INVALID', path: ['name'] });
});
