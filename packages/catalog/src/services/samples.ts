/** @file Identities, samples and shards as people read them. */

import type { Actor } from '../actor.ts';
import { canonicalJson, sha256 } from '../canonical-json.ts';
import type { ServiceContext } from '../context.ts';
import { notFound } from '../errors.ts';
import { Prisma, type Identity, type Shard, type ShardKind } from '../generated/client.ts';
import { inOrder } from '../in-order.ts';
import { readPage, type Page, type PageRequest } from '../paging/page.ts';
import { readFacets, type SampleFacets } from '../selection/facets.ts';
import { keyLength, keysetRange } from '../selection/keyset.ts';
import { readSamples } from '../selection/list-samples.ts';
import { sampleOrder, type OrderedSample, type SampleOrder } from '../selection/orders.ts';
import { Remembered } from '../selection/remembered.ts';
import type { Sample } from '../selection/sample.ts';
import {
  KEY_COLUMNS,
  SAMPLE_COLUMNS,
  selectionOf,
  type SampleQuery,
} from '../selection/sample-query.ts';
import { inRuns, loadVersionScope } from '../selection/version-scope.ts';
import { coversOfDatasets, coversOfVersions } from './cover-samples.ts';
import { identityOfVersion, type PlaceInVersion } from './identity-of-version.ts';
import {
  countIdentities,
  identityMembers,
  listIdentities,
  type IdentityList,
  type RunMembers,
} from './list-identities.ts';
import {
  knowNearest,
  nearestInVersions,
  type NearestOther,
  type VersionIdentityKey,
} from './nearest-identities.ts';
import { createVisibleRuns } from './visible-runs.ts';

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
/** Identities and samples. */
export interface SampleService {
  /** @throws CatalogError INVALID for NEAREST_IN_VERSION where the nearest within the version are not known */
  listIdentities(input: IdentityList): Promise<Page<Identity>>;
  countIdentities(input: Pick<IdentityList, 'actor' | 'versionId' | 'where'>): Promise<number>;
  /** Which identities of each of its runs a version holds, for searches outside the database. */
  identityMembers(input: Pick<IdentityList, 'actor' | 'versionId'>): Promise<readonly RunMembers[]>;
  /**
   * The identity of a version by its ordinal; null where there is none.
   *
   * @throws CatalogError INVALID where several runs of the version have that number and `runNumber` does not say which
   */
  identityOfVersion(input: PlaceInVersion): Promise<Identity | null>;
  /** All samples of an identity, the reference first. */
  listSamplesOfIdentity(input: {
    readonly actor: Actor;
    readonly key: IdentityKey;
    readonly page?: PageRequest;
  }): Promise<Page<Sample>>;
  countSamplesOfIdentity(input: {
    readonly actor: Actor;
    readonly key: IdentityKey;
  }): Promise<number>;
  /** What a query selects from a version. */
  listSamples(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly query?: SampleQuery;
    readonly page?: PageRequest;
    /** RANDOM shuffles by the query's seed, 0 without one. @default 'ORDINAL' */
    readonly orderBy?: SampleOrder | null | undefined;
  }): Promise<Page<Sample>>;
  countSamples(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly query?: SampleQuery;
  }): Promise<number>;
  /** Counts per kind and by distance of what a query selects. */
  facetsOf(input: {
    readonly actor: Actor;
    readonly versionId: string;
    readonly query?: SampleQuery;
  }): Promise<SampleFacets>;
  /** The number of each run in its dataset; null where the actor may not see what it made. */
  runNumbersOf(input: {
    readonly actor: Actor;
    readonly runIds: readonly string[];
  }): Promise<(number | null)[]>;
  /** The nearest other identity within a version, per key; null where it is not known, or there is none. */
  nearestInVersions(input: {
    readonly actor: Actor;
    readonly keys: readonly VersionIdentityKey[];
  }): Promise<(NearestOther | null)[]>;
  /** Per version id, whether the nearest identities within it are known: it is one whole run, or was measured. */
  knowNearest(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
  }): Promise<boolean[]>;
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
  /** The same of each version, per version id. */
  coverSamplesOfVersions(input: {
    readonly actor: Actor;
    readonly versionIds: readonly string[];
    /** Per version, 1 to 24. */
    readonly count: number;
  }): Promise<Sample[][]>;
}

/** Counts and facets that are kept: a kilobyte each. */
const MOST_REMEMBERED = 10_000;

/** Makes the service of samples. */
export function createSampleService({ prisma }: ServiceContext): SampleService {
  const numbers = new Remembered(MOST_REMEMBERED);
  const visibleRuns = createVisibleRuns(prisma);

  const ofIdentity = async (actor: Actor, key: IdentityKey): Promise<Prisma.Sql> => {
    const runs = await visibleRuns(actor, [key.runId]);
    if (runs.size === 0) throw notFound('identity');
    return Prisma.sql`${inRuns(Prisma.sql`s."runId"`, [...runs.keys()])} AND s."identityOrdinal" = ${key.ordinal}::int`;
  };

  const visibleKeys = async <K extends { readonly runId: string }>(
    actor: Actor,
    keys: readonly K[],
  ): Promise<string> => {
    const visible = await visibleRuns(
      actor,
      keys.map((key) => key.runId),
    );
    return JSON.stringify(keys.filter((key) => visible.has(key.runId)));
  };

  return {
    listIdentities: (input) => listIdentities(prisma, input),

    countIdentities: (input) => countIdentities(prisma, input),

    identityMembers: (input) => identityMembers(prisma, input),

    identityOfVersion: (input) => identityOfVersion(prisma, input),

    async listSamplesOfIdentity({ actor, key, page = {} }) {
      const rows = await ofIdentity(actor, key);
      const order = sampleOrder('ORDINAL', 0, { parts: [] });
      return readPage<Sample>(page, {
        keyLength: keyLength(order),
        keyOf: order.keyOf,
        read: (query) =>
          prisma.$queryRaw`SELECT ${SAMPLE_COLUMNS} FROM "sample" s WHERE ${rows} ${keysetRange(order, query)}`,
      });
    },

    async countSamplesOfIdentity({ actor, key }) {
      const rows = await ofIdentity(actor, key);
      return count(prisma.$queryRaw`SELECT count(*) AS "count" FROM "sample" s WHERE ${rows}`);
    },

    async listSamples({ actor, versionId, query = {}, page = {}, orderBy: given }) {
      const scope = await loadVersionScope(prisma, { actor, versionId });
      const orderBy = given ?? 'ORDINAL';
      const order = sampleOrder(orderBy, query.seed ?? 0, scope);
      return readPage<OrderedSample>(page, {
        keyLength: keyLength(order),
        keyOf: order.keyOf,
        read: (range) => readSamples(prisma, { scope, query, orderBy, range }),
      });
    },

    async countSamples({ actor, versionId, query = {} }) {
      const scope = await loadVersionScope(prisma, { actor, versionId });
      const { source, condition, isEverything } = selectionOf(scope, query, {
        columns: KEY_COLUMNS,
      });
      if (isEverything) return scope.sampleCount;
      return numbers.answer(questionOf('count', versionId, query), () =>
        count(prisma.$queryRaw`SELECT count(*) AS "count" FROM ${source} WHERE ${condition}`),
      );
    },

    async facetsOf({ actor, versionId, query = {} }) {
      const scope = await loadVersionScope(prisma, { actor, versionId });
      const selection = selectionOf(scope, query, { columns: KEY_COLUMNS });
      return numbers.answer(questionOf('facets', versionId, query), () =>
        readFacets(prisma, selection),
      );
    },

    async runNumbersOf({ actor, runIds }) {
      const numbers = await visibleRuns(actor, runIds);
      return runIds.map((id) => numbers.get(id) ?? null);
    },

    nearestInVersions: (input) => nearestInVersions(prisma, input),

    knowNearest: (input) => knowNearest(prisma, input),

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
        SELECT ${SAMPLE_COLUMNS} FROM "sample" s
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

    coverSamples: (input) => coversOfDatasets(prisma, input),

    coverSamplesOfVersions: (input) => coversOfVersions(prisma, input),
  };
}

/** The same for the same query over the same version. The caller has made sure that whoever asks may see the version. */
function questionOf(of: 'count' | 'facets', versionId: string, query: SampleQuery): string {
  const text = canonicalJson(JSON.parse(JSON.stringify(query)));
  return sha256(`${of} ${versionId.toLowerCase()} ${text}`);
}

async function count(query: Promise<{ readonly count: bigint }[]>): Promise<number> {
  return Number((await query)[0]?.count ?? 0n);
}
