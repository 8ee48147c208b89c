/** @file Identities, samples and shards as people read them. */

import type { Actor } from '../actor.ts';
import { visibleContents, visibleDatasets } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { notFound } from '../errors.ts';
import {
  Prisma,
  type Identity,
  type Sample,
  type Shard,
  type ShardKind,
} from '../generated/client.ts';
import { cleanIds, groupInOrder, inOrder } from '../in-order.ts';
import { readPage, type Page, type PageRequest } from '../paging/page.ts';
import { isUuid } from '../paging/single-key.ts';
import {
  identityRange,
  inRuns,
  sampleFilter,
  sampleRange,
  type IdentityOrder,
  type SampleWhere,
} from './sample-pages.ts';

/** Names one identity. */
export interface IdentityKey {
  readonly runId: string;
  readonly ordinal: number;
}
/** Names one sample. */
export interface SampleKey {
  readonly runId: string;
  readonly identityOrdinal: number;
  /** 0 is the reference. */
  readonly ordinal: number;
}
/** Names one shard. */
export interface ShardKey {
  readonly runId: string;
  readonly kind: ShardKind;
  readonly ordinal: number;
}
/** Samples of a version, or of one identity. */
export type SampleScope =
  { readonly versionId: string } | { readonly runId: string; readonly identityOrdinal: number };

/** Identities and samples. */
export interface SampleService {
  listIdentities(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly page?: PageRequest;
    /** @default 'ORDINAL' */
    readonly orderBy?: IdentityOrder | null | undefined;
  }): Promise<Page<Identity>>;
  countIdentities(input: { readonly actor: Actor; readonly versionId: string }): Promise<number>;
  /** The identity of a version by its ordinal. */
  identityOfVersion(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly ordinal: number;
  }): Promise<Identity | null>;
  /** Samples by identity and ordinal, so the reference comes first. */
  listSamples(input: {
    readonly actor: Actor;
    readonly scope: SampleScope;
    readonly page?: PageRequest;
    readonly where?: SampleWhere | null | undefined;
  }): Promise<Page<Sample>>;
  countSamples(input: {
    readonly actor: Actor;
    readonly scope: SampleScope;
    readonly where?: SampleWhere | null | undefined;
  }): Promise<number>;
  identitiesByKeys(input: {
    readonly actor: Actor;
    readonly keys: readonly IdentityKey[];
  }): Promise<(Identity | null)[]>;
  samplesByKeys(input: {
    readonly actor: Actor;
    readonly keys: readonly SampleKey[];
  }): Promise<(Sample | null)[]>;
  shardsByKeys(input: {
    readonly actor: Actor;
    readonly keys: readonly ShardKey[];
  }): Promise<(Shard | null)[]>;
  /** The references of the first identities of each dataset's latest version, per dataset id. */
  coverSamples(input: {
    readonly actor: Actor;
    readonly datasetIds: readonly string[];
    /** Per dataset, 1 to 24. */
    readonly count: number;
  }): Promise<Sample[][]>;
}

/** Makes the service of samples. */
export function createSampleService({ prisma }: ServiceContext): SampleService {
  const runsOfVersion = async (actor: Actor, versionId: string): Promise<string[]> => {
    const version = isUuid(versionId)
      ? await prisma.datasetVersion.findFirst({
          where: { id: versionId, dataset: visibleDatasets(actor, 'version.read') },
          select: { parts: { select: { runId: true } } },
        })
      : null;
    if (version === null) throw notFound('dataset version');
    return version.parts.map((part) => part.runId);
  };

  /** Those of the runs whose contents the actor may see. */
  const visibleRunIds = async (actor: Actor, runIds: readonly string[]): Promise<string[]> => {
    const where = { AND: [{ id: { in: cleanIds(runIds) } }, visibleContents(actor)] };
    const rows = await prisma.run.findMany({ where, select: { id: true } });
    return rows.map((row) => row.id);
  };

  const inScope = async (actor: Actor, scope: SampleScope): Promise<Prisma.Sql> => {
    if ('versionId' in scope) return inRuns(await runsOfVersion(actor, scope.versionId));
    const runIds = await visibleRunIds(actor, [scope.runId]);
    if (runIds.length === 0) throw notFound('identity');
    return Prisma.sql`${inRuns(runIds)} AND "identityOrdinal" = ${scope.identityOrdinal}::int`;
  };

  const visibleKeys = async <K extends { readonly runId: string }>(
    actor: Actor,
    keys: readonly K[],
  ): Promise<string> => {
    const visible = new Set(
      await visibleRunIds(
        actor,
        keys.map((key) => key.runId),
      ),
    );
    return JSON.stringify(keys.filter((key) => visible.has(key.runId)));
  };

  return {
    async listIdentities({ actor, versionId, page = {}, orderBy }) {
      const runs = inRuns(await runsOfVersion(actor, versionId));
      const order = orderBy ?? 'ORDINAL';
      return readPage<Identity>(page, {
        keyLength: order === 'ORDINAL' ? 2 : 3,
        keyOf: ({ runId, ordinal, nearestDistance }) =>
          order === 'ORDINAL' ? [runId, ordinal] : [nearestDistance, runId, ordinal],
        read: (query) =>
          prisma.$queryRaw`SELECT * FROM "identity" WHERE ${runs} ${identityRange(order, query)}`,
      });
    },

    async countIdentities({ actor, versionId }) {
      const runs = inRuns(await runsOfVersion(actor, versionId));
      return count(prisma.$queryRaw`SELECT count(*) AS "count" FROM "identity" WHERE ${runs}`);
    },

    async identityOfVersion({ actor, versionId, ordinal }) {
      const runs = inRuns(await runsOfVersion(actor, versionId));
      const rows = await prisma.$queryRaw<Identity[]>`
        SELECT * FROM "identity" WHERE ${runs} AND "ordinal" = ${ordinal}::int
        ORDER BY "runId" LIMIT 1`;
      return rows[0] ?? null;
    },

    async listSamples({ actor, scope, page = {}, where }) {
      const rows = Prisma.sql`${await inScope(actor, scope)} ${sampleFilter(where ?? {})}`;
      return readPage<Sample>(page, {
        keyLength: 3,
        keyOf: ({ runId, identityOrdinal, ordinal }) => [runId, identityOrdinal, ordinal],
        read: (query) =>
          prisma.$queryRaw`SELECT * FROM "sample" WHERE ${rows} ${sampleRange(query)}`,
      });
    },

    async countSamples({ actor, scope, where }) {
      const rows = Prisma.sql`${await inScope(actor, scope)} ${sampleFilter(where ?? {})}`;
      return count(prisma.$queryRaw`SELECT count(*) AS "count" FROM "sample" WHERE ${rows}`);
    },

    async identitiesByKeys({ actor, keys }) {
      const json = await visibleKeys(actor, keys);
      const rows = await prisma.$queryRaw<Identity[]>`
        SELECT i.* FROM "identity" i
        JOIN json_to_recordset(${json}::json) AS k("runId" uuid, "ordinal" int)
          ON i."runId" = k."runId" AND i."ordinal" = k."ordinal"`;
      const name = (key: IdentityKey): string => `${key.runId}/${key.ordinal}`;
      return inOrder(keys, rows, { key: name, item: name });
    },

    async samplesByKeys({ actor, keys }) {
      const json = await visibleKeys(actor, keys);
      const rows = await prisma.$queryRaw<Sample[]>`
        SELECT s.* FROM "sample" s
        JOIN json_to_recordset(${json}::json) AS k("runId" uuid, "identityOrdinal" int, "ordinal" int)
          ON s."runId" = k."runId" AND s."identityOrdinal" = k."identityOrdinal" AND s."ordinal" = k."ordinal"`;
      const name = (key: SampleKey): string => `${key.runId}/${key.identityOrdinal}/${key.ordinal}`;
      return inOrder(keys, rows, { key: name, item: name });
    },

    async shardsByKeys({ actor, keys }) {
      const json = await visibleKeys(actor, keys);
      const rows = await prisma.$queryRaw<Shard[]>`
        SELECT s.* FROM "shard" s
        JOIN json_to_recordset(${json}::json) AS k("runId" uuid, "kind" "ShardKind", "ordinal" int)
          ON s."runId" = k."runId" AND s."kind" = k."kind" AND s."ordinal" = k."ordinal"`;
      const name = (key: ShardKey): string => `${key.runId}/${key.kind}/${key.ordinal}`;
      return inOrder(keys, rows, { key: name, item: name });
    },

    async coverSamples({ actor, datasetIds, count: perDataset }) {
      const visible = await prisma.dataset.findMany({
        where: { AND: [{ id: { in: cleanIds(datasetIds) } }, visibleDatasets(actor)] },
        select: { id: true },
      });
      const limit = Math.max(1, Math.min(perDataset, 24));
      const rows = await prisma.$queryRaw<Cover[]>`
        SELECT v."datasetId" AS "coverOf", s.*
        FROM (
          SELECT DISTINCT ON ("datasetId") "id", "datasetId" FROM "dataset_version"
          WHERE "datasetId" = ANY(${visible.map((row) => row.id)}::uuid[])
          ORDER BY "datasetId", "number" DESC
        ) v
        CROSS JOIN LATERAL (
          SELECT s.* FROM "version_part" p JOIN "sample" s ON s."runId" = p."runId"
          WHERE p."versionId" = v."id" AND s."ordinal" = 0
          ORDER BY s."runId", s."identityOrdinal" LIMIT ${limit}
        ) s
        ORDER BY v."datasetId", s."runId", s."identityOrdinal"`;
      const groups = groupInOrder(datasetIds, rows, (row) => row.coverOf ?? '');
      return groups.map((group) => group.map(withoutCoverOf));
    },
  };
}

type Cover = Sample & { coverOf?: string };

function withoutCoverOf(cover: Cover): Sample {
  const sample = { ...cover };
  delete sample.coverOf;
  return sample;
}

async function count(query: Promise<{ readonly count: bigint }[]>): Promise<number> {
  return Number((await query)[0]?.count ?? 0n);
}
