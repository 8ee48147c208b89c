/** @file Two people at one thing at one moment, in each case in the order that would show what somebody overlooked. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSTALLATION_CHAIN } from '../audit/event-hash.ts';
import type { Catalog } from '../catalog.ts';
import {
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';
import { atOneMoment, outcomesOf } from '../testing/one-moment.ts';

let open: TestCatalog;
let catalog: Catalog;
beforeAll(async () => {
  open = await openTestCatalog();
  ({ catalog } = open);
});
afterAll(() => open.close());

/** What became of changes of a team that were made at one moment, in this order. */
async function atOnce(
  { team }: TestTeam,
  ...changes: readonly (() => Promise<unknown>)[]
): Promise<string[]> {
  return outcomesOf(await atOneMoment(open.databaseUrl, team.id, changes));
}

describe('a webhook that is deleted', () => {
  let world: TestTeam;
  beforeAll(async () => {
    world = await makeTeam(catalog, 'hooks');
  });

  const makeWebhook = async () => {
    const { owner: actor, team } = world;
    const url = 'https://hooks.example.org/';
    const { webhook } = await catalog.webhooks.createWebhook({ actor, teamId: team.id, url });
    return { actor, webhookId: webhook.id };
  };

  test('takes nobody’s change with it that was to be told to it', async () => {
    const { owner: actor, team } = world;
    const webhook = await makeWebhook();
    const dataset = { actor, teamId: team.id, slug: 'told', title: 'Told' };
    const outcomes = await atOnce(
      world,
      () => catalog.webhooks.deleteWebhook(webhook),
      () => catalog.datasets.createDataset(dataset),
    );
    expect(outcomes).toEqual(['DONE', 'DONE']);
  });

  test('is gone for whoever deletes, changes or sends to it at the same moment', async () => {
    const webhook = await makeWebhook();
    const { edges } = await catalog.webhooks.listDeliveries(webhook);
    const deliveryId = edges[0]?.node.id ?? '';
    await catalog.prisma.webhookDelivery.update({
      where: { id: deliveryId },
      data: { state: 'FAILED' },
    });
    const outcomes = await atOnce(
      world,
      () => catalog.webhooks.deleteWebhook(webhook),
      () => catalog.webhooks.deleteWebhook(webhook),
      () => catalog.webhooks.changeWebhook({ ...webhook, topics: ['RUNS'] }),
      () => catalog.webhooks.redeliver({ actor: world.owner, deliveryId }),
    );
    expect(outcomes).toEqual(['DONE', 'NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND']);
  });

  test('is no failure of the worker that was sending to it', async () => {
    const webhook = await makeWebhook();
    const { edges } = await catalog.webhooks.listDeliveries(webhook);
    const tried = {
      deliveryId: edges[0]?.node.id ?? '',
      attempt: 1,
      isLast: true,
      milliseconds: 5,
      status: 500,
      error: 'The answer was 500.',
    };
    const outcomes = await atOnce(
      world,
      () => catalog.webhooks.deleteWebhook(webhook),
      () => catalog.webhookDeliveries.recordAttempt(tried),
    );
    expect(outcomes).toEqual(['DONE', 'DONE']);
  });
});

test('the last room for a webhook and for a key is given once', async () => {
  const world = await makeTeam(catalog, 'full');
  const { owner: actor, team } = world;
  const teamId = team.id;
  const url = 'https://hooks.example.org/';
  await catalog.prisma.webhook.createMany({
    data: Array.from({ length: 19 }, () => ({
      teamId,
      url,
      secret: 'whsec_',
      createdById: actor.userId,
    })),
  });
  const webhook = () => catalog.webhooks.createWebhook({ actor, teamId, url });
  expect(await atOnce(world, webhook, webhook)).toEqual(['DONE', 'CONFLICT']);
  await catalog.prisma.apiKey.createMany({
    data: Array.from({ length: 99 }, () => ({
      teamId,
      userId: actor.userId,
      name: 'old',
      prefix: 'colloid_',
      digest: randomUUID(),
      scopes: ['run.read'],
      expiresAt: new Date(),
    })),
  });
  const key = () =>
    catalog.apiKeys.createApiKey({ actor, teamId, name: 'new', scopes: ['run.read'], days: 1 });
  expect(await atOnce(world, key, key)).toEqual(['DONE', 'CONFLICT']);
});

describe('somebody who is removed from a team', () => {
  test('makes no key at that moment that would outlive it', async () => {
    const world = await makeTeam(catalog, 'keys');
    const { owner, team } = world;
    const actor = await makeMember(catalog, world, 'VIEWER');
    const member = { teamId: team.id, userId: actor.userId };
    const key = { actor, teamId: team.id, name: 'last', scopes: ['run.read'], days: 1 };
    const outcomes = await atOnce(
      world,
      () => catalog.members.removeMember({ actor: owner, ...member }),
      () => catalog.apiKeys.createApiKey(key),
    );
    expect(outcomes).toEqual(['DONE', 'NOT_FOUND']);
    expect(await catalog.prisma.apiKey.count({ where: { ...member, revokedAt: null } })).toBe(0);
  });

  test('neither removes, promotes nor invites anybody any more, and has no say in it', async () => {
    const world = await makeTeam(catalog, 'owners');
    const { owner, team } = world;
    const teamId = team.id;
    await makeMember(catalog, world, 'OWNER');
    const viewer = await makeMember(catalog, world, 'VIEWER');
    const friend = await makePerson(catalog, 'friend');
    const [actor, other] = [await makeMember(catalog, world, 'OWNER'), { userId: viewer.userId }];
    const outcomes = await atOnce(
      world,
      () => catalog.members.removeMember({ actor: owner, teamId, userId: actor.userId }),
      () => catalog.members.removeMember({ actor, teamId, userId: owner.userId }),
      () => catalog.members.setMemberRole({ actor, teamId, ...other, role: 'OWNER' }),
      () => catalog.teams.addMember({ actor, teamId, ...friend, role: 'OWNER' }),
      () =>
        catalog.invitations.inviteMember({
          actor,
          teamId,
          email: 'friend@example.org',
          role: 'OWNER',
        }),
      () => catalog.teams.renameTeam({ actor, teamId, name: 'Mine' }),
      () => catalog.teams.deleteTeam({ actor, teamId, slug: team.slug }),
      () => catalog.releases.setReleasePolicy({ actor, teamId, approvalsNeeded: 1 }),
    );
    expect(outcomes).toEqual(['DONE', ...Array.from({ length: 7 }, () => 'NOT_FOUND')]);
  });
});

test('a request that is repeated at the same moment finds its run, also where the budget has room for one only', async () => {
  const world = await makeTeam(catalog, 'exact');
  const { owner: actor, team } = world;
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { teamId: team.id },
    maxIdentities: 2,
    maxSamples: 6,
    minSeparation: 0,
  });
  const click = () => startRun(catalog, world, { idempotencyKey: 'click' });
  const results = await atOneMoment(open.databaseUrl, team.id, [click, click]);
  expect(outcomesOf(results)).toEqual(['DONE', 'DONE']);
  const ids = results.map((result) => (result.status === 'fulfilled' ? result.value.id : null));
  expect(new Set(ids).size).toBe(1);
});

test('a model that is removed at the moment at which somebody begins to use it is none for them', async () => {
  const world = await makeTeam(catalog, 'models');
  const { owner: actor, team, recipe } = world;
  const teamId = team.id;
  const spare = async () =>
    catalog.prisma.modelVersion.create({
      data: {
        teamId,
        kind: 'RECOGNISER',
        name: randomUUID(),
        version: '1',
        digest: 'c'.repeat(64),
        licence: 'MIT',
        manifest: {},
        files: {},
        state: 'READY',
      },
    });
  const use = (recogniserVersionId: string) => () =>
    catalog.recipes.createRecipe({
      actor,
      teamId,
      name: 'with it',
      definition: { seed: 1 },
      generatorVersionId: recipe.generatorVersionId,
      recogniserVersionId,
    });
  const remove = (modelVersionId: string) => () =>
    catalog.modelChanges.removeModelVersion({ actor, modelVersionId });
  const first = await spare();
  expect(await atOnce(world, remove(first.id), use(first.id))).toEqual(['DONE', 'INVALID']);
  const second = await spare();
  expect(await atOnce(world, use(second.id), remove(second.id))).toEqual(['DONE', 'CONFLICT']);
});

test('of two e-mail addresses that somebody asks for at once the later one stands, and only that', async () => {
  const actor = await makePerson(catalog, 'hasty');
  const ask = (email: string) => () => catalog.emailChanges.askForEmail({ actor, email });
  const asked = [ask('one@example.org'), ask('two@example.org')];
  const results = await atOneMoment(open.databaseUrl, INSTALLATION_CHAIN, asked);
  expect(outcomesOf(results)).toEqual(['DONE', 'DONE']);
  expect(await catalog.emailChanges.askedBy({ actor })).toBe('two@example.org');
  const events = await catalog.prisma.auditEvent.findMany({
    where: { actorId: actor.userId },
    orderBy: { sequence: 'asc' },
  });
  expect(events.map(({ before }) => before)).toMatchObject([
    { asked: null },
    { asked: 'one@example.org' },
  ]);
});
