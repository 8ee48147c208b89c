/** @file Who belongs to a team, and how that changes. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { requireRole } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { Membership, Role } from '../generated/client.ts';
import { ROLES } from '../permissions.ts';
import { askedEmails } from './email-changes.ts';
import { type MemberKey, requireMember, requireSayInAllTeams } from './require-member.ts';
import { endMembership, lockTeamFor, writeRole } from './write-role.ts';

/** A member as the other members see them. */
export interface Member extends Membership {
  readonly name: string;
  /** Address they sign in with; null where the actor is not an owner and it is not theirs. */
  readonly email: string | null;
  /** Address that they have asked for and not confirmed yet; only owners see it. */
  readonly askedEmail: string | null;
}

/** What a new password is set with. */
export interface PasswordReset {
  /** Identifier under which the auth library looks for it. */
  readonly identifier: string;
  readonly expiresAt: Date;
}

/** Members. Everything that changes one throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (the last owner). */
export interface MemberService {
  /** Owners first, then by name. */
  listMembers(input: { readonly actor: Actor; readonly teamId: string }): Promise<Member[]>;
  setMemberRole(input: MemberKey & { readonly actor: Actor; readonly role: Role }): Promise<Member>;
  removeMember(input: MemberKey & { readonly actor: Actor }): Promise<void>;
  /** The actor leaves. */
  leaveTeam(input: { readonly actor: Actor; readonly teamId: string }): Promise<void>;
  /**
   * Lets a member set a new password. Only where all their teams are the actor's own too: whoever can set a password can do
   * whatever its owner may, in every team.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN
   */
  createPasswordReset(input: MemberKey & PasswordReset & { readonly actor: Actor }): Promise<void>;
  /** Trusted, for whoever has the installation's own keys: as createPasswordReset for any account. @throws CatalogError NOT_FOUND */
  createPasswordResetAsOperator(input: PasswordReset & { readonly email: string }): Promise<void>;
}

/** Makes the service of members. */
export function createMemberService({ prisma }: ServiceContext): MemberService {
  return {
    async listMembers({ actor, teamId }) {
      const role = await requireRole(prisma, { actor, teamId, action: 'member.read' });
      const rows = await prisma.membership.findMany({
        where: { teamId },
        include: { user: { select: { name: true, email: true } } },
      });
      const seesAddress = (userId: string) => role === 'OWNER' || userId === actor.userId;
      const asked = await askedEmails(
        prisma,
        role === 'OWNER' ? rows.map(({ userId }) => userId) : [],
      );
      return rows
        .map(({ user, teamId, userId, role, createdAt }) => {
          const email = seesAddress(userId) ? user.email : null;
          const askedEmail = asked.get(userId) ?? null;
          return { teamId, userId, role, createdAt, name: user.name, email, askedEmail };
        })
        .toSorted(byRoleAndName);
    },

    setMemberRole: ({ actor, teamId, userId, role }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'member.change' });
        const { name, email } = await requireMember(tx, { teamId, userId });
        const membership = await writeRole(tx, { teamId, userId, role, action: 'member.change' });
        const askedEmail = (await askedEmails(tx, [userId])).get(userId) ?? null;
        return { ...membership, name, email, askedEmail };
      }),

    removeMember: ({ actor, teamId, userId }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'member.remove' });
        await requireMember(tx, { teamId, userId });
        await endMembership(tx, { teamId, userId, action: 'member.remove', by: actor.userId });
      }),

    leaveTeam: ({ actor, teamId }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'team.read' });
        const { userId } = actor;
        await endMembership(tx, { teamId, userId, action: 'member.leave', by: userId });
      }),

    createPasswordReset: ({ actor, teamId, userId, identifier, expiresAt }) =>
      change(prisma, actor, async (tx) => {
        await requireRole(tx, { actor, teamId, action: 'member.resetPassword' });
        const { name } = await requireMember(tx, { teamId, userId });
        await requireSayInAllTeams(tx, {
          ownerId: actor.userId,
          userId,
          name,
          command: './colloid users reset-password',
        });
        await writeReset(tx, { userId, identifier, expiresAt });
        recordChange(tx, {
          teamId,
          action: 'member.resetPassword',
          entity: { type: 'Person', id: userId, label: name },
          after: { expiresAt },
        });
      }),

    createPasswordResetAsOperator: ({ email, identifier, expiresAt }) =>
      change(prisma, null, async (tx) => {
        const user = await tx.user.findUnique({ where: { email: email.toLowerCase() } });
        if (user === null) {
          throw new CatalogError(
            'NOT_FOUND',
            `Nobody here has the address '${email}'; make the account with ./colloid sign-in.`,
          );
        }
        await writeReset(tx, { userId: user.id, identifier, expiresAt });
        recordChange(tx, {
          teamId: null,
          action: 'member.resetPassword',
          entity: { type: 'Person', id: user.id, label: user.name },
          after: { expiresAt },
        });
      }),
  };
}

async function writeReset(
  tx: Db,
  { userId, identifier, expiresAt }: PasswordReset & { readonly userId: string },
): Promise<void> {
  const id = crypto.randomUUID();
  await tx.verification.create({ data: { id, identifier, value: userId, expiresAt } });
}

function byRoleAndName(a: Member, b: Member): number {
  const byRole = ROLES.indexOf(b.role) - ROLES.indexOf(a.role);
  return byRole === 0 ? a.name.localeCompare(b.name, 'en') : byRole;
}
