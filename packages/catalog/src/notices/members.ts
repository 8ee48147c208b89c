/** @file The members of the team that a change belongs to. */

import type { Role } from '../generated/client.ts';
import type { NoticeContext } from './notice.ts';

/** Ids of those with one of the roles. */
export async function members(
  { tx, change }: Pick<NoticeContext, 'tx' | 'change'>,
  roles: readonly Role[],
): Promise<string[]> {
  if (change.teamId === null) return [];
  const rows = await tx.membership.findMany({
    where: { teamId: change.teamId, role: { in: [...roles] } },
    select: { userId: true },
  });
  return rows.map(({ userId }) => userId);
}
