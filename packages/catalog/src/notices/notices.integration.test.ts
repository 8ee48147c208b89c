import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';
import type { WebhookPayload } from './deliveries.ts';

let open: TestCatalog;
let world: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'notices');
});
afterAll(() => open.close());

async function told(actor: Actor): Promise<string[]> {
  const page = await open.catalog.notifications.listNotifications({ actor });
  return page.edges.map(({ node }) => node.sentence);
}

/** A run of somebody's that fails. */
async function fail(actor: Actor, target = world) {
  const run = await startRun(open.catalog, target, { actor, identityCount: 1 });
  await open.catalog.execution.beginRun({ runId: run.id, provider: 'cpu', machine: 'test' });
  const end = { state: 'FAILED', failure: 'the disk is full' } as const;
  await open.catalog.execution.finishRun({ runId: run.id, ...end });
  return run;
}

test('whoever started a run is told of its end, and nobody else', async () => {
  const ada = await makeMember(open.catalog, world, 'CONTRIBUTOR');
  const { number } = await fail(ada);
  expect(await told(ada)).toEqual([
    `Faces, run ${number} failed; its page says why`,
    'owner-of-notices added you to a team as contributor',
  ]);
  expect(await told(world.owner)).toEqual([]);
});

test('nobody is told what they did themselves, what they have muted, or of a private dataset they may not see', async () => {
  const { catalog } = open;
  const ada = await makeMember(catalog, world, 'CONTRIBUTOR');
  const run = await startRun(catalog, world, { actor: ada, identityCount: 1 });
  await catalog.runs.requestCancel({ actor: ada, runId: run.id });
  await catalog.notifications.muteTopics({ actor: ada, topics: ['RUNS'] });
  expect(await catalog.notifications.mutedTopicsOf({ actor: ada })).toEqual(['RUNS']);
  await fail(ada);
  const bob = await makeMember(catalog, world, 'CONTRIBUTOR');
  const started = await startRun(catalog, world, { actor: bob, identityCount: 1 });
  await catalog.prisma.dataset.update({
    where: { id: world.dataset.id },
    data: { visibility: 'PRIVATE' },
  });
  await catalog.runs.requestCancel({ actor: world.owner, runId: started.id });
  await catalog.prisma.dataset.update({
    where: { id: world.dataset.id },
    data: { visibility: 'TEAM' },
  });
  for (const actor of [ada, bob]) {
    expect(await told(actor)).toEqual(['owner-of-notices added you to a team as contributor']);
  }
});

test('what is undone tells nobody: notification, event and delivery are of one transaction', async () => {
  const { catalog } = open;
  const ada = await makeMember(catalog, world, 'CONTRIBUTOR');
  const counts = () =>
    Promise.all([
      catalog.prisma.notification.count(),
      catalog.prisma.auditEvent.count(),
      catalog.prisma.webhookDelivery.count(),
    ]);
  const before = await counts();
  const { team, owner } = world;
  await expect(
    catalog.members.setMemberRole({
      actor: owner,
      teamId: team.id,
      userId: owner.userId,
      role: 'VIEWER',
    }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(
    catalog.runs.createRun(
      {
        actor: ada,
        datasetId: world.dataset.id,
        recipeId: world.recipe.id,
        plan: () => ({ identityCount: 1, samplesPerIdentity: 1, separation: null }),
      },
      () => Promise.reject(new Error('no queue')),
    ),
  ).rejects.toThrow('no queue');
  expect(await counts()).toEqual(before);
});

test('somebody who is removed is told so, an inviter of who joined, and reading one or all of it counts down', async () => {
  const { catalog } = open;
  const { owner: actor, team } = world;
  const guest = await makePerson(catalog, 'guest');
  const { email } = await catalog.prisma.user.findUniqueOrThrow({ where: { id: guest.userId } });
  const invited = await catalog.invitations.inviteMember({
    actor,
    teamId: team.id,
    email,
    role: 'VIEWER',
  });
  await catalog.invitations.acceptInvitation({ actor: guest, token: invited.token });
  expect(await told(actor)).toEqual(['guest accepted the invitation and joined the team']);
  const key = { teamId: team.id, userId: guest.userId };
  await catalog.members.setMemberRole({ actor, ...key, role: 'REVIEWER' });
  await catalog.members.removeMember({ actor, ...key });
  expect(await told(guest)).toEqual([
    'owner-of-notices removed you from a team',
    'owner-of-notices made you reviewer of a team',
  ]);
  const { notifications } = catalog;
  const page = await notifications.listNotifications({ actor: guest, page: { first: 1 } });
  const newest = page.edges.map(({ node }) => node.id);
  // Somebody else's id, and one of nobody, change nothing.
  expect(await notifications.markRead({ actor, ids: newest })).toBe(1);
  expect(await notifications.markRead({ actor: guest, ids: [...newest, 'x'] })).toBe(1);
  expect(await notifications.countNotifications({ actor: guest, isUnread: true })).toBe(1);
  expect(await notifications.markRead({ actor: guest, ids: 'ALL' })).toBe(0);
  expect(await notifications.countNotifications({ actor: guest })).toBe(2);
});

test('whoever owns every team of somebody is told of the e-mail address that they ask for, and of nothing when they take it back', async () => {
  const { catalog } = open;
  const other = await makeTeam(catalog, 'notices-elsewhere');
  const grace = await makeMember(catalog, world, 'VIEWER');
  const both = await makeMember(catalog, world, 'OWNER');
  const before = await told(world.owner);
  const ask = (email: string) => catalog.emailChanges.askForEmail({ actor: grace, email });
  await ask('grace@one.example.org');
  const [sentence, ...others] = await told(world.owner);
  expect(sentence).toContain('asks for the e-mail address grace@one.example.org');
  expect(others).toEqual(before);
  const { email } = await ask('GRACE@one.example.org');
  await ask(email);
  expect(await told(world.owner)).toEqual([sentence, ...before]);
  for (const { userId } of [grace, both]) {
    await catalog.teams.addMember({
      actor: other.owner,
      teamId: other.team.id,
      userId,
      role: userId === both.userId ? 'OWNER' : 'VIEWER',
    });
  }
  await ask('grace@two.example.org');
  expect(await told(world.owner)).toEqual([sentence, ...before]);
  expect(await told(other.owner)).toEqual([]);
  expect((await told(both))[0]).toContain('grace@two.example.org');
});

test('a webhook gets what its topics say, without a secret, an address or a private dataset', async () => {
  const { catalog } = open;
  const { owner: actor, team } = await makeTeam(catalog, 'hooks');
  const { webhook } = await catalog.webhooks.createWebhook({
    actor,
    teamId: team.id,
    url: 'https://hooks.example.org/services/s3cret-of-theirs',
    topics: ['DATASETS'],
  });
  const make = (slug: string, visibility: 'TEAM' | 'PRIVATE') =>
    catalog.datasets.createDataset({ actor, teamId: team.id, slug, title: slug, visibility });
  await make('open', 'TEAM');
  await make('closed', 'PRIVATE');
  await catalog.apiKeys.createApiKey({
    actor,
    teamId: team.id,
    name: 'key',
    scopes: ['run.read'],
    days: 1,
  });
  const page = await catalog.webhooks.listDeliveries({ actor, webhookId: webhook.id });
  const payloads = page.edges.map(({ node }) => node.payload as unknown as WebhookPayload);
  expect(payloads.map(({ action }) => action)).toEqual(['dataset.create', 'ping']);
  expect(payloads[0]).toMatchObject({
    topic: 'DATASETS',
    sentence: 'owner-of-hooks made the dataset open',
    team: { slug: 'hooks' },
    dataset: { slug: 'open' },
  });
  const said = JSON.stringify([
    payloads,
    await catalog.prisma.auditEvent
      .findMany({ where: { entityType: 'Webhook' } })
      .then((rows) =>
        rows.map(({ before, after, entityLabel }) => ({ before, after, entityLabel })),
      ),
  ]);
  expect(said).not.toMatch(/whsec_|s3cret/);
  expect(said).toContain('hooks.example.org');
});

test('each delivery gets one job however many workers look, and ten given up in a row disable the webhook and tell its maintainers', async () => {
  const { catalog } = open;
  const hooks = await makeTeam(catalog, 'failing');
  const { team, owner } = hooks;
  const maintainer = await makeMember(catalog, hooks, 'MAINTAINER');
  const { webhook } = await catalog.webhooks.createWebhook({
    actor: owner,
    teamId: team.id,
    url: 'https://hooks.example.org/',
  });
  const webhookId = webhook.id;
  for (let index = 0; index < 9; index += 1) {
    const slug = `set-${index}`;
    await catalog.datasets.createDataset({ actor: owner, teamId: team.id, slug, title: slug });
  }
  const queued: string[] = [];
  const queue = () =>
    catalog.webhookDeliveries.queueDeliveries(async (tx, id) => {
      await enqueueNothing(tx);
      queued.push(id);
    });
  await Promise.all([queue(), queue(), queue()]);
  await queue();
  const { edges } = await catalog.webhooks.listDeliveries({ actor: owner, webhookId });
  const ids = edges.map(({ node }) => node.id);
  expect(queued.filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
  for (const deliveryId of ids) {
    const opened = await catalog.webhookDeliveries.openDelivery(deliveryId);
    expect(opened).toMatchObject({ attempt: 1, secret: expect.stringContaining('whsec_') });
    await catalog.webhookDeliveries.recordAttempt({
      deliveryId,
      attempt: 1,
      isLast: true,
      milliseconds: 5,
      status: 500,
      error: 'The answer was 500.',
    });
  }
  const [listed] = await catalog.webhooks.listWebhooks({ actor: owner, teamId: team.id });
  expect(listed?.disabledReason).toContain('The last 10 deliveries failed');
  for (const actor of [owner, maintainer]) {
    expect(await told(actor)).toContain(
      'The webhook hooks.example.org was disabled, since nobody answered there',
    );
  }
  const [first = ''] = ids;
  await expect(
    catalog.webhooks.redeliver({ actor: owner, deliveryId: first }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  await catalog.webhooks.changeWebhook({ actor: owner, webhookId, isEnabled: true });
  const again = await catalog.webhooks.redeliver({ actor: owner, deliveryId: first });
  expect(again.redeliveryOf).toBe(first);
  const attempts = await catalog.webhooks.attemptsOf({ actor: owner, deliveryIds: [first] });
  expect(attempts[0]).toMatchObject([{ number: 1, status: 500 }]);
});

test.for([
  ['ftp://example.org/', 'https or http'],
  ['https://name:word@example.org/', 'leave them out'],
  ['nowhere', 'no address'],
  [`https://example.org/${'x'.repeat(2000)}`, 'at most 2000'],
] as const)('%s is no address for a webhook', async ([url, words]) => {
  const { owner: actor, team } = world;
  await expect(
    open.catalog.webhooks.createWebhook({ actor, teamId: team.id, url }),
  ).rejects.toMatchObject({
    code: 'INVALID',
    path: ['url'],
    message: expect.stringContaining(words),
  });
});
