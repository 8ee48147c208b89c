/** @file Releases as people see them: lists, and what belongs to many at once. */

import type { Actor } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Gallery, Prisma, PrismaClient, Release } from '../generated/client.ts';
import { cleanIds, groupInOrder, inIdOrder } from '../in-order.ts';
import { readPage, type Page, type PageRequest } from '../paging/page.ts';
import { isNumber, isUuid, readDescending } from '../paging/single-key.ts';
import { threadsOfReleases, type Thread } from './discuss-release.ts';
import { PUBLIC_RELEASES, teamReleases, visibleReleases } from './release-role.ts';

/** A release with the names of where it belongs, which outsiders are told as well. */
export interface ReleasePlace {
  readonly teamSlug: string;
  readonly teamName: string;
  readonly datasetSlug: string;
  readonly datasetTitle: string;
  readonly versionNumber: number;
  readonly versionDigest: string;
  readonly identityCount: number;
  readonly sampleCount: number;
}

/** The key that signed a release. */
export interface ReleaseKey {
  readonly id: string;
  readonly publicKey: string;
}

interface ByReleases {
  readonly actor: Actor;
  readonly releaseIds: readonly string[];
}

/** Reads of releases; part of ReleaseService. */
export interface ReleaseReads {
  /** One release or null per id. */
  releasesByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Release | null)[]>;
  releaseByNumber(input: {
    readonly actor: Actor;
    readonly datasetId: string;
    readonly number: number;
  }): Promise<Release | null>;
  /** The dataset's releases, newest first; outsiders see what is published for everybody. */
  listReleases(input: {
    readonly actor: Actor;
    readonly datasetId: string;
    readonly page?: PageRequest;
  }): Promise<Page<Release>>;
  countReleases(input: { readonly actor: Actor; readonly datasetId: string }): Promise<number>;
  /** What was published for everybody, and what of it was retracted, by the time of publication, newest first. */
  listPublishedReleases(input: {
    readonly actor: Actor;
    readonly page?: PageRequest;
  }): Promise<Page<Release>>;
  countPublishedReleases(input: { readonly actor: Actor }): Promise<number>;
  /** The releases of each version, oldest first. */
  releasesOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<Release[][]>;
  /** What was published before each of them, of the same dataset, and the actor may see. */
  previousReleasesOf(input: ByReleases): Promise<(Release | null)[]>;
  placesOfReleases(input: ByReleases): Promise<(ReleasePlace | null)[]>;
  /** The galleries of each, by name; none for outsiders. */
  galleriesOfReleases(input: ByReleases): Promise<Gallery[][]>;
  /** The threads of each, oldest first; none for outsiders. */
  threadsOfReleases(input: ByReleases): Promise<Thread[][]>;
  /** The key that signed each; null where it was never published. */
  keysOfReleases(input: ByReleases): Promise<(ReleaseKey | null)[]>;
  /** How often files of each were downloaded, once per person, file and day. */
  downloadCountsOf(input: ByReleases): Promise<number[]>;
}

/** Makes the reads. */
export function createReleaseReads({ prisma }: ServiceContext): ReleaseReads {
  const visible = (actor: Actor, where: Prisma.ReleaseWhereInput): Prisma.ReleaseWhereInput => ({
    AND: [where, visibleReleases(actor)],
  });
  return {
    async releasesByIds({ actor, ids }) {
      const where = visible(actor, { id: { in: cleanIds(ids) } });
      return inIdOrder(ids, await prisma.release.findMany({ where }));
    },

    releaseByNumber: async ({ actor, datasetId, number }) =>
      isUuid(datasetId)
        ? prisma.release.findFirst({ where: visible(actor, { datasetId, number }) })
        : null,

    async listReleases({ actor, datasetId, page = {} }) {
      if (!isUuid(datasetId)) throw notFound('dataset');
      return readDescending(page, {
        keyOf: (release: Release) => release.number,
        isKey: isNumber,
        find: ({ key, order, take }) =>
          prisma.release.findMany({
            where: visible(actor, { datasetId, number: key }),
            orderBy: { number: order },
            take,
          }),
      });
    },

    async countReleases({ actor, datasetId }) {
      if (!isUuid(datasetId)) throw notFound('dataset');
      return prisma.release.count({ where: visible(actor, { datasetId }) });
    },

    listPublishedReleases: ({ actor, page = {} }) => listPublished(prisma, actor, page),

    countPublishedReleases: ({ actor }) =>
      prisma.release.count({ where: visible(actor, PUBLIC_RELEASES) }),

    async releasesOfVersions({ actor, versionIds }) {
      const rows = await prisma.release.findMany({
        where: visible(actor, { versionId: { in: cleanIds(versionIds) } }),
        orderBy: { number: 'asc' },
      });
      return groupInOrder(versionIds, rows, (row) => row.versionId);
    },

    async previousReleasesOf({ actor, releaseIds }) {
      const of = await prisma.release.findMany({
        where: visible(actor, { id: { in: cleanIds(releaseIds) } }),
        select: { id: true, datasetId: true, publishedAt: true },
      });
      const datasetIds = [...new Set(of.map((row) => row.datasetId))];
      const published = await prisma.release.findMany({
        where: visible(actor, { datasetId: { in: datasetIds }, publishedAt: { not: null } }),
        select: { id: true, datasetId: true, publishedAt: true },
        orderBy: [{ publishedAt: 'desc' }, { number: 'desc' }],
      });
      const previous = releaseIds.map((id) => {
        const release = of.find((row) => row.id === id);
        const before = release?.publishedAt?.getTime() ?? Infinity;
        const earlier = published.find(
          (row) =>
            row.datasetId === release?.datasetId &&
            row.id !== id &&
            (row.publishedAt?.getTime() ?? 0) <= before,
        );
        return earlier?.id ?? '';
      });
      // Only those that are shown are read with their texts.
      const where = { id: { in: cleanIds(previous) } };
      return inIdOrder(previous, await prisma.release.findMany({ where }));
    },

    async placesOfReleases({ actor, releaseIds }) {
      const rows = await prisma.release.findMany({
        where: visible(actor, { id: { in: cleanIds(releaseIds) } }),
        select: { id: true, version: true, dataset: { include: { team: true } } },
      });
      const places = new Map(
        rows.map(({ id, version, dataset }) => [
          id,
          {
            teamSlug: dataset.team.slug,
            teamName: dataset.team.name,
            datasetSlug: dataset.slug,
            datasetTitle: dataset.title,
            versionNumber: version.number,
            versionDigest: version.digest,
            identityCount: version.identityCount,
            sampleCount: version.sampleCount,
          },
        ]),
      );
      return releaseIds.map((id) => places.get(id) ?? null);
    },

    async galleriesOfReleases({ actor, releaseIds }) {
      const rows = await prisma.releaseGallery.findMany({
        where: { releaseId: { in: cleanIds(releaseIds) }, release: teamReleases(actor) },
        include: { gallery: true },
        orderBy: [{ gallery: { name: 'asc' } }, { gallery: { version: 'asc' } }],
      });
      const groups = groupInOrder(releaseIds, rows, (row) => row.releaseId);
      return groups.map((group) => group.map(({ gallery }) => gallery));
    },

    async threadsOfReleases({ actor, releaseIds }) {
      const rows = await prisma.release.findMany({
        where: { AND: [{ id: { in: cleanIds(releaseIds) } }, teamReleases(actor)] },
        select: { id: true },
      });
      const threads = await threadsOfReleases(
        prisma,
        rows.map(({ id }) => id),
      );
      return releaseIds.map((id) => threads.get(id) ?? []);
    },

    async keysOfReleases({ actor, releaseIds }) {
      const rows = await prisma.releaseManifest.findMany({
        where: { release: visible(actor, { id: { in: cleanIds(releaseIds) } }) },
        select: { releaseId: true, key: { select: { id: true, publicKey: true } } },
      });
      return releaseIds.map((id) => rows.find((row) => row.releaseId === id)?.key ?? null);
    },

    async downloadCountsOf({ actor, releaseIds }) {
      const rows = await prisma.releaseDownload.groupBy({
        by: ['releaseId'],
        where: { release: visible(actor, { id: { in: cleanIds(releaseIds) } }) },
        _count: true,
      });
      return releaseIds.map((id) => rows.find((row) => row.releaseId === id)?._count ?? 0);
    },
  };
}

/** Ordered by the moment of publication and, within one, by id. */
function listPublished(
  prisma: PrismaClient,
  actor: Actor,
  page: PageRequest,
): Promise<Page<Release>> {
  return readPage<Release>(page, {
    keyLength: 2,
    keyOf: ({ publishedAt, id }) => [publishedAt?.getTime() ?? 0, id],
    async read({ direction, from, until, limit }) {
      const isForward = direction === 'forward';
      const beyond = (key: readonly unknown[] | null, isBelow: boolean) =>
        key === null ? [] : [besideKey(key, isBelow)];
      const order = isForward ? 'desc' : 'asc';
      return prisma.release.findMany({
        where: {
          AND: [
            PUBLIC_RELEASES,
            visibleReleases(actor),
            ...beyond(from, isForward),
            ...beyond(until, !isForward),
          ],
        },
        orderBy: [{ publishedAt: order }, { id: order }],
        take: limit,
      });
    },
  });
}

function besideKey([time, id]: readonly unknown[], isBelow: boolean): Prisma.ReleaseWhereInput {
  const moment = new Date(typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(moment.getTime()) || !isUuid(id)) {
    throw new CatalogError('INVALID', 'That cursor is not of this list; take it from an edge.', {
      path: ['after'],
    });
  }
  const beside = <T>(value: T) => (isBelow ? { lt: value } : { gt: value });
  return { OR: [{ publishedAt: beside(moment) }, { publishedAt: moment, id: beside(id) }] };
}
