/** @file The bell: how many wait, at once when one comes or is read, on every open page of the person and on nobody else's. */
import { createClient as createSocketClient } from 'graphql-ws';
import type { ExecutionResult } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { ensureUser } from '../auth/users.ts';
import { SEED_PASSWORD, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

const NEWS = 'subscription { notificationNews { unreadCount newest { id sentence } } }';
const MARK = `mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) {
  news { unreadCount } userErrors { code } } }`;
const LIST = `{ notifications(isUnread: true) { totalCount edges { node { sentence team { slug } subject { id } } } } }`;

interface News {
  readonly notificationNews: {
    readonly unreadCount: number;
    readonly newest: { readonly id: string; readonly sentence: string } | null;
  };
}

let gateway: TestGateway;
let ada: SeededTeam;
let owner: TestClient;
let bob: { readonly userId: string; readonly client: TestClient };

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  const size = { identities: 2, variations: 1 };
  ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...size });
  owner = await signIn(gateway, ada.email);
  const email = 'bob@example.org';
  const { id: userId } = await ensureUser({
    catalog,
    secret: TEST_SECRET,
    email,
    name: 'Bob',
    password: SEED_PASSWORD,
  });
  bob = { userId, client: await signIn(gateway, email) };
});
afterAll(() => gateway.stop());

function listen(cookie: string) {
  const socket = createSocketClient({
    url: `${gateway.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string) {
        super(address, protocols, { headers: { cookie, origin: gateway.url } });
      }
    },
    retryAttempts: 0,
  });
  const events = socket.iterate<News>({ query: NEWS });
  const next = async () => {
    const { value } = (await events.next()) as { value: ExecutionResult<News> };
    return value.data?.notificationNews;
  };
  return { socket, next };
}

test('it moves when somebody is told something and when they have read it, and for nobody else', async () => {
  const { catalog } = gateway;
  const [first, second] = [listen(bob.client.cookie), listen(bob.client.cookie)];
  const other = listen(owner.cookie);
  for (const { next } of [first, second, other]) {
    expect(await next()).toEqual({ unreadCount: 0, newest: null });
  }
  const key = { actor: ada.actor, teamId: ada.team.id, userId: bob.userId };
  await catalog.teams.addMember({ ...key, role: 'VIEWER' });
  const told = await first.next();
  expect(told).toMatchObject({
    unreadCount: 1,
    newest: { sentence: expect.stringContaining('added you to a team as viewer') as string },
  });
  expect(await second.next()).toEqual(told);
  expect(await bob.client.data(LIST)).toMatchObject({
    notifications: { totalCount: 1, edges: [{ node: { team: { slug: 'ada-lab' } } }] },
  });
  const input = { ids: [told?.newest?.id ?? ''] };
  // The same id by somebody else reads nothing.
  await owner.data(MARK, { input });
  expect(await bob.client.data(MARK, { input })).toMatchObject({
    markNotificationsRead: { news: { unreadCount: 0 }, userErrors: [] },
  });
  expect(await first.next()).toMatchObject({ unreadCount: 0 });
  expect(await second.next()).toMatchObject({ unreadCount: 0 });
  // All of that was told to one person: the next thing that the other one hears is what concerns them.
  await catalog.members.setMemberRole({ ...key, role: 'OWNER' });
  const asBob = { actor: { userId: bob.userId }, teamId: ada.team.id };
  await catalog.members.setMemberRole({ ...asBob, userId: ada.actor.userId, role: 'MAINTAINER' });
  expect(await other.next()).toMatchObject({
    unreadCount: 1,
    newest: { sentence: expect.stringContaining('made you maintainer') as string },
  });
  for (const { socket } of [first, second, other]) await socket.dispose();
});
