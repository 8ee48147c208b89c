/** @file Whether somebody may see a release or do something with it, and the locks under which they do. */

import type { Actor } from '../actor.ts';
import { isWithinKey, requireAction, requireScope, teamDatasets } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Dataset, DatasetVersion, Prisma, Release, Role, Team } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import type { Action } from '../permissions.ts';
import { RELEASE_ACTIONS, requireState, type ReleaseAction } from './actions.ts';

/** Releases that everybody who is signed in may see: what was published for everybody, as a record also when it was retracted. */
export const PUBLIC_RELEASES = {
  reach: 'PUBLIC',
  state: { in: ['PUBLISHED', 'RETRACTED'] },
} as const satisfies Prisma.ReleaseWhereInput;

/** Releases the actor may see: those of datasets of their teams, and public ones. */
export function visibleReleases(actor: Actor): Prisma.ReleaseWhereInput {
  requireScope(actor, 'release.read');
  return { OR: [PUBLIC_RELEASES, teamReleases(actor)] };
}

/** As {@link visibleReleases}, but only as a member of the team: with its reviews, threads and drafts. */
export function teamReleases(actor: Actor): Prisma.ReleaseWhereInput {
  return { dataset: teamDatasets(actor) };
}

/** A release, locked, with what stands around it. */
export interface LockedRelease {
  readonly release: Release;
  readonly version: DatasetVersion;
  readonly dataset: Dataset;
  readonly team: Team;
  /** Of the actor; null for somebody outside of the team. */
  readonly role: Role | null;
  /** The database's clock under the lock, so that times follow the order of changes. */
  readonly at: Date;
}

/**
 * Locks a release for the rest of the transaction, and with it what its state depends on: the team's members and policy, and the
 * versions that its dataset has published. So whoever comes second finds what the first one has left, and is refused by its state.
 *
 * Order of locks: team (shared: nobody changes roles or the policy meanwhile), dataset, release.
 *
 * @throws CatalogError NOT_FOUND where the actor may not see it, FORBIDDEN where they may see it and no more, CONFLICT where its state does not fit
 */
export async function lockRelease(
  tx: Db,
  options: {
    readonly actor: Actor;
    readonly releaseId: string;
    readonly action: ReleaseAction;
  },
): Promise<LockedRelease & { readonly role: Role }> {
  const { actor, releaseId, action } = options;
  const { permission } = RELEASE_ACTIONS[action];
  const locked = await lockVisible(tx, { actor, releaseId, permission });
  const role = requireMembership(locked, permission);
  requireState(action, locked.release);
  return { ...locked, role };
}

/** As {@link lockRelease} for what outsiders may do as well. */
export async function lockVisibleRelease(
  tx: Db,
  options: {
    readonly actor: Actor;
    readonly releaseId: string;
    readonly action: ReleaseAction;
  },
): Promise<LockedRelease> {
  const { permission } = RELEASE_ACTIONS[options.action];
  const locked = await lockVisible(tx, { ...options, permission });
  requireState(options.action, locked.release);
  return locked;
}

async function lockVisible(
  tx: Db,
  options: { readonly actor: Actor; readonly releaseId: string; readonly permission: Action },
): Promise<LockedRelease> {
  const { actor, releaseId, permission } = options;
  requireScope(actor, permission);
  const where: Prisma.ReleaseWhereInput = { AND: [{ id: releaseId }, visibleReleases(actor)] };
  const path = ['releaseId'];
  const seen = isUuid(releaseId)
    ? await tx.release.findFirst({
        where,
        select: { datasetId: true, dataset: { select: { teamId: true } } },
      })
    : null;
  if (seen === null) throw notFound('release', path);
  const { datasetId } = seen;
  const { teamId } = seen.dataset;
  await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR SHARE`;
  await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${datasetId}::uuid FOR NO KEY UPDATE`;
  const [clock] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT date_trunc('milliseconds', clock_timestamp()) AS "at"
    FROM "release" WHERE "id" = ${releaseId}::uuid FOR NO KEY UPDATE`;
  // Read again under the locks: what was visible a moment ago may have been retracted, and its reader removed.
  const found = await tx.release.findFirst({
    where,
    include: {
      version: true,
      dataset: {
        include: { team: { include: { memberships: { where: { userId: actor.userId } } } } },
      },
    },
  });
  if (found === null || clock === undefined) throw notFound('release', path);
  const { version, dataset: datasetWithTeam, ...release } = found;
  const { team: teamWithMemberships, ...dataset } = datasetWithTeam;
  const { memberships, ...team } = teamWithMemberships;
  const isMember = isWithinKey(actor, team.id) && (await isOfTeam(tx, actor, release.id));
  const role = isMember ? (memberships[0]?.role ?? null) : null;
  return { release, version, dataset, team, role, at: clock.at };
}

/** Whether the actor sees the release as a member does, also where its dataset is private. */
async function isOfTeam(tx: Db, actor: Actor, id: string): Promise<boolean> {
  return (await tx.release.count({ where: { AND: [{ id }, teamReleases(actor)] } })) > 0;
}

function requireMembership({ role, team }: LockedRelease, permission: Action): Role {
  if (role === null) {
    throw new CatalogError(
      'FORBIDDEN',
      'This release is public but not of a team of yours, so you can look at it and download it, and no more.',
    );
  }
  requireAction(role, permission, team.slug);
  return role;
}
