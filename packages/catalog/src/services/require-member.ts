/** @file A member whose account somebody else wants to help with. */
import { CatalogError, notFound } from '../errors.ts';
import type { Db } from '../context.ts';

/** Names a membership. */
export interface MemberKey {
  readonly teamId: string;
  readonly userId: string;
}

/** Their name and address. @throws CatalogError NOT_FOUND */
export async function requireMember(
  tx: Db,
  { teamId, userId }: MemberKey,
): Promise<{ readonly name: string; readonly email: string }> {
  const found = await tx.membership.findUnique({
    where: { teamId_userId: { teamId, userId } },
    include: { user: { select: { name: true, email: true } } },
  });
  if (found === null) throw notFound('member', ['userId']);
  return found.user;
}

/**
 * Refuses whoever is not an owner of every team of the person: what lets somebody into an account lets them do whatever its person
 * may, in every team.
 *
 * @param command what whoever runs Colloid would type instead.
 * @throws CatalogError FORBIDDEN
 */
export async function requireSayInAllTeams(
  tx: Db,
  names: {
    readonly ownerId: string;
    readonly userId: string;
    readonly name: string;
    readonly command: string;
  },
): Promise<void> {
  const { ownerId, userId, name, command } = names;
  const elsewhere = await tx.membership.count({
    where: { userId, team: { memberships: { none: { userId: ownerId, role: 'OWNER' } } } },
  });
  if (elsewhere === 0) return;
  throw new CatalogError(
    'FORBIDDEN',
    `${name} has a say in a team that is not yours, so only whoever runs Colloid can do this: ${command}`,
    { path: ['userId'] },
  );
}
