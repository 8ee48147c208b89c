/** @file Turns memberships into answers: the role of an actor, and what they may see. */

import type { Actor } from './actor.ts';
import type { Db } from './context.ts';
import { CatalogError, notFound } from './errors.ts';
import type { Prisma, Role } from './generated/client.ts';
import { isUuid } from './paging/single-key.ts';
import { ACTION_WORDS, LEAST_ROLE, can, rolesFor, type Action } from './permissions.ts';

/**
 * Checks that `actor` may do `action` in the team and returns their role.
 *
 * @throws CatalogError NOT_FOUND where they are no member, FORBIDDEN where their role is too low.
 */
export async function requireRole(
  db: Db,
  options: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly action: Action;
    /** What to call the thing where the actor may not know of it. @default 'team' */
    readonly what?: string;
  },
): Promise<Role> {
  requireScope(options.actor, options.action);
  const membership =
    isUuid(options.teamId) && isWithinKey(options.actor, options.teamId)
      ? await db.membership.findUnique({
          where: { teamId_userId: { teamId: options.teamId, userId: options.actor.userId } },
          include: { team: { select: { slug: true, deletedAt: true } } },
        })
      : null;
  if (membership === null || membership.team.deletedAt !== null) {
    throw notFound(options.what ?? 'team');
  }
  requireAction(membership.role, options.action, membership.team.slug);
  return membership.role;
}

/** @throws CatalogError FORBIDDEN naming the role that is needed. */
export function requireAction(role: Role, action: Action, teamSlug: string): void {
  if (can(role, action)) return;
  throw new CatalogError(
    'FORBIDDEN',
    `This needs the role ${LEAST_ROLE[action]} or higher in team '${teamSlug}', and yours is ${role}; ask an owner of the team.`,
  );
}

/** @throws CatalogError FORBIDDEN naming the scope, where the actor comes by an API key without it. */
export function requireScope({ key }: Actor, action: Action): void {
  if (key === undefined || key.scopes.has(action)) return;
  throw new CatalogError(
    'FORBIDDEN',
    `This API key lacks the scope '${action}' (${ACTION_WORDS[action]}); make a key that has it.`,
  );
}

/** Whether an actor who comes by an API key may know of the team at all. */
export function isWithinKey({ key }: Actor, teamId: string): boolean {
  return key === undefined || key.teamId === teamId.toLowerCase();
}

/** Teams that nobody has deleted. One that somebody has is to everybody as if it did not exist. */
export const LIVING_TEAM = { deletedAt: null } as const satisfies Prisma.TeamWhereInput;

/** Datasets that everybody who is signed in may see. */
const PUBLIC_DATASETS = {
  visibility: 'PUBLIC',
  team: LIVING_TEAM,
} as const satisfies Prisma.DatasetWhereInput;

/** Teams the actor belongs to; by an API key only the key's team. `action` is what is done with what is found there. */
export function visibleTeams(actor: Actor, action: Action = 'team.read'): Prisma.TeamWhereInput {
  requireScope(actor, action);
  return {
    ...(actor.key === undefined ? {} : { id: actor.key.teamId }),
    ...LIVING_TEAM,
    memberships: { some: { userId: actor.userId } },
  };
}

/** Datasets the actor may see: public ones, those of their teams, and private ones that are theirs or theirs to answer for. */
export function visibleDatasets(
  actor: Actor,
  action: Action = 'dataset.read',
): Prisma.DatasetWhereInput {
  requireScope(actor, action);
  return { OR: [PUBLIC_DATASETS, teamDatasets(actor)] };
}

/** As {@link visibleDatasets}, but only as a member of the dataset's team. */
export function teamDatasets(actor: Actor): Prisma.DatasetWhereInput {
  return {
    team: visibleTeams(actor, 'dataset.read'),
    OR: [
      { visibility: { not: 'PRIVATE' } },
      { createdById: actor.userId },
      ...privateDatasets(actor),
    ],
  };
}

/** Private datasets of others, where the actor answers for the team (and their key was given that). */
function privateDatasets({ userId, key }: Actor): Prisma.DatasetWhereInput[] {
  if (key !== undefined && !key.scopes.has('dataset.readPrivate')) return [];
  const role = { in: [...rolesFor('dataset.readPrivate')] };
  return [{ team: { memberships: { some: { userId, role } } } }];
}

/** Runs the actor may see: how a dataset was made is for the team alone. */
export function visibleRuns(actor: Actor): Prisma.RunWhereInput {
  requireScope(actor, 'run.read');
  return { dataset: teamDatasets(actor) };
}

/** Runs whose identities and samples the actor may see: their team's, and what a public dataset has committed. */
export function visibleContents(actor: Actor): Prisma.RunWhereInput {
  requireScope(actor, 'version.read');
  return {
    OR: [{ dataset: teamDatasets(actor) }, { dataset: PUBLIC_DATASETS, parts: { some: {} } }],
  };
}
