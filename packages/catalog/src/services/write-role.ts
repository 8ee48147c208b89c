/** @file Roles are written here and nowhere else: a team never loses its last owner. */

import { recordChange } from '../audit/change.ts';
import type { Actor } from '../actor.ts';
import type { AuditAction } from '../audit/actions.ts';
import { requireRole } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Membership, Role } from '../generated/client.ts';
import type { Action } from '../permissions.ts';

/** Takes the team's row for the rest of the transaction: two owners who step down at once must not both find the other one still there. */
export async function lockTeam(tx: Db, teamId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR UPDATE`;
}

/**
 * Takes the team's row for an actor who may do `action` in it, and returns their role, which is theirs as long as the row is held.
 *
 * @throws CatalogError NOT_FOUND, FORBIDDEN, also where somebody else removed or demoted them while they waited for the row
 */
export async function lockTeamFor(
  tx: Db,
  options: { readonly actor: Actor; readonly teamId: string; readonly action: Action },
): Promise<Role> {
  // Before the lock as well, so that a stranger keeps nobody waiting.
  await requireRole(tx, options);
  await lockTeam(tx, options.teamId);
  return requireRole(tx, options);
}

/** Keeps the team from being deleted for the rest of the transaction, and hinders nothing else. @throws CatalogError NOT_FOUND */
export async function holdTeam(tx: Db, teamId: string): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid AND "deletedAt" IS NULL FOR KEY SHARE`;
  if (rows.length === 0) throw notFound('team');
}

/** What happens to whose membership; the caller holds the team's row. */
interface RoleChange {
  readonly teamId: string;
  readonly userId: string;
  readonly action: AuditAction;
}

/** Gives somebody a role, whether they have one or not. The same role again changes nothing. @throws CatalogError CONFLICT (the last owner) */
export async function writeRole(
  tx: Db,
  { teamId, userId, role, action }: RoleChange & { readonly role: Role },
): Promise<Membership> {
  const key = { teamId_userId: { teamId, userId } };
  const before = await tx.membership.findUnique({ where: key });
  if (before?.role === role) return before;
  if (before?.role === 'OWNER') await requireOtherOwner(tx, { teamId, userId });
  const membership = await tx.membership.upsert({
    where: key,
    create: { teamId, userId, role },
    update: { role },
  });
  await record(tx, {
    change: { teamId, userId, action },
    before: before === null ? null : { role: before.role },
    after: { role },
  });
  return membership;
}

/** Ends a membership, and with it the keys that act for it in the team. @throws CatalogError CONFLICT (the last owner) */
export async function endMembership(
  tx: Db,
  change: RoleChange & { readonly by: string },
): Promise<void> {
  const { teamId, userId, by } = change;
  const before = await tx.membership.findUnique({ where: { teamId_userId: { teamId, userId } } });
  if (before === null) return;
  if (before.role === 'OWNER') await requireOtherOwner(tx, change);
  await tx.membership.delete({ where: { teamId_userId: { teamId, userId } } });
  // Somebody who comes back one day does not find old keys at work again.
  const revoked = { revokedAt: new Date(), revokedById: by };
  await tx.apiKey.updateMany({ where: { teamId, userId, revokedAt: null }, data: revoked });
  await record(tx, { change, before: { role: before.role }, after: null });
}

async function requireOtherOwner(
  tx: Db,
  { teamId, userId }: Omit<RoleChange, 'action'>,
): Promise<void> {
  const others = await tx.membership.count({
    where: { teamId, role: 'OWNER', userId: { not: userId } },
  });
  if (others > 0) return;
  throw new CatalogError(
    'CONFLICT',
    'A team needs an owner, and this is its last; make somebody else an owner first.',
    { path: ['role'] },
  );
}

async function record(
  tx: Db,
  options: { readonly change: RoleChange; readonly before: unknown; readonly after: unknown },
): Promise<void> {
  const { teamId, userId, action } = options.change;
  const user = await tx.user.findUnique({ where: { id: userId }, select: { name: true } });
  recordChange(tx, {
    teamId,
    action,
    entity: { type: 'Person', id: userId, label: user?.name ?? userId },
    before: options.before,
    after: options.after,
  });
}
