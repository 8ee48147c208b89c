/** @file Renaming a team, deleting it, and bringing it back while that is possible. */

import type { Actor } from '../actor.ts';
import { change, recordChange, type Change } from '../audit/change.ts';
import { requireAction } from '../authorise.ts';
import type { Db } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { PrismaClient, Team } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { checkSlug, checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { lockTeam, lockTeamFor } from './write-role.ts';

/** Days in which an address that a team had before leads to it and is given to nobody else. */
export const FORMER_SLUG_DAYS = 90;
/** Days in which an owner can bring back a team that was deleted. */
export const TEAM_GRACE_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;
/** Runs and releases that a refusal names. */
const MOST_NAMED = 3;

interface TeamByActor {
  readonly actor: Actor;
  readonly teamId: string;
}

/** How the audit log names a team. */
export function teamEntity({ id, name }: Pick<Team, 'id' | 'name'>): Change['entity'] {
  return { type: 'Team', id, label: name };
}

/**
 * Refuses an address that another team had until lately. To be asked after the team has taken it: whoever takes it at the moment at
 * which another team gives it up waits in the index for that, and finds here what was written with it.
 *
 * @throws CatalogError CONFLICT
 */
export async function requireFreeSlug(tx: Db, slug: string, teamId: string): Promise<void> {
  const former = await tx.formerSlug.findUnique({ where: { slug } });
  if (former !== null && former.teamId !== teamId && former.heldUntil > new Date()) {
    throw slugTaken(slug);
  }
  // It is this team's own again, or its time is over.
  await tx.formerSlug.deleteMany({ where: { slug } });
}

/** The refusal of an address that is taken. */
export function slugTaken(slug: string, cause?: unknown): CatalogError {
  const message = `There is already a team at '${slug}', or there was one until lately; choose another address.`;
  return new CatalogError('CONFLICT', message, { path: ['slug'], cause });
}

/** See TeamService.renameTeam. */
export async function renameTeam(
  prisma: PrismaClient,
  input: TeamByActor & {
    readonly name?: string | null | undefined;
    readonly slug?: string | null | undefined;
  },
): Promise<Team> {
  const { actor, teamId } = input;
  try {
    return await change(prisma, actor, async (tx) => {
      await lockTeamFor(tx, { actor, teamId, action: 'team.rename' });
      const before = await tx.team.findUniqueOrThrow({ where: { id: teamId } });
      const name = isGiven(input.name) ? checkText(input.name, 'name') : before.name;
      const slug = isGiven(input.slug) ? input.slug : before.slug;
      if (name === before.name && slug === before.slug) return before;
      if (slug !== before.slug) checkSlug(slug);
      const renamed = await tx.team.update({ where: { id: teamId }, data: { name, slug } });
      if (slug !== before.slug) {
        await requireFreeSlug(tx, slug, teamId);
        const heldUntil = new Date(Date.now() + FORMER_SLUG_DAYS * DAY_MS);
        await tx.formerSlug.create({ data: { slug: before.slug, teamId, heldUntil } });
      }
      recordChange(tx, {
        teamId,
        action: 'team.rename',
        entity: teamEntity(renamed),
        before: { slug: before.slug, name: before.name },
        after: { slug, name },
      });
      return renamed;
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw slugTaken(String(input.slug), error);
    throw error;
  }
}

/** See TeamService.deleteTeam. */
export function deleteTeam(
  prisma: PrismaClient,
  { actor, teamId, slug }: TeamByActor & { readonly slug: string },
): Promise<Team> {
  return change(prisma, actor, async (tx) => {
    // Whoever begins a run holds the team (holdTeam), and whoever publishes shares it: nothing begins meanwhile.
    await lockTeamFor(tx, { actor, teamId, action: 'team.delete' });
    const team = await tx.team.findUniqueOrThrow({ where: { id: teamId } });
    if (slug !== team.slug) {
      throw new CatalogError(
        'INVALID',
        `To delete the team, type its address '${team.slug}' exactly; '${slug}' is another one.`,
        { path: ['slug'] },
      );
    }
    await requireNoRuns(tx, teamId);
    await requireNoReleases(tx, teamId);
    const now = new Date();
    const purgeAfter = new Date(now.getTime() + TEAM_GRACE_DAYS * DAY_MS);
    const deleted = await tx.team.update({
      where: { id: teamId },
      data: { deletedAt: now, deletedById: actor.userId, purgeAfter },
    });
    recordChange(tx, {
      teamId,
      action: 'team.delete',
      entity: teamEntity(team),
      before: { slug: team.slug, name: team.name },
      after: { purgeAfter },
    });
    return deleted;
  });
}

/** See TeamService.restoreTeam. */
export function restoreTeam(prisma: PrismaClient, { actor, teamId }: TeamByActor): Promise<Team> {
  return change(prisma, actor, async (tx) => {
    if (actor.key !== undefined || !isUuid(teamId)) throw notFound('team');
    await lockTeam(tx, teamId);
    const membership = await tx.membership.findUnique({
      where: { teamId_userId: { teamId, userId: actor.userId } },
      include: { team: true },
    });
    if (membership === null) throw notFound('team');
    const { role, team } = membership;
    requireAction(role, 'team.delete', team.slug);
    requireRestorable(team);
    const restored = await tx.team.update({
      where: { id: teamId },
      data: { deletedAt: null, deletedById: null, purgeAfter: null },
    });
    recordChange(tx, { teamId, action: 'team.restore', entity: teamEntity(team) });
    return restored;
  });
}

function requireRestorable({ slug, purgeAfter }: Team): void {
  if (purgeAfter === null) {
    throw new CatalogError('CONFLICT', `The team '${slug}' is not deleted.`);
  }
  if (purgeAfter > new Date()) return;
  throw new CatalogError(
    'GONE',
    `The team '${slug}' could be brought back until ${purgeAfter.toISOString()}, and is being removed now.`,
  );
}

async function requireNoRuns(tx: Db, teamId: string): Promise<void> {
  const runs = await tx.run.findMany({
    where: { teamId, state: { in: ['QUEUED', 'RUNNING'] } },
    select: { number: true, dataset: { select: { title: true } } },
    orderBy: { createdAt: 'asc' },
    take: MOST_NAMED + 1,
  });
  if (runs.length === 0) return;
  const names = runs.map(({ number, dataset }) => `run ${number} of ${dataset.title}`);
  throw new CatalogError(
    'CONFLICT',
    `The team has runs that are not finished: ${listed(names)}. Cancel them or wait for their end first.`,
  );
}

async function requireNoReleases(tx: Db, teamId: string): Promise<void> {
  const releases = await tx.release.findMany({
    where: { dataset: { teamId }, state: 'PUBLISHED' },
    select: { semanticVersion: true, dataset: { select: { title: true } } },
    orderBy: { publishedAt: 'asc' },
    take: MOST_NAMED + 1,
  });
  if (releases.length === 0) return;
  const names = releases.map((release) => `${release.dataset.title} ${release.semanticVersion}`);
  throw new CatalogError(
    'CONFLICT',
    `The team has published ${listed(names)}, and others may rely on that. Retract it first, with a reason.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and more` : shown;
}
