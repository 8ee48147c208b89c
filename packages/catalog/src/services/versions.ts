/** @file Dataset versions as people see them. */

import type { Actor } from '../actor.ts';
import { visibleDatasets, visibleRuns } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { notFound } from '../errors.ts';
import type { DatasetVersion, Run } from '../generated/client.ts';
import { cleanIds, groupInOrder, inIdOrder, inOrder } from '../in-order.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isNumber, isUuid, readDescending } from '../paging/single-key.ts';
import { commitVersion, type NewVersion } from './commit-version.ts';

/** Dataset versions. */
export interface VersionService {
  /**
   * Ends a RUNNING run with success: makes the version, settles the budget and tells everybody, in one transaction.
   * Called again for the same run it returns the same version. Trusted: no actor.
   *
   * @throws CatalogError NOT_FOUND, CONFLICT (run not RUNNING, rows missing, more made than reserved)
   */
  commitVersion(input: NewVersion): Promise<DatasetVersion>;
  /** One version or null per id. */
  versionsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(DatasetVersion | null)[]>;
  versionByNumber(input: {
    readonly actor: Actor;
    readonly datasetId: string;
    readonly number: number;
  }): Promise<DatasetVersion | null>;
  /** The dataset's versions, newest first. */
  listVersions(input: {
    readonly actor: Actor;
    readonly datasetId: string;
    readonly page?: PageRequest;
  }): Promise<Page<DatasetVersion>>;
  countVersions(input: { readonly actor: Actor; readonly datasetId: string }): Promise<number>;
  /** The newest version per dataset id. */
  latestVersions(input: {
    readonly actor: Actor;
    readonly datasetIds: readonly string[];
  }): Promise<(DatasetVersion | null)[]>;
  /** The versions that a run is part of, per run id, oldest first. */
  versionsOfRuns(input: {
    readonly actor: Actor;
    readonly runIds: readonly string[];
  }): Promise<DatasetVersion[][]>;
  /** The runs a version consists of, per version id; only those the actor may see. */
  runsOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<Run[][]>;
  /** The numbers of the runs a version consists of, per version id, ascending: of all of them, by which its identities are named. */
  runNumbersOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<number[][]>;
  /** The versions a version was made from, per version id. */
  parentsOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<DatasetVersion[][]>;
}

/** Makes the service of versions. */
export function createVersionService({ prisma }: ServiceContext): VersionService {
  return {
    commitVersion: (input) => commitVersion(prisma, input),

    async versionsByIds({ actor, ids }) {
      const rows = await prisma.datasetVersion.findMany({
        where: { id: { in: cleanIds(ids) }, dataset: visibleDatasets(actor, 'version.read') },
      });
      return inIdOrder(ids, rows);
    },

    versionByNumber: async ({ actor, datasetId, number }) =>
      isUuid(datasetId)
        ? prisma.datasetVersion.findFirst({
            where: { datasetId, number, dataset: visibleDatasets(actor, 'version.read') },
          })
        : null,

    async listVersions({ actor, datasetId, page = {} }) {
      if (!isUuid(datasetId)) throw notFound('dataset');
      return readDescending(page, {
        keyOf: (version: DatasetVersion) => version.number,
        isKey: isNumber,
        find: ({ key, order, take }) =>
          prisma.datasetVersion.findMany({
            where: { datasetId, number: key, dataset: visibleDatasets(actor, 'version.read') },
            orderBy: { number: order },
            take,
          }),
      });
    },

    async countVersions({ actor, datasetId }) {
      if (!isUuid(datasetId)) throw notFound('dataset');
      return prisma.datasetVersion.count({
        where: { datasetId, dataset: visibleDatasets(actor, 'version.read') },
      });
    },

    async latestVersions({ actor, datasetIds }) {
      // Prisma's `distinct` would read every version of the datasets and drop all but one of each here.
      const latest = await prisma.$queryRaw<{ id: string }[]>`
        SELECT DISTINCT ON ("datasetId") "id" FROM "dataset_version"
        WHERE "datasetId" = ANY(${cleanIds(datasetIds)}::uuid[])
        ORDER BY "datasetId", "number" DESC`;
      const rows = await prisma.datasetVersion.findMany({
        where: {
          id: { in: latest.map((row) => row.id) },
          dataset: visibleDatasets(actor, 'version.read'),
        },
      });
      return inOrder(datasetIds, rows, { key: (id) => id, item: (row) => row.datasetId });
    },

    async versionsOfRuns({ actor, runIds }) {
      const parts = await prisma.versionPart.findMany({
        where: {
          runId: { in: cleanIds(runIds) },
          version: { dataset: visibleDatasets(actor, 'version.read') },
        },
        include: { version: true },
        orderBy: { version: { number: 'asc' } },
      });
      const groups = groupInOrder(runIds, parts, (part) => part.runId);
      return groups.map((group) => group.map((part) => part.version));
    },

    async runsOfVersions({ actor, versionIds }) {
      const parts = await prisma.versionPart.findMany({
        where: { versionId: { in: cleanIds(versionIds) }, run: visibleRuns(actor) },
        include: { run: true },
        orderBy: { run: { number: 'asc' } },
      });
      const groups = groupInOrder(versionIds, parts, (part) => part.versionId);
      return groups.map((group) => group.map((part) => part.run));
    },

    async runNumbersOfVersions({ actor, versionIds }) {
      const parts = await prisma.versionPart.findMany({
        where: {
          versionId: { in: cleanIds(versionIds) },
          version: { dataset: visibleDatasets(actor, 'version.read') },
        },
        select: { versionId: true, run: { select: { number: true } } },
        orderBy: { run: { number: 'asc' } },
      });
      const groups = groupInOrder(versionIds, parts, (part) => part.versionId);
      return groups.map((group) => group.map((part) => part.run.number));
    },

    async parentsOfVersions({ actor, versionIds }) {
      const links = await prisma.versionParent.findMany({
        where: {
          versionId: { in: cleanIds(versionIds) },
          parent: { dataset: visibleDatasets(actor, 'version.read') },
        },
        include: { parent: true },
        orderBy: { parent: { number: 'asc' } },
      });
      const groups = groupInOrder(versionIds, links, (link) => link.versionId);
      return groups.map((group) => group.map((link) => link.parent));
    },
  };
}
