/** @file Agreeing to the terms of a release, downloading it, and who did. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import { requireRole, requireScope } from '../authorise.ts';
import type { Db } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type {
  PrismaClient,
  Release,
  ReleaseDownload,
  ReleaseManifest,
} from '../generated/client.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { requireState } from './actions.ts';
import { recordRelease } from './release-entity.ts';
import { lockVisibleRelease, teamReleases, visibleReleases } from './release-role.ts';

/** A release that may be downloaded. */
export interface OpenDownload {
  readonly release: Release;
  readonly manifest: ReleaseManifest;
}

/** A download, with the name of who it was. */
export interface NamedDownload extends ReleaseDownload {
  /** Whichever teams they are in, since a team answers for what it hands out; null where their account is gone. */
  readonly name: string | null;
}

/** See ReleaseService.acceptReleaseTerms. */
export function acceptReleaseTerms(
  prisma: PrismaClient,
  { actor, releaseId }: { readonly actor: Actor; readonly releaseId: string },
): Promise<Release> {
  return change(prisma, actor, async (tx) => {
    const { release, team } = await lockVisibleRelease(tx, {
      actor,
      releaseId,
      action: 'ACCEPT_TERMS',
    });
    if (!release.isGated) {
      throw new CatalogError(
        'CONFLICT',
        `Release ${release.number} asks nobody to agree to its terms; download it.`,
      );
    }
    const { userId, address = null } = actor;
    const { count } = await tx.termsAcceptance.createMany({
      data: { releaseId: release.id, userId, address },
      skipDuplicates: true,
    });
    if (count > 0) {
      await recordRelease(tx, { teamId: team.id, release, action: 'release.acceptTerms' });
    }
    return release;
  });
}

/** See ReleaseService.openDownload. */
export async function openDownload(
  db: Db,
  input: { readonly actor: Actor; readonly releaseId: string; readonly needsTerms?: boolean },
): Promise<OpenDownload> {
  const { actor, releaseId, needsTerms = true } = input;
  const found = isUuid(releaseId)
    ? await db.release.findFirst({
        where: { AND: [{ id: releaseId }, visibleReleases(actor)] },
        include: { manifest: true, acceptances: { where: { userId: actor.userId } } },
      })
    : null;
  if (found === null) throw notFound('release', ['releaseId']);
  const { manifest, acceptances, ...release } = found;
  if (release.state === 'RETRACTED') {
    throw new CatalogError(
      'GONE',
      `Release ${release.number} was retracted: ${release.retractionReason ?? ''}`,
    );
  }
  requireState('DOWNLOAD', release);
  if (needsTerms && release.isGated && acceptances.length === 0) {
    throw new CatalogError(
      'FORBIDDEN',
      `Release ${release.number} asks you to agree to its terms first; do so on its page, or by acceptReleaseTerms.`,
    );
  }
  if (manifest === null) throw new Error(`Release ${release.id} was published without a manifest.`);
  return { release, manifest };
}

/** See ReleaseService.recordDownload. */
export function recordDownload(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly releaseId: string; readonly file: string },
): Promise<boolean> {
  const { actor, releaseId, file } = input;
  return prisma.$transaction(async (tx) => {
    // Whoever retracts it meanwhile waits, so that they tell this person too; or has come first, and there is nothing to record.
    if (isUuid(releaseId)) {
      await tx.$queryRaw`SELECT 1 FROM "release" WHERE "id" = ${releaseId}::uuid FOR SHARE`;
    }
    const { release } = await openDownload(tx, { actor, releaseId });
    const now = new Date();
    const day = new Date(now.toISOString().slice(0, 10));
    const { userId, address = null } = actor;
    const { count } = await tx.releaseDownload.createMany({
      data: { releaseId: release.id, userId, file, day, address, createdAt: now },
      skipDuplicates: true,
    });
    return count > 0;
  });
}

/** See ReleaseService.listDownloads. */
export async function listDownloads(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly releaseId: string; readonly page?: PageRequest },
): Promise<Page<NamedDownload>> {
  const { page = {}, releaseId } = input;
  await requireBookkeeper(prisma, input);
  return readDescending(page, {
    keyOf: (download: NamedDownload) => download.id,
    isKey: isUuid,
    find: async ({ key, order, take }) => {
      const downloads = await prisma.releaseDownload.findMany({
        where: { releaseId, id: key },
        orderBy: { id: order },
        take,
      });
      const people = await prisma.user.findMany({
        where: { id: { in: [...new Set(downloads.map(({ userId }) => userId))] } },
        select: { id: true, name: true },
      });
      const names = new Map(people.map(({ id, name }) => [id, name]));
      return downloads.map((download) =>
        Object.assign(download, { name: names.get(download.userId) ?? null }),
      );
    },
  });
}

/** See ReleaseService.countDownloads. */
export async function countDownloads(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly releaseId: string },
): Promise<number> {
  await requireBookkeeper(prisma, input);
  return prisma.releaseDownload.count({ where: { releaseId: input.releaseId } });
}

async function requireBookkeeper(
  prisma: PrismaClient,
  { actor, releaseId }: { readonly actor: Actor; readonly releaseId: string },
): Promise<void> {
  requireScope(actor, 'release.downloads');
  const found = isUuid(releaseId)
    ? await prisma.release.findFirst({
        where: { AND: [{ id: releaseId }, teamReleases(actor)] },
        select: { dataset: { select: { teamId: true } } },
      })
    : null;
  if (found === null) throw notFound('list of downloads');
  const { teamId } = found.dataset;
  await requireRole(prisma, { actor, teamId, action: 'release.downloads' });
}
