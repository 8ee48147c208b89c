/** @file Renaming, deleting, bringing back and removing teams, on a real PostgreSQL: also at once with what they exclude. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
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
import { makeReleaseWorld, releaseIn } from '../testing/release-world.ts';

let open: TestCatalog;
beforeAll(async () => {
  open = await openTestCatalog({ poolSize: 20 });
});
afterAll(() => open.close());

const freshSlug = () => `team-${randomUUID().slice(0, 8)}`;
const freshTeam = () => makeTeam(open.catalog, freshSlug());
const PAST = new Date(Date.now() - 1000);

const remove = ({ owner: actor, team }: TestTeam) =>
  open.catalog.teams.deleteTeam({ actor, teamId: team.id, slug: team.slug });
const told = async ({ userId }: Actor) =>
  (
    await open.catalog.prisma.notification.findMany({ where: { userId }, orderBy: { id: 'asc' } })
  ).map(({ sentence }) => sentence);
const actionsOf = async (chain: string) =>
  (
    await open.catalog.prisma.auditEvent.findMany({
      where: { chain, entityType: 'Team' },
      orderBy: { sequence: 'asc' },
    })
  ).map(({ action }) => action);

describe('renaming a team', () => {
  test('the old address leads to it, and nobody else gets it until its time is over', async () => {
    const { teams, prisma } = open.catalog;
    const lab = await freshTeam();
    const { owner: actor, team } = lab;
    const viewer = await makeMember(open.catalog, lab, 'VIEWER');
    const slug = freshSlug();
    const renamed = await teams.renameTeam({ actor, teamId: team.id, name: ' New ', slug });
    expect(renamed).toMatchObject({ name: 'New', slug });
    expect(await teams.teamBySlug({ actor: viewer, slug: team.slug })).toMatchObject({ slug });
    expect(await told(viewer)).toContain(
      `owner-of-${team.slug} renamed the team Team ${team.slug}: it is New now, at /t/${slug}`,
    );

    const stranger = await makePerson(open.catalog, 'stranger');
    expect(await teams.teamBySlug({ actor: stranger, slug: team.slug })).toBeNull();
    const taken = { actor: stranger, slug: team.slug, name: 'Taken' };
    await expect(teams.createTeam(taken)).rejects.toMatchObject({
      code: 'CONFLICT',
      path: ['slug'],
    });
    const other = await freshTeam();
    await expect(
      teams.renameTeam({ actor: other.owner, teamId: other.team.id, slug: team.slug }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });

    await prisma.formerSlug.update({ where: { slug: team.slug }, data: { heldUntil: PAST } });
    expect(await teams.teamBySlug({ actor: viewer, slug: team.slug })).toBeNull();
    expect((await teams.createTeam(taken)).slug).toBe(team.slug);
  });

  test('a team takes back an address of its own', async () => {
    const { teams, prisma } = open.catalog;
    const { owner: actor, team } = await freshTeam();
    const { id: teamId } = team;
    const slug = freshSlug();
    await teams.renameTeam({ actor, teamId, slug });
    await teams.renameTeam({ actor, teamId, slug: team.slug });
    expect(
      (await prisma.formerSlug.findMany({ where: { teamId } })).map((row) => row.slug),
    ).toEqual([slug]);
  });

  test('an address that is given up and taken at one moment goes to nobody else', async () => {
    const { teams } = open.catalog;
    for (let round = 0; round < 8; round += 1) {
      const { owner, team } = await freshTeam();
      const taker = await makePerson(open.catalog, 'taker');
      const [, taken] = await Promise.allSettled([
        teams.renameTeam({ actor: owner, teamId: team.id, slug: freshSlug() }),
        teams.createTeam({ actor: taker, slug: team.slug, name: 'Taken' }),
      ]);
      expect(taken.status).toBe('rejected');
    }
  });

  test('the same again changes and tells nothing; an address that is none is refused', async () => {
    const { teams } = open.catalog;
    const { owner: actor, team } = await freshTeam();
    const { id: teamId, slug, name } = team;
    await teams.renameTeam({ actor, teamId, slug, name });
    expect(await actionsOf(teamId)).toEqual(['team.create']);
    await expect(teams.renameTeam({ actor, teamId, slug: 'No Slug' })).rejects.toMatchObject({
      code: 'INVALID',
      path: ['slug'],
    });
  });
});

describe('deleting a team', () => {
  test('asks for its address', async () => {
    const { owner: actor, team } = await freshTeam();
    const attempt = { actor, teamId: team.id, slug: 'another' };
    await expect(open.catalog.teams.deleteTeam(attempt)).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining(`'${team.slug}'`) as string,
    });
  });

  test('is refused while a run is queued or running, which it names', async () => {
    const lab = await freshTeam();
    const run = await startRun(open.catalog, lab);
    const refused = {
      code: 'CONFLICT',
      message: expect.stringContaining('run 1 of Faces') as string,
    };
    await expect(remove(lab)).rejects.toMatchObject(refused);
    await open.catalog.execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });
    await expect(remove(lab)).rejects.toMatchObject(refused);
  });

  test('hides it and all of its things from everybody, and leaves other teams alone', async () => {
    const { catalog } = open;
    const lab = await freshTeam();
    const { owner: actor, team, dataset } = lab;
    const teamId = team.id;
    await catalog.prisma.dataset.update({
      where: { id: dataset.id },
      data: { visibility: 'PUBLIC' },
    });
    const member = await makeMember(catalog, lab, 'MAINTAINER');
    const { secret } = await catalog.apiKeys.createApiKey({
      actor: member,
      teamId,
      name: 'k',
      scopes: ['dataset.read'],
      days: 1,
    });
    const other = await freshTeam();
    await remove(lab);
    for (const who of [actor, member, other.owner]) {
      expect(await catalog.teams.teamBySlug({ actor: who, slug: team.slug })).toBeNull();
      expect(await catalog.datasets.datasetsByIds({ actor: who, ids: [dataset.id] })).toEqual([
        null,
      ]);
      await expect(
        catalog.datasets.listDatasets({ actor: who, teamId, page: { first: 1 } }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    const byKey = await catalog.apiKeys.actorForSecret(secret, {});
    if (typeof byKey === 'string') throw new Error(`The key is ${byKey}.`);
    expect(await catalog.teams.teamsByIds({ actor: byKey, ids: [teamId] })).toEqual([null]);
    expect(await catalog.teams.teamsOf({ actor: member })).toEqual([]);
    expect(await catalog.teams.deletedTeamsOf({ actor: member })).toEqual([]);
    expect(await catalog.teams.deletedTeamsOf({ actor })).toMatchObject([
      { id: teamId, slug: team.slug, deletedBy: `owner-of-${team.slug}` },
    ]);
    expect((await told(member)).at(-1)).toMatch(/deleted the team .* until \d{4}-\d\d-\d\d,/);
    // Its address stays taken while it can come back.
    await expect(
      catalog.teams.createTeam({ actor: member, slug: team.slug, name: 'Taken' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await catalog.teams.teamsOf({ actor: other.owner })).toHaveLength(1);
  });

  test('at the moment at which runs begin, either the team goes or runs begin', async () => {
    for (let round = 0; round < 6; round += 1) {
      const lab = await freshTeam();
      const [deleted, ...begun] = await Promise.allSettled([
        remove(lab),
        ...Array.from({ length: 4 }, () => startRun(open.catalog, lab)),
      ]);
      const runs = begun.filter(({ status }) => status === 'fulfilled').length;
      const left = await open.catalog.prisma.run.count({ where: { teamId: lab.team.id } });
      expect(left).toBe(runs);
      expect(deleted.status === 'fulfilled' ? runs : 0).toBe(0);
    }
  });

  test('a paused run does not keep it, and cannot be resumed in it', async () => {
    const { catalog } = open;
    const lab = await freshTeam();
    const { owner: actor, team } = lab;
    const run = await startRun(catalog, lab);
    await catalog.runs.requestPause({ actor, runId: run.id });
    await remove(lab);
    const resume = () => catalog.runs.resumeRun({ actor, runId: run.id }, enqueueNothing);
    await expect(resume()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await catalog.teams.restoreTeam({ actor, teamId: team.id });
    expect((await resume()).state).toBe('QUEUED');
  });

  test('is undone by an owner, and by nobody else, while there is time', async () => {
    const { catalog } = open;
    const lab = await freshTeam();
    const { owner: actor, team } = lab;
    const member = await makeMember(catalog, lab, 'MAINTAINER');
    await remove(lab);
    const restore = (who: Actor) => catalog.teams.restoreTeam({ actor: who, teamId: team.id });
    await expect(restore(member)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(restore(await makePerson(catalog, 'stranger'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await restore(actor);
    expect(await catalog.teams.teamBySlug({ actor: member, slug: team.slug })).not.toBeNull();
    expect(await actionsOf(team.id)).toEqual(['team.create', 'team.delete', 'team.restore']);
    await expect(restore(actor)).rejects.toMatchObject({ code: 'CONFLICT' });

    await remove(lab);
    await catalog.prisma.team.update({ where: { id: team.id }, data: { purgeAfter: PAST } });
    await expect(restore(actor)).rejects.toMatchObject({ code: 'GONE' });
    expect(await catalog.teams.deletedTeamsOf({ actor })).toEqual([]);
  });
});

describe('removing a deleted team', () => {
  test('takes its rows once its time is over, keeps its audit chain whole, and leaves other teams', async () => {
    const { catalog } = open;
    const lab = await freshTeam();
    const { owner: actor, team } = lab;
    const run = await startRun(catalog, lab);
    await produce(catalog, run);
    const version = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
    await catalog.subsets.materialiseSubset({
      actor,
      from: { versionId: version.id, query: { limit: 1 } },
    });
    const waiting = await freshTeam();
    const kept = await freshTeam();
    await remove(lab);
    await remove(waiting);
    await catalog.prisma.team.update({ where: { id: team.id }, data: { purgeAfter: PAST } });

    const [first, second] = await Promise.all([
      catalog.teams.purgeTeams(),
      catalog.teams.purgeTeams(),
    ]);
    const purged = [...first, ...second].filter(({ id }) => id === team.id);
    expect(purged).toEqual([{ id: team.id, slug: team.slug }]);
    const where = { teamId: team.id };
    expect(await catalog.prisma.team.count({ where: { id: team.id } })).toBe(0);
    expect(await catalog.prisma.run.count({ where })).toBe(0);
    expect(await catalog.prisma.sample.count({ where: { runId: run.id } })).toBe(0);
    expect(await catalog.prisma.modelVersion.count({ where })).toBe(0);
    expect(await catalog.prisma.team.count({ where: { id: waiting.team.id } })).toBe(1);
    expect(await catalog.teams.teamsOf({ actor: kept.owner })).toHaveLength(1);

    expect((await actionsOf(team.id)).at(-1)).toBe('team.purge');
    const reports = await catalog.audit.verify();
    expect(reports.find(({ chain }) => chain === team.id)).toMatchObject({
      team: null,
      broken: null,
    });
    // The address is free again.
    expect((await catalog.teams.createTeam({ actor, slug: team.slug, name: 'Next' })).slug).toBe(
      team.slug,
    );
  });
});

describe('a team with releases', () => {
  test('is not deleted while one is published, and goes with what it has retracted', async () => {
    const { catalog } = open;
    const world = await makeReleaseWorld(catalog, freshSlug());
    const { maintainer, owner, team } = world;
    const { id: releaseId, semanticVersion } = await releaseIn(catalog, world, 'PUBLISHED');
    await expect(remove(world)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`published Faces ${semanticVersion},`) as string,
    });
    await catalog.releases.retractRelease({ actor: maintainer, releaseId, reason: 'Wrong.' });
    await remove(world);
    await catalog.prisma.team.update({ where: { id: team.id }, data: { purgeAfter: PAST } });
    await catalog.teams.purgeTeams();
    expect(await catalog.prisma.release.count({ where: { id: releaseId } })).toBe(0);
    expect(await catalog.teams.deletedTeamsOf({ actor: owner })).toEqual([]);
  });
});
