/** @file Asking people to join a team. */

import { randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { requireRole } from '../authorise.ts';
import { sha256 } from '../canonical-json.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Invitation, Membership, Role, Team } from '../generated/client.ts';
import { checkEmail } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { holdTeam, lockTeam, lockTeamFor, writeRole } from './write-role.ts';

/** Days an invitation can be accepted where nothing is said. */
export const INVITATION_DAYS = 7;
const MOST_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

/** What an invitation says to whoever holds its link. */
export interface InvitationOffer {
  readonly team: Pick<Team, 'name' | 'slug'>;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly expiresAt: Date;
  readonly state: InvitationState;
}

/** Where an invitation stands. */
export type InvitationState = 'OPEN' | 'EXPIRED' | 'ACCEPTED' | 'WITHDRAWN';

/** Invitations. */
export interface InvitationService {
  /**
   * Invites an address; an older open invitation of the same address is withdrawn. The token is told this once and not kept.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (address, days), CONFLICT (a member already)
   */
  inviteMember(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly email: string;
    readonly role: Role;
    /** 1 to 30. @default INVITATION_DAYS */
    readonly days?: number | null | undefined;
  }): Promise<{ readonly invitation: Invitation; readonly token: string }>;
  /** Invitations that are neither accepted nor withdrawn, newest first. */
  listInvitations(input: { readonly actor: Actor; readonly teamId: string }): Promise<Invitation[]>;
  /** @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (accepted or withdrawn already) */
  withdrawInvitation(input: {
    readonly actor: Actor;
    readonly invitationId: string;
  }): Promise<Invitation>;
  /** What the link leads to, for whoever holds it; null where the token is none. */
  offerOf(token: string): Promise<InvitationOffer | null>;
  /** @throws CatalogError NOT_FOUND, FORBIDDEN (for another address), CONFLICT (expired, withdrawn, accepted, a member already) */
  acceptInvitation(input: {
    readonly actor: Actor;
    readonly token: string;
  }): Promise<{ readonly team: Team; readonly membership: Membership }>;
}

/** Where the invitation stands at `now`. */
export function stateOfInvitation(
  {
    acceptedAt,
    withdrawnAt,
    expiresAt,
  }: Pick<Invitation, 'acceptedAt' | 'withdrawnAt' | 'expiresAt'>,
  now = new Date(),
): InvitationState {
  if (acceptedAt !== null) return 'ACCEPTED';
  if (withdrawnAt !== null) return 'WITHDRAWN';
  return expiresAt <= now ? 'EXPIRED' : 'OPEN';
}

/** Makes the service of invitations. */
export function createInvitationService({ prisma }: ServiceContext): InvitationService {
  return {
    inviteMember: ({ actor, teamId, role, ...input }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'invitation.create' });
        const email = checkEmail(input.email);
        const days = checkDays(input.days ?? INVITATION_DAYS);
        if ((await tx.membership.count({ where: { teamId, user: { email } } })) > 0) {
          throw alreadyMember(email);
        }
        await withdrawOpen(tx, teamId, email);
        const token = randomBytes(24).toString('base64url');
        const invitation = await tx.invitation.create({
          data: {
            teamId,
            email,
            role,
            tokenDigest: sha256(token),
            invitedById: actor.userId,
            expiresAt: new Date(Date.now() + days * DAY_MS),
          },
        });
        const { expiresAt } = invitation;
        const after = { email, role, expiresAt };
        recordChange(tx, {
          teamId,
          action: 'invitation.create',
          entity: entityOf(invitation),
          after,
        });
        return { invitation, token };
      }),

    async listInvitations({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'invitation.read' });
      return prisma.invitation.findMany({
        where: { teamId, acceptedAt: null, withdrawnAt: null },
        orderBy: { id: 'desc' },
      });
    },

    withdrawInvitation: ({ actor, invitationId }) =>
      change(prisma, actor, async (tx) => {
        const found = isUuid(invitationId)
          ? await tx.invitation.findUnique({ where: { id: invitationId } })
          : null;
        if (found === null) throw notFound('invitation');
        const what = 'invitation';
        const { teamId } = found;
        await requireRole(tx, { actor, teamId, action: 'invitation.withdraw', what });
        const invitation = await lockInvitation(tx, found.id);
        const state = stateOfInvitation(invitation);
        if (state === 'ACCEPTED' || state === 'WITHDRAWN') throw overCause(state);
        return withdraw(tx, invitation);
      }),

    async offerOf(token) {
      const invitation = await prisma.invitation.findUnique({
        where: { tokenDigest: sha256(token) },
        include: { team: true },
      });
      if (invitation === null || invitation.team.deletedAt !== null) return null;
      const where = { id: invitation.invitedById };
      const inviter = await prisma.user.findUnique({ where, select: { name: true } });
      const { team, email, role, expiresAt } = invitation;
      const invitedBy = inviter?.name ?? team.name;
      return { team, email, role, expiresAt, invitedBy, state: stateOfInvitation(invitation) };
    },

    acceptInvitation: ({ actor, token }) =>
      change(prisma, actor, async (tx) => {
        const found = await tx.invitation.findUnique({ where: { tokenDigest: sha256(token) } });
        if (found === null) throw notFound('invitation', ['token']);
        const { teamId } = found;
        const { userId } = actor;
        await lockTeam(tx, teamId);
        await holdTeam(tx, teamId);
        const invitation = await lockInvitation(tx, found.id);
        const user = await tx.user.findUnique({ where: { id: userId } });
        if (user?.email.toLowerCase() !== invitation.email) {
          throw new CatalogError(
            'FORBIDDEN',
            `This invitation is for ${invitation.email}, and you are signed in as ${user?.email ?? 'somebody else'}; sign in with that address.`,
            { path: ['token'] },
          );
        }
        const state = stateOfInvitation(invitation);
        if (state !== 'OPEN') throw overCause(state);
        if ((await tx.membership.count({ where: { teamId, userId } })) > 0) {
          throw alreadyMember(invitation.email);
        }
        const data = { acceptedAt: new Date(), acceptedById: userId };
        await tx.invitation.update({ where: { id: invitation.id }, data });
        const { role } = invitation;
        const membership = await writeRole(tx, { teamId, userId, role, action: 'member.join' });
        return { team: await tx.team.findUniqueOrThrow({ where: { id: teamId } }), membership };
      }),
  };
}

async function lockInvitation(tx: Db, id: string): Promise<Invitation> {
  await tx.$queryRaw`SELECT 1 FROM "invitation" WHERE "id" = ${id}::uuid FOR UPDATE`;
  return tx.invitation.findUniqueOrThrow({ where: { id } });
}

async function withdrawOpen(tx: Db, teamId: string, email: string): Promise<void> {
  const older = await tx.invitation.findFirst({
    where: { teamId, email, acceptedAt: null, withdrawnAt: null },
  });
  if (older !== null) await withdraw(tx, older);
}

async function withdraw(tx: Db, invitation: Invitation): Promise<Invitation> {
  const { teamId, email, role } = invitation;
  const withdrawn = await tx.invitation.update({
    where: { id: invitation.id },
    data: { withdrawnAt: new Date() },
  });
  recordChange(tx, {
    teamId,
    action: 'invitation.withdraw',
    entity: entityOf(invitation),
    before: { email, role },
  });
  return withdrawn;
}

function entityOf({ id, email }: Invitation) {
  return { type: 'Invitation', id, label: email };
}

function alreadyMember(email: string): CatalogError {
  return new CatalogError(
    'CONFLICT',
    `${email} belongs to the team already; change their role in the list of members instead.`,
    { path: ['email'] },
  );
}

const OVER = {
  EXPIRED: 'has expired',
  ACCEPTED: 'has been accepted already',
  WITHDRAWN: 'was withdrawn',
} as const;

function overCause(state: keyof typeof OVER): CatalogError {
  return new CatalogError(
    'CONFLICT',
    `This invitation ${OVER[state]}; ask an owner of the team for a new one.`,
    { path: ['token'] },
  );
}

function checkDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new CatalogError(
    'INVALID',
    `'days' is ${days}; give a whole number from 1 to ${MOST_DAYS}.`,
    {
      path: ['days'],
    },
  );
}
