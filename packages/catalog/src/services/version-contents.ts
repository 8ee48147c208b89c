/** @file What a version consists of, down to the places of its images, for whoever checks or packs it. Trusted: no actor. */

import type { ServiceContext } from '../context.ts';
import { Prisma } from '../generated/client.ts';
import type {
  CovariateSet,
  Gallery,
  IdentityBudget,
  ModelVersion,
  RunImport,
  Shard,
} from '../generated/client.ts';
import { readUpstreamThings, type UpstreamThing } from '../lineage/licences.ts';
import { scopeOfTeam } from '../lineage/scope.ts';
import { isUuid } from '../paging/single-key.ts';
import { sampleMembership, type MemberScope } from '../selection/version-scope.ts';

/** A gallery with what embedded it. */
export type EmbeddedGallery = Gallery & { readonly recogniserVersion: ModelVersion };

/** A covariate set with what its images were projected by. */
export type FittedCovariateSet = CovariateSet & {
  readonly generatorVersion: ModelVersion;
  readonly recogniserVersion: ModelVersion | null;
};

/** A run in a version, with what made it. */
export interface ContentPart {
  readonly runId: string;
  /** The run's number in its dataset. */
  readonly number: number;
  /** Samples per identity by which the version's selection is numbered; null where it holds all of the run. */
  readonly stride: number | null;
  /** All shards of the run, by kind and ordinal. */
  readonly shards: readonly Shard[];
  /** What embedded it; null for an import without a recogniser. */
  readonly recogniser: ModelVersion | null;
  /** What it was imported from; null where a recipe made it. */
  readonly imported: RunImport | null;
  /** Null for an import. */
  readonly recipe: {
    readonly name: string;
    readonly version: number;
    readonly definition: Prisma.JsonValue;
    readonly generator: ModelVersion;
    readonly recogniser: ModelVersion;
    readonly gallery: EmbeddedGallery | null;
    readonly covariateSet: FittedCovariateSet | null;
  } | null;
}

/** A version and what it is made of. */
export interface VersionContents {
  readonly versionId: string;
  readonly datasetId: string;
  readonly teamId: string;
  readonly number: number;
  readonly digest: string;
  readonly identityCount: number;
  readonly sampleCount: number;
  readonly metrics: Prisma.JsonValue;
  /** By the runs' numbers. */
  readonly parts: readonly ContentPart[];
  /** The dataset's budget first, then the team's; those that there are. */
  readonly budgets: readonly IdentityBudget[];
}

/** Which shard of a run: that of images, or that of latents and embeddings. */
export type ShardColumn = 'imageShard' | 'latentShard';

/** How many samples of a version lie in a shard, and which identities they belong to. */
export interface ShardShare {
  readonly ordinal: number;
  readonly samples: number;
  readonly firstIdentity: number;
  readonly lastIdentity: number;
}

/** A sample of a version in one shard. */
export interface PlacedSample {
  readonly identityOrdinal: number;
  readonly ordinal: number;
  /** Of the image in its tar, bytes. */
  readonly imageOffset: number;
  readonly imageLength: number;
  /** Row of its latent and embedding in their shards. */
  readonly latentRow: number;
  /** θ to the reference of its identity, radians. */
  readonly distanceToReference: number;
}

/** Reads versions as a whole. */
export interface VersionContentService {
  /** Null where there is no such version. */
  loadContents(versionId: string): Promise<VersionContents | null>;
  /** The shards of a run in which the version has samples, by ordinal. */
  sharesOf(input: {
    readonly contents: VersionContents;
    readonly runId: string;
    readonly column: ShardColumn;
  }): Promise<readonly ShardShare[]>;
  /** The version's samples in one of those shards, by identity and ordinal. */
  samplesOf(input: {
    readonly contents: VersionContents;
    readonly runId: string;
    readonly column: ShardColumn;
    readonly share: ShardShare;
  }): Promise<readonly PlacedSample[]>;
  /** Where the references of a version's identities are, by identity; also of those whose reference was not selected. */
  referencesOf(input: { readonly contents: VersionContents; readonly runId: string }): Promise<
    readonly {
      readonly identityOrdinal: number;
      readonly latentShard: number;
      readonly latentRow: number;
    }[]
  >;
  /** Everything with terms of its own that the version comes from, also by its parents and by the runs that its runs branch from. */
  upstreamOf(contents: VersionContents): Promise<{
    readonly things: readonly UpstreamThing[];
    /** Whether there is more than was looked at. */
    readonly isTruncated: boolean;
  }>;
  /** The galleries with these ids that there are, by name and version. */
  galleriesWithRecognisers(ids: readonly string[]): Promise<readonly EmbeddedGallery[]>;
}

/** Makes the service. */
export function createVersionContentService({ prisma }: ServiceContext): VersionContentService {
  return {
    async loadContents(versionId) {
      if (!isUuid(versionId)) return null;
      const version = await prisma.datasetVersion.findUnique({
        where: { id: versionId },
        include: {
          dataset: { select: { teamId: true } },
          parts: { include: { run: { include: RUN_PARTS } } },
        },
      });
      if (version === null) return null;
      const { dataset, parts, id, number, digest, datasetId, metrics } = version;
      const budgets = await prisma.identityBudget.findMany({
        where: { OR: [{ datasetId }, { teamId: dataset.teamId, datasetId: null }] },
        orderBy: { datasetId: { sort: 'asc', nulls: 'last' } },
      });
      return {
        versionId: id,
        datasetId,
        teamId: dataset.teamId,
        number,
        digest,
        identityCount: version.identityCount,
        sampleCount: version.sampleCount,
        metrics,
        budgets,
        parts: parts
          .map(({ runId, stride, run }) => {
            const { recipe, imported, shards } = run;
            const { recogniserVersion: recogniser } = recipe ?? imported ?? NOTHING;
            return {
              runId,
              number: run.number,
              stride,
              shards,
              recogniser,
              imported,
              recipe: recipe === null ? null : contentRecipe(recipe),
            };
          })
          .toSorted((a, b) => a.number - b.number),
      };
    },

    sharesOf: async ({ contents, runId, column }) => {
      const { join, condition } = sampleMembership(scopeOf(contents, runId));
      const shard = columnOf(column);
      return prisma.$queryRaw<ShardShare[]>`
        SELECT s.${shard} AS "ordinal", count(*)::int AS "samples",
          min(s."identityOrdinal") AS "firstIdentity", max(s."identityOrdinal") AS "lastIdentity"
        FROM "sample" s ${join} WHERE ${condition} GROUP BY 1 ORDER BY 1`;
    },

    samplesOf: async ({ contents, runId, column, share }) => {
      const { join, condition } = sampleMembership(scopeOf(contents, runId));
      // Identities bound the range of the primary key; no index is on the shard.
      return prisma.$queryRaw<PlacedSample[]>`
        SELECT s."identityOrdinal", s."ordinal", s."imageOffset"::float8 AS "imageOffset", s."imageLength", s."latentRow",
          s."distanceToReference"
        FROM "sample" s ${join} WHERE ${condition}
          AND s."identityOrdinal" BETWEEN ${share.firstIdentity}::int AND ${share.lastIdentity}::int
          AND s.${columnOf(column)} = ${share.ordinal}::int
        ORDER BY s."identityOrdinal", s."ordinal"`;
    },

    referencesOf: async ({ contents, runId }) => {
      const { join, condition } = sampleMembership(scopeOf(contents, runId));
      return prisma.$queryRaw`
        SELECT r."identityOrdinal", r."latentShard", r."latentRow" FROM "sample" r
        JOIN (SELECT DISTINCT s."identityOrdinal" FROM "sample" s ${join} WHERE ${condition}) i
          ON i."identityOrdinal" = r."identityOrdinal"
        WHERE r."runId" = ${runId}::uuid AND r."ordinal" = 0 ORDER BY r."identityOrdinal"`;
    },

    upstreamOf: async ({ teamId, versionId }) =>
      readUpstreamThings(prisma, { scope: await scopeOfTeam(prisma, teamId), versionId }),

    galleriesWithRecognisers: (ids) =>
      prisma.gallery.findMany({
        where: { id: { in: [...ids] } },
        include: { recogniserVersion: true },
        orderBy: [{ name: 'asc' }, { version: 'asc' }],
      }),
  };
}

const NOTHING = { recogniserVersion: null };

type RecipeRow = NonNullable<Prisma.RunGetPayload<{ include: typeof RUN_PARTS }>['recipe']>;

function contentRecipe(recipe: RecipeRow): NonNullable<ContentPart['recipe']> {
  const { name, version, definition, gallery, covariateSet, generatorVersion: generator } = recipe;
  return {
    name,
    version,
    definition,
    generator,
    recogniser: recipe.recogniserVersion,
    gallery,
    covariateSet,
  };
}

const RUN_PARTS = {
  shards: { orderBy: [{ kind: 'asc' }, { ordinal: 'asc' }] },
  imported: { include: { recogniserVersion: true } },
  recipe: {
    include: {
      generatorVersion: true,
      recogniserVersion: true,
      gallery: { include: { recogniserVersion: true } },
      covariateSet: { include: { generatorVersion: true, recogniserVersion: true } },
    },
  },
} as const satisfies Prisma.RunInclude;

function columnOf(column: ShardColumn): Prisma.Sql {
  return Prisma.raw(`"${column}"`);
}

/** A version as queries of one of its runs need it. */
function scopeOf(contents: VersionContents, runId: string): MemberScope {
  const { versionId, parts } = contents;
  return { versionId, parts: parts.filter((part) => part.runId === runId) };
}
