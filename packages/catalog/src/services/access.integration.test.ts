/** @file Members, invitations, API keys and password resets: also many at once. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Role } from '../generated/client.ts';
import { completeScopes } from '../permissions.ts';
import { makeMember, makePerson, makeTeam, openTestCatalog, startRun } from '../testing/index.ts';
import type { TestCatalog, TestTeam } from '../testing/index.ts';

let open: TestCatalog;
let lab: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog({ poolSize: 20 });
  lab = await makeTeam(open.catalog, 'lab');
});
afterAll(() => open.close());

const FRESH_TEAM = () => makeTeam(open.catalog, `team-${randomUUID().slice(0, 8)}`);
const emailOf = async ({ userId }: Actor) =>
  (await open.catalog.prisma.user.findUniqueOrThrow({ where: { id: userId } })).email;

async function outcomes(attempts: readonly Promise<unknown>[]): Promise<string[]> {
  const settled = await Promise.allSettled(attempts);
  return settled
    .map((one) =>
      one.status === 'fulfilled' ? 'done' : String((one.reason as { code?: string }).code),
    )
    .toSorted();
}

describe('members', () => {
  test('are listed owners first, with addresses for owners and oneself only', async () => {
    const { catalog } = open;
    const team = await FRESH_TEAM();
    const viewer = await makeMember(catalog, team, 'VIEWER');
    const reviewer = await makeMember(catalog, team, 'REVIEWER');
    const list = async (actor: Actor) =>
      catalog.members.listMembers({ actor, teamId: team.team.id });
    expect((await list(team.owner)).map(({ role }) => role)).toEqual([
      'OWNER',
      'REVIEWER',
      'VIEWER',
    ]);
    expect((await list(team.owner)).every(({ email }) => email !== null)).toBe(true);
    const seen = await list(viewer);
    expect(seen.filter(({ email }) => email !== null).map(({ userId }) => userId)).toEqual([
      viewer.userId,
    ]);
    expect(seen.map(({ userId }) => userId)).toContain(reviewer.userId);
  });

  test('the last owner can neither go nor be demoted', async () => {
    const { members } = open.catalog;
    const { owner: actor, team } = await FRESH_TEAM();
    const key = { actor, teamId: team.id, userId: actor.userId };
    const refused = {
      code: 'CONFLICT',
      message: expect.stringMatching(/this is its last/) as string,
    };
    await expect(members.setMemberRole({ ...key, role: 'VIEWER' })).rejects.toMatchObject(refused);
    await expect(members.removeMember(key)).rejects.toMatchObject(refused);
    await expect(members.leaveTeam(key)).rejects.toMatchObject(refused);
  });

  test.each(['leave', 'demote', 'remove'] as const)(
    'of twelve owners who %s each other or themselves at once one remains',
    async (how) => {
      const { catalog } = open;
      const team = await FRESH_TEAM();
      const { id: teamId } = team.team;
      const others = await Promise.all(
        Array.from({ length: 11 }, () => makeMember(catalog, team, 'OWNER')),
      );
      const owners = [team.owner, ...others];
      const results = await outcomes(
        owners.map((actor, index) => {
          const next = owners[(index + 1) % owners.length] ?? actor;
          const key = { actor, teamId, userId: how === 'demote' ? actor.userId : next.userId };
          if (how === 'leave') return catalog.members.leaveTeam({ actor, teamId });
          if (how === 'demote') return catalog.members.setMemberRole({ ...key, role: 'VIEWER' });
          return catalog.members.removeMember(key);
        }),
      );
      const left = await catalog.prisma.membership.count({ where: { teamId, role: 'OWNER' } });
      expect(left).toBeGreaterThanOrEqual(1);
      expect(results.filter((result) => result === 'done')).toHaveLength(12 - left);
      if (how !== 'remove')
        expect(results.filter((result) => result === 'CONFLICT')).toHaveLength(1);
    },
  );

  test('who goes has no keys there any more', async () => {
    const { catalog } = open;
    const { id: teamId } = lab.team;
    const actor = await makeMember(catalog, lab, 'MAINTAINER');
    const { secret } = await catalog.apiKeys.createApiKey({
      actor,
      teamId,
      name: 'k',
      scopes: ['run.read'],
      days: 1,
    });
    await catalog.members.leaveTeam({ actor, teamId });
    expect(await catalog.apiKeys.actorForSecret(secret, {})).toBe('REVOKED');
    await expect(catalog.members.leaveTeam({ actor, teamId })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('an invitation', () => {
  const invite = async (email: string, role: Role = 'REVIEWER', days?: number) =>
    open.catalog.invitations.inviteMember({
      actor: lab.owner,
      teamId: lab.team.id,
      email,
      role,
      days,
    });

  test('is accepted once, by the invited address only, and gives the role', async () => {
    const { invitations, teams, prisma } = open.catalog;
    const [guest, other] = [
      await makePerson(open.catalog, 'guest'),
      await makePerson(open.catalog, 'other'),
    ];
    const { token, invitation } = await invite((await emailOf(guest)).toUpperCase());
    expect(invitation.tokenDigest).not.toContain(token);
    await expect(invitations.acceptInvitation({ actor: other, token })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const results = await outcomes(
      Array.from({ length: 8 }, () => invitations.acceptInvitation({ actor: guest, token })),
    );
    expect(results).toEqual([...Array<string>(7).fill('CONFLICT'), 'done']);
    const { id: teamId } = lab.team;
    expect(await teams.membershipOf({ actor: guest, teamId })).toMatchObject({ role: 'REVIEWER' });
    const joined = { actorId: guest.userId, action: 'member.join' };
    expect(await prisma.auditEvent.count({ where: joined })).toBe(1);
    await expect(invite(await emailOf(guest))).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/belongs to the team already/) as string,
    });
  });

  test('that expired, was withdrawn, or replaced by a newer one, opens nothing', async () => {
    const { invitations, prisma } = open.catalog;
    const actor = await makePerson(open.catalog, 'late');
    const email = await emailOf(actor);
    const accept = (token: string) => invitations.acceptInvitation({ actor, token });
    const stateOf = async (token: string) => (await invitations.offerOf(token))?.state;
    const old = await invite(email);
    const expired = await invite(email);
    await expect(accept(old.token)).rejects.toMatchObject({
      message: expect.stringMatching(/was withdrawn/) as string,
    });
    await prisma.invitation.update({
      where: { id: expired.invitation.id },
      data: { expiresAt: new Date(0) },
    });
    await expect(accept(expired.token)).rejects.toMatchObject({
      message: expect.stringMatching(/has expired/) as string,
    });
    expect(await stateOf(expired.token)).toBe('EXPIRED');
    const last = await invite(email);
    const invitationId = last.invitation.id;
    await invitations.withdrawInvitation({ actor: lab.owner, invitationId });
    expect(await stateOf(last.token)).toBe('WITHDRAWN');
    await expect(
      invitations.withdrawInvitation({ actor: lab.owner, invitationId }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(accept('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await invitations.offerOf('nonsense')).toBeNull();
  });

  test('is for an address and for a bounded time', async () => {
    await expect(invite('nobody')).rejects.toMatchObject({ code: 'INVALID', path: ['email'] });
    await expect(invite('a@b.c', 'VIEWER', 31)).rejects.toMatchObject({
      code: 'INVALID',
      path: ['days'],
    });
  });
});

describe('an API key', () => {
  const makeKey = async (actor: Actor, scopes: readonly string[], days = 1) =>
    open.catalog.apiKeys.createApiKey({ actor, teamId: lab.team.id, name: 'k', scopes, days });
  const use = async (secret: string) => {
    const actor = await open.catalog.apiKeys.actorForSecret(secret, { address: '192.0.2.1' });
    if (typeof actor === 'string') throw new Error(`The key is ${actor}.`);
    return actor;
  };

  test('is kept as a digest, brings what its scopes need, and says when it was used', async () => {
    const { catalog } = open;
    const { key, secret } = await makeKey(lab.owner, ['run.create']);
    expect(secret).toMatch(/^colloid_[\w-]{43}$/);
    expect(key.scopes).toEqual(completeScopes(['run.create']));
    expect(key.scopes).toEqual(
      expect.arrayContaining(['team.read', 'dataset.read', 'recipe.read', 'run.read']),
    );
    const row = await catalog.prisma.apiKey.findUniqueOrThrow({ where: { id: key.id } });
    expect(JSON.stringify(row)).not.toContain(secret);
    expect(row.lastUsedAt).toBeNull();
    const actor = await use(secret);
    await startRun(catalog, lab, { actor });
    const [listed] = await catalog.apiKeys.listApiKeys({ actor: lab.owner, teamId: lab.team.id });
    expect(listed).toMatchObject({ prefix: secret.slice(0, 14), userName: 'owner-of-lab' });
    expect(listed?.lastUsedAt).toBeInstanceOf(Date);
    const event = await catalog.prisma.auditEvent.findFirst({ where: { keyId: key.id } });
    expect(event).toMatchObject({ action: 'run.create', address: '192.0.2.1' });
  });

  test('does no more than its scopes, its team and the role of its person', async () => {
    const { catalog } = open;
    const actor = await makeMember(catalog, lab, 'CONTRIBUTOR');
    await expect(makeKey(actor, ['budget.set'])).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/'budget\.set' needs the role MAINTAINER/) as string,
    });
    await expect(makeKey(actor, ['apiKey.create'])).rejects.toMatchObject({ code: 'INVALID' });
    await expect(makeKey(actor, [])).rejects.toMatchObject({ code: 'INVALID' });
    const byKey = await use((await makeKey(actor, ['dataset.create'])).secret);
    const { id: teamId } = lab.team;
    const create = () =>
      catalog.datasets.createDataset({ actor: byKey, teamId, slug: randomUUID(), title: 'By key' });
    await create();
    await expect(catalog.models.listModelVersions({ actor: byKey, teamId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringMatching(/lacks the scope 'model\.read'/) as string,
    });
    const other = await FRESH_TEAM();
    await catalog.teams.addMember({
      actor: other.owner,
      teamId: other.team.id,
      userId: actor.userId,
      role: 'OWNER',
    });
    expect(await catalog.teams.teamBySlug({ actor: byKey, slug: other.team.slug })).toBeNull();
    await expect(
      catalog.datasets.listDatasets({ actor: byKey, teamId: other.team.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await catalog.teams.teamsOf({ actor: byKey })).toHaveLength(1);
    // The person's role falls, and the key's with it.
    await catalog.members.setMemberRole({
      actor: lab.owner,
      teamId,
      userId: actor.userId,
      role: 'VIEWER',
    });
    await expect(create()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('that is revoked, expired or made up stands for nobody', async () => {
    const { apiKeys } = open.catalog;
    const { key, secret } = await makeKey(lab.owner, ['run.read'], 2);
    const later = new Date(Date.now() + 3 * 24 * 3600 * 1000);
    expect(await apiKeys.actorForSecret(secret, { now: later })).toBe('EXPIRED');
    const stranger = (await FRESH_TEAM()).owner;
    const viewer = await makeMember(open.catalog, lab, 'VIEWER');
    for (const actor of [stranger, viewer]) {
      await expect(apiKeys.revokeApiKey({ actor, keyId: key.id })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    await apiKeys.revokeApiKey({ actor: lab.owner, keyId: key.id });
    expect(await apiKeys.actorForSecret(secret, {})).toBe('REVOKED');
    expect(await apiKeys.actorForSecret(`${secret}x`, {})).toBe('UNKNOWN');
    expect(await apiKeys.actorForSecret('', {})).toBe('UNKNOWN');
    expect(await apiKeys.listApiKeys({ actor: viewer, teamId: lab.team.id })).toEqual([]);
  });
});

test('an owner resets the password only of those who have no say in a team of others', async () => {
  const { catalog } = open;
  const member = await makeMember(catalog, lab, 'VIEWER');
  const { id: teamId } = lab.team;
  const reset = () =>
    catalog.members.createPasswordReset({
      actor: lab.owner,
      teamId,
      userId: member.userId,
      identifier: `reset-password:${randomUUID()}`,
      expiresAt: new Date(Date.now() + 1000),
    });
  await reset();
  await catalog.teams.createTeam({ actor: member, slug: 'own-team', name: 'Own' });
  await expect(reset()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await catalog.prisma.verification.count({ where: { value: member.userId } })).toBe(1);
});

test('another e-mail address is taken by the link for that address only, once, and by nobody else', async () => {
  const { emailChanges, prisma, ...catalog } = open.catalog;
  const member = await makeMember(open.catalog, lab, 'VIEWER');
  const { userId } = member;
  const { id: teamId } = lab.team;
  const before = await prisma.user.findUniqueOrThrow({ where: { id: userId } });
  const issue = () => emailChanges.createConfirmation({ actor: lab.owner, teamId, userId });
  await expect(issue()).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(
    emailChanges.askForEmail({ actor: member, email: 'no address' }),
  ).rejects.toMatchObject({ code: 'INVALID', path: ['email'] });

  await emailChanges.askForEmail({ actor: member, email: 'First@new.example.org' });
  const asked = (actor: typeof member) =>
    catalog.members
      .listMembers({ actor, teamId })
      .then((members) => members.find((one) => one.userId === userId)?.askedEmail);
  expect([await asked(lab.owner), await asked(member)]).toEqual(['first@new.example.org', null]);
  const first = await issue();
  expect(first.email).toBe('first@new.example.org');
  expect(JSON.stringify(await prisma.verification.findMany())).not.toContain(first.token);

  // What was sent to one mailbox does not confirm another one.
  await emailChanges.askForEmail({ actor: member, email: 'second@new.example.org' });
  const confirm = (token: string, actor = member) => emailChanges.confirmEmail({ actor, token });
  await expect(confirm(first.token)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const second = await issue();
  const other = await makeMember(open.catalog, lab, 'VIEWER');
  await emailChanges.askForEmail({ actor: other, email: 'second@new.example.org' });
  await expect(confirm(second.token, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const results = await Promise.allSettled([confirm(second.token), confirm(second.token)]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

  expect(await emailChanges.askedBy({ actor: member })).toBeNull();
  const [event] = await prisma.auditEvent.findMany({ where: { action: 'person.changeEmail' } });
  expect(event).toMatchObject({
    before: { email: before.email },
    after: { email: 'second@new.example.org' },
  });
  // The other one had asked for the same address, and can read that mailbox too: it is gone by now.
  const late = await emailChanges.createConfirmation({
    actor: lab.owner,
    teamId,
    userId: other.userId,
  });
  await expect(confirm(late.token, other)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await prisma.user.count({ where: { email: 'second@new.example.org' } })).toBe(1);

  await catalog.teams.createTeam({ actor: member, slug: 'own-team-2', name: 'Own' });
  await emailChanges.askForEmail({ actor: member, email: 'third@new.example.org' });
  await expect(issue()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await emailChanges.createConfirmationAsOperator({ email: 'second@new.example.org' });
  await emailChanges.askForEmail({ actor: member, email: 'second@new.example.org' });
  expect(await emailChanges.askedBy({ actor: member })).toBeNull();
});
