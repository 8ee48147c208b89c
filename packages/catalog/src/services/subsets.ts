/** @file Subsets, and versions made from other versions: materialising, merging, comparing, tagging. */

import type { Actor } from '../actor.ts';
import { requireAction, teamDatasets, visibleDatasets } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { DatasetVersion, Identity, Prisma, Subset, VersionTag } from '../generated/client.ts';
import { cleanIds, groupInOrder, inIdOrder } from '../in-order.ts';
import { checkLength, checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import type { Action } from '../permissions.ts';
import { selectionOf, type SampleQuery } from '../selection/sample-query.ts';
import { loadVersionScope } from '../selection/version-scope.ts';
import { compareVersions, identitiesOnlyIn, type VersionComparison } from './compare-versions.ts';
import { materialise } from './materialise.ts';
import { mergeVersions, type MergeCollision } from './merge-versions.ts';
import { VERSION_TIMEOUT_MS } from './new-version.ts';

/** Most versions of one merge. */
export const MAX_MERGED_VERSIONS = 20;
/** Most identities of one side of a comparison that are shown. */
const MAX_SHOWN_IDENTITIES = 100;
const TAG = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** Subsets and versions made from versions. Samples that exist are selected again, none is made, so no budget is spent. */
export interface SubsetService {
  /** Saves a query under a name. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (name taken) */
  saveSubset(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly name: string;
    readonly query: SampleQuery;
  }): Promise<Subset>;
  /** Makes a version of what a query selects. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (selects nothing) */
  materialiseSubset(input: {
    readonly actor: Actor;
    /** A saved subset, or a query over a version. */
    readonly from:
      { readonly subsetId: string } | { readonly versionId: string; readonly query: SampleQuery };
    readonly message?: string | null | undefined;
  }): Promise<DatasetVersion>;
  /** Makes a version of several. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (collision) */
  mergeVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
    /** @default 'REFUSE' */
    readonly onCollision?: MergeCollision | null | undefined;
    readonly message?: string | null | undefined;
  }): Promise<DatasetVersion>;
  /** Gives a version a tag that no other version of the dataset has; again for the same version changes nothing. */
  tagVersion(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly name: string;
  }): Promise<DatasetVersion>;
  untagVersion(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly name: string;
  }): Promise<DatasetVersion>;
  /** @throws CatalogError NOT_FOUND */
  compareVersions(input: {
    readonly actor: Actor;
    readonly beforeId: string;
    readonly afterId: string;
  }): Promise<VersionComparison>;
  /** The first identities that only the one version has. */
  identitiesOnlyIn(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly withoutId: string;
    readonly first: number;
  }): Promise<Identity[]>;
  subsetsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Subset | null)[]>;
  /** The saved subsets of each version, by name. */
  subsetsOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<Subset[][]>;
  /** The tags of each version, by name. */
  tagsOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<VersionTag[][]>;
}

/** Makes the service of subsets. */
export function createSubsetService({ prisma }: ServiceContext): SubsetService {
  /** A version of a team the actor belongs to with the role that `action` needs. */
  const versionFor = async (
    db: Db,
    input: { readonly actor: Actor; readonly versionId: string },
    action: Action,
    path: readonly string[] = ['versionId'],
  ): Promise<DatasetVersion> => {
    const version = isUuid(input.versionId)
      ? await db.datasetVersion.findFirst({
          where: { id: input.versionId, dataset: visibleDatasets(input.actor) },
          include: {
            dataset: {
              include: {
                team: { include: { memberships: { where: { userId: input.actor.userId } } } },
              },
            },
          },
        })
      : null;
    if (version === null) throw notFound('dataset version', path);
    const { dataset, ...rest } = version;
    const role = dataset.team.memberships[0]?.role;
    if (role === undefined) {
      throw new CatalogError(
        'FORBIDDEN',
        'This dataset is public but not of a team of yours, so you can look at it and change nothing.',
      );
    }
    requireAction(role, action, dataset.team.slug);
    return rest;
  };

  const findTag = (datasetId: string, name: string) =>
    prisma.versionTag.findUnique({ where: { datasetId_name: { datasetId, name } } });

  return {
    async saveSubset({ actor, versionId, name, query }) {
      const version = await versionFor(prisma, { actor, versionId }, 'subset.create');
      const scope = await loadVersionScope(prisma, { actor, versionId });
      // Compiled only to be checked: what is saved can be read.
      selectionOf(scope, query, ['query']);
      try {
        return await prisma.subset.create({
          data: {
            datasetId: version.datasetId,
            versionId,
            name: checkText(name, 'name', 100),
            query: JSON.parse(JSON.stringify(query)) as Prisma.InputJsonObject,
            createdById: actor.userId,
          },
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new CatalogError(
          'CONFLICT',
          `The dataset already has a subset named '${name.trim()}', and a saved query never changes; choose another name.`,
          { path: ['name'], cause: error },
        );
      }
    },

    async materialiseSubset({ actor, from, message }) {
      const subset =
        'subsetId' in from
          ? await prisma.subset.findFirst({
              where: {
                id: { in: cleanIds([from.subsetId]) },
                dataset: teamDatasets(actor),
              },
            })
          : null;
      if ('subsetId' in from && subset === null) throw notFound('subset', ['subsetId']);
      const versionId = 'versionId' in from ? from.versionId : (subset?.versionId ?? '');
      const query = 'query' in from ? from.query : ((subset?.query ?? {}) as SampleQuery);
      await versionFor(prisma, { actor, versionId }, 'version.create');
      const scope = await loadVersionScope(prisma, { actor, versionId });
      const words = checkLength(message ?? '', 'message', 1000);
      return prisma.$transaction(
        (tx) =>
          materialise(tx, {
            scope,
            query,
            authorId: actor.userId,
            message: words === '' && subset !== null ? subset.name : words,
            subset,
          }),
        { timeout: VERSION_TIMEOUT_MS },
      );
    },

    async mergeVersions({ actor, versionIds, onCollision, message }) {
      const ids = [...new Set(versionIds)];
      if (ids.length < 2 || ids.length > MAX_MERGED_VERSIONS) {
        throw new CatalogError(
          'INVALID',
          `A merge takes 2 to ${MAX_MERGED_VERSIONS} different versions, and these are ${ids.length}.`,
          { path: ['versionIds'] },
        );
      }
      const versions: DatasetVersion[] = [];
      for (const [index, versionId] of ids.entries()) {
        const path = ['versionIds', String(index)];
        versions.push(await versionFor(prisma, { actor, versionId }, 'version.create', path));
      }
      const datasetId = versions[0]?.datasetId ?? '';
      if (versions.some((version) => version.datasetId !== datasetId)) {
        throw new CatalogError(
          'INVALID',
          'The versions are of different datasets; merge versions of one dataset.',
          { path: ['versionIds'] },
        );
      }
      const words = checkLength(message ?? '', 'message', 1000);
      return prisma.$transaction(
        (tx) =>
          mergeVersions(tx, {
            datasetId,
            versions,
            onCollision: onCollision ?? 'REFUSE',
            message: words,
            authorId: actor.userId,
          }),
        { timeout: VERSION_TIMEOUT_MS },
      );
    },

    async tagVersion({ actor, versionId, name }) {
      const version = await versionFor(prisma, { actor, versionId }, 'version.tag');
      if (!TAG.test(name)) {
        throw new CatalogError(
          'INVALID',
          `'${name}' cannot be a tag; use 1 to 64 lower-case letters, digits, dots, underscores and hyphens, with a letter or digit at both ends.`,
          { path: ['name'] },
        );
      }
      const { datasetId } = version;
      const { count } = await prisma.versionTag.createMany({
        data: { datasetId, name, versionId, createdById: actor.userId },
        skipDuplicates: true,
      });
      const taken = count === 0 ? await findTag(datasetId, name) : null;
      if (taken === null || taken.versionId === versionId) return version;
      const other = await prisma.datasetVersion.findUnique({ where: { id: taken.versionId } });
      throw new CatalogError(
        'CONFLICT',
        `Version ${other?.number ?? ''} has the tag '${name}'; take it away there first.`,
        { path: ['name'] },
      );
    },

    async untagVersion({ actor, versionId, name }) {
      const version = await versionFor(prisma, { actor, versionId }, 'version.tag');
      const { count } = await prisma.versionTag.deleteMany({ where: { versionId, name } });
      if (count === 0) throw notFound('tag of this version', ['name']);
      return version;
    },

    async compareVersions({ actor, beforeId, afterId }) {
      const [before, after] = inIdOrder(
        [beforeId, afterId],
        await prisma.datasetVersion.findMany({
          where: { id: { in: cleanIds([beforeId, afterId]) }, dataset: visibleDatasets(actor) },
        }),
      );
      if (before == null || after == null) throw notFound('dataset version');
      return compareVersions(prisma, { before, after });
    },

    async identitiesOnlyIn({ actor, versionId, withoutId, first }) {
      if (!Number.isInteger(first) || first < 0 || first > MAX_SHOWN_IDENTITIES) {
        throw new CatalogError(
          'INVALID',
          `'first' is ${first}, but a comparison shows 0 to ${MAX_SHOWN_IDENTITIES} identities of each side.`,
          { path: ['first'] },
        );
      }
      const scope = await loadVersionScope(prisma, { actor, versionId });
      const without = await loadVersionScope(prisma, { actor, versionId: withoutId });
      return identitiesOnlyIn(prisma, { scope, without, first });
    },

    async subsetsByIds({ actor, ids }) {
      const where = { id: { in: cleanIds(ids) }, dataset: teamDatasets(actor) };
      return inIdOrder(ids, await prisma.subset.findMany({ where }));
    },

    async subsetsOfVersions({ actor, versionIds }) {
      const rows = await prisma.subset.findMany({
        where: { versionId: { in: cleanIds(versionIds) }, dataset: teamDatasets(actor) },
        orderBy: { name: 'asc' },
      });
      return groupInOrder(versionIds, rows, (row) => row.versionId);
    },

    async tagsOfVersions({ actor, versionIds }) {
      const rows = await prisma.versionTag.findMany({
        where: { versionId: { in: cleanIds(versionIds) }, dataset: visibleDatasets(actor) },
        orderBy: { name: 'asc' },
      });
      return groupInOrder(versionIds, rows, (row) => row.versionId);
    },
  };
}
