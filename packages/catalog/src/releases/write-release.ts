/** @file Drafting a release, editing it, giving it up. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import type { Db } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import type { Gallery, Prisma, PrismaClient, Release } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { can } from '../permissions.ts';
import { requireVersion } from '../services/version-role.ts';
import {
  candidateDigest,
  checkCandidate,
  columnsOf,
  requireGalleries,
  textOf,
  type CandidateColumns,
  type CandidateText,
  type ReleaseTerms,
} from './candidate.ts';
import { keepCandidate } from './candidates.ts';
import { recordRelease } from './release-entity.ts';
import { lockRelease, type LockedRelease } from './release-role.ts';
import { compareSemanticVersions, greatestVersion } from './semantic-version.ts';

/** A release to be drafted. */
export interface NewRelease extends CandidateText {
  readonly actor: Actor;
  readonly versionId: string;
  readonly galleryIds?: readonly string[] | null | undefined;
}

/** What is to change of a candidate; what is left out stays. */
export interface ReleaseEdit {
  readonly actor: Actor;
  readonly releaseId: string;
  /** Another version of the same dataset. */
  readonly versionId?: string | null | undefined;
  readonly semanticVersion?: string | null | undefined;
  readonly title?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly terms?: ReleaseTerms | null | undefined;
  readonly datasheet?: CandidateText['datasheet'];
  readonly galleryIds?: readonly string[] | null | undefined;
}

/** See ReleaseService.createRelease. */
export function createRelease(prisma: PrismaClient, input: NewRelease): Promise<Release> {
  return refuseTakenVersion(input.semanticVersion, () =>
    change(prisma, input.actor, async (tx) => {
      const { actor, versionId } = input;
      const { version, teamId } = await requireVersion(tx, {
        actor,
        versionId,
        action: 'release.propose',
      });
      const { datasetId } = version;
      const columns = checkCandidate(input);
      const galleries = await requireGalleries(tx, { teamId, ids: input.galleryIds ?? [] });
      await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${datasetId}::uuid FOR NO KEY UPDATE`;
      await requireLaterVersion(tx, datasetId, columns.semanticVersion);
      const latest = await tx.release.findFirst({
        where: { datasetId },
        orderBy: { number: 'desc' },
        select: { number: true },
      });
      const digest = candidateDigest(columns, { versionDigest: version.digest, galleries });
      const release = await tx.release.create({
        data: {
          ...toColumns(columns),
          datasetId,
          number: (latest?.number ?? 0) + 1,
          versionId: version.id,
          heldVersion: columns.semanticVersion,
          candidateDigest: digest,
          authorId: actor.userId,
          editorIds: [actor.userId],
          galleries: { create: galleries.map(({ id }) => ({ galleryId: id })) },
        },
      });
      await keepCandidate(tx, release, galleries);
      const after = told(release, galleries);
      await recordRelease(tx, { teamId, release, action: 'release.create', after });
      return release;
    }),
  );
}

/** See ReleaseService.updateRelease. */
export function updateRelease(prisma: PrismaClient, input: ReleaseEdit): Promise<Release> {
  return refuseTakenVersion(input.semanticVersion ?? '', () =>
    change(prisma, input.actor, async (tx) => {
      const { actor, releaseId } = input;
      const locked = await lockRelease(tx, { actor, releaseId, action: 'EDIT' });
      requireOwn(locked, actor, 'edit');
      const { release, team } = locked;
      const before = await galleriesOf(tx, release.id);
      const galleries = isGiven(input.galleryIds)
        ? await requireGalleries(tx, { teamId: team.id, ids: input.galleryIds })
        : before;
      const version = isGiven(input.versionId)
        ? await requireSibling(tx, { actor, release, versionId: input.versionId })
        : locked.version;
      const columns = checkCandidate(mergeText(release, input));
      if (columns.semanticVersion !== release.semanticVersion) {
        await requireLaterVersion(tx, release.datasetId, columns.semanticVersion);
      }
      const digest = candidateDigest(columns, { versionDigest: version.digest, galleries });
      if (digest === release.candidateDigest && version.id === release.versionId) return release;
      await tx.releaseGallery.deleteMany({ where: { releaseId } });
      const edited = await tx.release.update({
        where: { id: release.id },
        data: {
          ...toColumns(columns),
          versionId: version.id,
          heldVersion: columns.semanticVersion,
          candidateDigest: digest,
          // What was reviewed is no longer what is there; whoever wrote it now cannot review it either.
          state: 'DRAFT',
          editorIds: [...new Set([...release.editorIds, actor.userId])],
          galleries: { create: galleries.map(({ id }) => ({ galleryId: id })) },
        },
      });
      await keepCandidate(tx, edited, galleries);
      await recordRelease(tx, {
        teamId: team.id,
        release: edited,
        action: 'release.update',
        before: told(release, before),
        after: told(edited, galleries),
      });
      return edited;
    }),
  );
}

/** See ReleaseService.withdrawRelease. */
export function withdrawRelease(
  prisma: PrismaClient,
  { actor, releaseId }: { readonly actor: Actor; readonly releaseId: string },
): Promise<Release> {
  return change(prisma, actor, async (tx) => {
    const locked = await lockRelease(tx, { actor, releaseId, action: 'WITHDRAW' });
    requireOwn(locked, actor, 'withdraw');
    const { release, team, at } = locked;
    const withdrawn = await tx.release.update({
      where: { id: release.id },
      data: {
        state: 'WITHDRAWN',
        heldVersion: null,
        withdrawnAt: at,
        withdrawnById: actor.userId,
      },
    });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.withdraw',
      before: { state: release.state },
      after: { state: 'WITHDRAWN' },
    });
    return withdrawn;
  });
}

/** Whether a release is the actor's to edit and withdraw: they drafted it, or answer for what is published. */
export function isOwn(
  release: Pick<Release, 'authorId'>,
  actor: Actor,
  role: LockedRelease['role'],
) {
  if (release.authorId === actor.userId) return true;
  const hasScope = actor.key === undefined || actor.key.scopes.has('release.publish');
  return role !== null && can(role, 'release.publish') && hasScope;
}

/** The galleries that a release is checked against, by name. */
export async function galleriesOf(tx: Db, releaseId: string): Promise<Gallery[]> {
  const rows = await tx.releaseGallery.findMany({
    where: { releaseId },
    include: { gallery: true },
    orderBy: [{ gallery: { name: 'asc' } }, { gallery: { version: 'asc' } }],
  });
  return rows.map(({ gallery }) => gallery);
}

/** The greatest version that each dataset has published, retracted ones too: what was out once is not taken again. */
export async function publishedVersions(
  db: Db,
  datasetIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const rows = await db.release.findMany({
    where: { datasetId: { in: [...datasetIds] }, publishedAt: { not: null } },
    select: { datasetId: true, semanticVersion: true },
  });
  const byDataset = Map.groupBy(rows, (row) => row.datasetId);
  return new Map(
    [...byDataset].map(([datasetId, group]) => [
      datasetId,
      greatestVersion(group.map((row) => row.semanticVersion)),
    ]),
  );
}

function requireOwn(locked: LockedRelease, actor: Actor, verb: string): void {
  if (isOwn(locked.release, actor, locked.role)) return;
  throw new CatalogError(
    'FORBIDDEN',
    `Somebody else drafted release ${locked.release.number}; they can ${verb} it, and so can a MAINTAINER or OWNER of the team.`,
  );
}

async function requireSibling(
  tx: Db,
  input: { readonly actor: Actor; readonly release: Release; readonly versionId: string },
) {
  const { actor, release, versionId } = input;
  const { version } = await requireVersion(tx, { actor, versionId, action: 'release.propose' });
  if (version.datasetId === release.datasetId) return version;
  throw new CatalogError(
    'INVALID',
    'That version is of another dataset; draft a release there instead.',
    { path: ['versionId'] },
  );
}

async function requireLaterVersion(tx: Db, datasetId: string, version: string): Promise<void> {
  const greatest = (await publishedVersions(tx, [datasetId])).get(datasetId) ?? null;
  if (greatest === null || compareSemanticVersions(version, greatest) > 0) return;
  throw new CatalogError(
    'CONFLICT',
    `Version ${greatest} has been published, and ${version} does not come after it; choose a greater one.`,
    { path: ['semanticVersion'] },
  );
}

/** Two releases that ask for one version: the second is told so, also at the same moment. */
async function refuseTakenVersion<T>(version: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new CatalogError(
      'CONFLICT',
      `Another release of the dataset has the version ${version}; choose a different one, or withdraw that release.`,
      { path: ['semanticVersion'], cause: error },
    );
  }
}

function mergeText(release: Release, edit: ReleaseEdit): CandidateText {
  const old = textOf(release);
  return {
    semanticVersion: edit.semanticVersion ?? old.semanticVersion,
    title: edit.title ?? old.title,
    notes: edit.notes ?? old.notes,
    terms: edit.terms ?? old.terms,
    datasheet: edit.datasheet ?? old.datasheet,
  };
}

function toColumns({ datasheet, ...columns }: CandidateColumns) {
  return { ...columns, datasheet: datasheet as unknown as Prisma.InputJsonValue };
}

/** What the audit log keeps of a candidate. */
function told(release: Release, galleries: readonly Gallery[]) {
  const { datasheet, state, candidateDigest } = release;
  return {
    ...columnsOf(release),
    datasheet,
    state,
    galleries: galleries.map(({ name, version }) => `${name}@${version}`),
    candidateDigest,
  };
}
