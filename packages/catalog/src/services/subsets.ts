/** @file Subsets, and versions made from other versions: materialising, merging, comparing, tagging. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { subsetEntity, versionEntity } from '../audit/entities.ts';
import { requireScope, teamDatasets, visibleDatasets } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { DatasetVersion, Identity, Prisma, Subset, VersionTag } from '../generated/client.ts';
import { cleanIds, groupInOrder, inIdOrder } from '../in-order.ts';
import { checkLength, checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { selectionOf, type SampleQuery } from '../selection/sample-query.ts';
import { loadVersionScope } from '../selection/version-scope.ts';
import { requestOrExplain, type EnqueueMeasurement } from '../measurements/request-measurement.ts';
import { compareVersions, identitiesOnlyIn, type VersionComparison } from './compare-versions.ts';
import { deleteSubset, renameSubset, type SubsetInput } from './change-subset.ts';
import { materialise } from './materialise.ts';
import { findCollisions, type MergeCheck } from './merge-collisions.ts';
import { mergeVersions, type MergeCollision } from './merge-versions.ts';
import { VERSION_TIMEOUT_MS } from './new-version.ts';
import { requireVersion, type VersionOfTeam } from './version-role.ts';
import { tagVersion, untagVersion } from './version-tags.ts';

/** Most versions of one merge. */
export const MAX_MERGED_VERSIONS = 20;
/** Most identities of one side of a comparison that are shown. */
const MAX_SHOWN_IDENTITIES = 100;

/** Subsets and versions made from versions. Samples that exist are selected again, none is made, so no budget is spent. */
export interface SubsetService {
  /** Saves a query under a name. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (name taken) */
  saveSubset(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly name: string;
    readonly query: SampleQuery;
  }): Promise<Subset>;
  /** Gives a saved subset another name. @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (name taken) */
  renameSubset(input: SubsetInput & { readonly name: string }): Promise<Subset>;
  /** Removes a saved subset; versions that were made of it stay, and keep its query. @throws CatalogError NOT_FOUND, FORBIDDEN */
  deleteSubset(input: SubsetInput): Promise<Subset>;
  /**
   * Makes a version of what a query selects.
   *
   * @param measure has it measured; left out, nobody does
   * @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (selects nothing)
   */
  materialiseSubset(
    input: {
      readonly actor: Actor;
      /** A saved subset, or a query over a version. */
      readonly from:
        { readonly subsetId: string } | { readonly versionId: string; readonly query: SampleQuery };
      readonly message?: string | null | undefined;
    },
    measure?: EnqueueMeasurement,
  ): Promise<DatasetVersion>;
  /**
   * Makes a version of several.
   *
   * @param measure has it measured; left out, nobody does
   * @throws CatalogError INVALID, NOT_FOUND, FORBIDDEN, CONFLICT (collision)
   */
  mergeVersions(
    input: {
      readonly actor: Actor;
      readonly versionIds: readonly string[];
      /** @default 'REFUSE' */
      readonly onCollision?: MergeCollision | null | undefined;
      readonly message?: string | null | undefined;
    },
    measure?: EnqueueMeasurement,
  ): Promise<DatasetVersion>;
  /** What a merge of the versions would meet, without making it. @throws CatalogError INVALID, NOT_FOUND */
  checkMerge(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<MergeCheck>;
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
  return {
    async saveSubset(input) {
      try {
        return await change(prisma, input.actor, (tx) => saveInTransaction(tx, input));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new CatalogError(
          'CONFLICT',
          `The dataset already has a subset named '${input.name.trim()}', and a saved query never changes; choose another name.`,
          { path: ['name'], cause: error },
        );
      }
    },

    renameSubset: (input) => renameSubset(prisma, input),

    deleteSubset: (input) => deleteSubset(prisma, input),

    materialiseSubset: ({ actor, from, message }, measure) =>
      change(
        prisma,
        actor,
        async (tx) => {
          const subset = 'subsetId' in from ? await findSubset(tx, actor, from.subsetId) : null;
          const versionId = 'versionId' in from ? from.versionId : (subset?.versionId ?? '');
          const query = 'query' in from ? from.query : ((subset?.query ?? {}) as SampleQuery);
          const { teamId } = await requireVersion(tx, {
            actor,
            versionId,
            action: 'version.create',
          });
          const words = checkLength(message ?? '', 'message', 1000);
          const version = await materialise(tx, {
            scope: await loadVersionScope(tx, { actor, versionId }),
            query,
            authorId: actor.userId,
            message: words === '' && subset !== null ? subset.name : words,
            subset,
          });
          const after = { parentIds: [versionId], query: version.query };
          await recordVersion(tx, { teamId, version, action: 'version.select', after });
          await measureMade(tx, { version, actor, measure });
          return version;
        },
        { timeout: VERSION_TIMEOUT_MS },
      ),

    async mergeVersions({ actor, versionIds, message, ...input }, measure) {
      const ids = mergedIds(versionIds);
      const onCollision = input.onCollision ?? 'REFUSE';
      const words = checkLength(message ?? '', 'message', 1000);
      return change(
        prisma,
        actor,
        async (tx) => {
          const { versions, datasetId, teamId } = await requireMergeable(tx, actor, ids);
          const version = await mergeVersions(tx, {
            datasetId,
            versions,
            onCollision,
            message: words,
            authorId: actor.userId,
          });
          const after = { parentIds: ids, onCollision };
          await recordVersion(tx, { teamId, version, action: 'version.merge', after });
          await measureMade(tx, { version, actor, measure });
          return version;
        },
        { timeout: VERSION_TIMEOUT_MS },
      );
    },

    async checkMerge({ actor, versionIds }) {
      requireScope(actor, 'version.read');
      const ids = mergedIds(versionIds);
      // Which runs a version is of is for the team alone, so a public dataset's is not told to others.
      const found = await prisma.datasetVersion.findMany({
        where: { id: { in: cleanIds(ids) }, dataset: teamDatasets(actor) },
      });
      if (found.length < ids.length) throw notFound('dataset version', ['versionIds']);
      oneDataset(found);
      return findCollisions(prisma, ids);
    },

    tagVersion: (input) => tagVersion(prisma, input),

    untagVersion: (input) => untagVersion(prisma, input),

    async compareVersions({ actor, beforeId, afterId }) {
      const [before, after] = inIdOrder(
        [beforeId, afterId],
        await prisma.datasetVersion.findMany({
          where: {
            id: { in: cleanIds([beforeId, afterId]) },
            dataset: visibleDatasets(actor, 'version.read'),
          },
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
      requireScope(actor, 'version.read');
      const where = { id: { in: cleanIds(ids) }, dataset: teamDatasets(actor) };
      return inIdOrder(ids, await prisma.subset.findMany({ where }));
    },

    async subsetsOfVersions({ actor, versionIds }) {
      requireScope(actor, 'version.read');
      const rows = await prisma.subset.findMany({
        where: { versionId: { in: cleanIds(versionIds) }, dataset: teamDatasets(actor) },
        orderBy: { name: 'asc' },
      });
      return groupInOrder(versionIds, rows, (row) => row.versionId);
    },

    async tagsOfVersions({ actor, versionIds }) {
      const rows = await prisma.versionTag.findMany({
        where: {
          versionId: { in: cleanIds(versionIds) },
          dataset: visibleDatasets(actor, 'version.read'),
        },
        orderBy: { name: 'asc' },
      });
      return groupInOrder(versionIds, rows, (row) => row.versionId);
    },
  };
}

async function saveInTransaction(
  tx: Db,
  { actor, versionId, name, query }: Parameters<SubsetService['saveSubset']>[0],
): Promise<Subset> {
  const { version, teamId } = await requireVersion(tx, {
    actor,
    versionId,
    action: 'subset.create',
  });
  // Compiled only to be checked: what is saved can be read.
  selectionOf(await loadVersionScope(tx, { actor, versionId }), query, { path: ['query'] });
  const data = {
    datasetId: version.datasetId,
    versionId,
    name: checkText(name, 'name', 100),
    query: JSON.parse(JSON.stringify(query)) as Prisma.InputJsonObject,
    createdById: actor.userId,
  };
  const subset = await tx.subset.create({ data });
  recordChange(tx, {
    teamId,
    action: 'subset.create',
    entity: await subsetEntity(tx, subset),
    after: { versionId, query: data.query },
  });
  return subset;
}

async function findSubset(tx: Db, actor: Actor, id: string): Promise<Subset> {
  requireScope(actor, 'version.read');
  const subset = isUuid(id)
    ? await tx.subset.findFirst({ where: { id, dataset: teamDatasets(actor) } })
    : null;
  if (subset === null) throw notFound('subset', ['subsetId']);
  return subset;
}

async function requireMergeable(
  tx: Db,
  actor: Actor,
  ids: readonly string[],
): Promise<{
  readonly versions: readonly DatasetVersion[];
  readonly datasetId: string;
  readonly teamId: string;
}> {
  const found: VersionOfTeam[] = [];
  for (const [index, versionId] of ids.entries()) {
    const path = ['versionIds', String(index)];
    found.push(await requireVersion(tx, { actor, versionId, action: 'version.create', path }));
  }
  const versions = found.map(({ version }) => version);
  return { versions, datasetId: oneDataset(versions), teamId: found[0]?.teamId ?? '' };
}

/** The versions of a merge, each once. @throws CatalogError INVALID */
function mergedIds(versionIds: readonly string[]): readonly string[] {
  const ids = [...new Set(versionIds)];
  if (ids.length >= 2 && ids.length <= MAX_MERGED_VERSIONS) return ids;
  throw new CatalogError(
    'INVALID',
    `A merge takes 2 to ${MAX_MERGED_VERSIONS} different versions, and these are ${ids.length}.`,
    { path: ['versionIds'] },
  );
}

/** The dataset that all of the versions are of. @throws CatalogError INVALID where they are of several */
function oneDataset(versions: readonly DatasetVersion[]): string {
  const datasetId = versions[0]?.datasetId ?? '';
  if (versions.every((version) => version.datasetId === datasetId)) return datasetId;
  throw new CatalogError(
    'INVALID',
    'The versions are of different datasets; merge versions of one dataset.',
    { path: ['versionIds'] },
  );
}

/** A new version is measured as soon as a worker has time. */
async function measureMade(
  tx: Db,
  made: {
    readonly version: DatasetVersion;
    readonly actor: Actor;
    readonly measure: EnqueueMeasurement | undefined;
  },
): Promise<void> {
  const { version, actor, measure: enqueue } = made;
  if (enqueue === undefined) return;
  await requestOrExplain(tx, { version, gallery: null, askedById: actor.userId, enqueue });
}

/** Says in the audit log that the version has been made, and from what. */
async function recordVersion(
  tx: Db,
  made: {
    readonly teamId: string;
    readonly version: DatasetVersion;
    readonly action: 'version.select' | 'version.merge';
    readonly after: object;
  },
): Promise<void> {
  const { teamId, version, action, after } = made;
  const { digest, identityCount, sampleCount } = version;
  recordChange(tx, {
    teamId,
    action,
    entity: await versionEntity(tx, version),
    after: { digest, identityCount, sampleCount, ...after },
  });
}
