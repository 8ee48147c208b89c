/** @file What made something, and what came of it. */

import type { Actor } from '../actor.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { Prisma } from '../generated/client.ts';
import {
  LINEAGE_LIMITS,
  type LineageDirection,
  type LineageGraph,
  type LineageRef,
  type LineageStart,
} from '../lineage/graph.ts';
import { readLicences, type UpstreamLicences } from '../lineage/licences.ts';
import { scopeOfActor, scopeOfTeam, type LineageScope } from '../lineage/scope.ts';
import { readWholeGraph } from '../lineage/whole-graph.ts';
import { visibleRefs, walkLineage } from '../lineage/walk.ts';
import type { OpenLineageEvent } from '../open-lineage/event-parts.ts';
import { toOpenLineage } from '../open-lineage/events.ts';
import { readDetails } from '../open-lineage/read-details.ts';
import { isUuid } from '../paging/single-key.ts';

/** How far to look from where. */
export interface LineageRequest {
  readonly actor: Actor;
  readonly start: LineageStart;
  /** @default 'BOTH' */
  readonly direction?: LineageDirection | null | undefined;
  /** Steps in each direction, 1 to 16. @default 4 */
  readonly depth?: number | null | undefined;
}

/** Lineage. */
export interface LineageService {
  /**
   * The graph around something, as far as the actor may see it; null where they may not see where it starts.
   *
   * @throws CatalogError INVALID for a depth out of range, FORBIDDEN for an API key without the scope version.read
   */
  lineageOf(input: LineageRequest): Promise<LineageGraph | null>;
  /** The terms of everything that it was made from; empty where they may not see it. */
  licencesOf(input: {
    readonly actor: Actor;
    readonly start: LineageStart;
  }): Promise<UpstreamLicences>;
  /** The same graph as events of OpenLineage, oldest first; null where they may not see where it starts. */
  openLineageOf(input: LineageRequest): Promise<OpenLineageEvent[] | null>;
  /** Everything of a team, or of one dataset and what it was made from, as events of OpenLineage. Trusted: nothing is hidden. */
  openLineageOfTeam(input: {
    readonly teamId: string;
    readonly datasetId?: string | undefined;
  }): Promise<OpenLineageEvent[]>;
}

/** Makes the service of lineage. */
export function createLineageService({ prisma }: ServiceContext): LineageService {
  const begin = async (actor: Actor, start: LineageStart) => {
    const teamId = await teamOf(prisma, start);
    if (teamId === null) return null;
    const scope = await scopeOfActor(prisma, actor, teamId);
    const roots = await rootsOf(prisma, scope, start);
    return roots === null ? null : { scope, roots };
  };
  const walk = async ({ actor, start, direction, depth }: LineageRequest) => {
    const steps = checkDepth(depth ?? LINEAGE_LIMITS.defaultDepth);
    const from = await begin(actor, start);
    if (from === null) return null;
    const graph = await walkLineage(prisma, {
      ...from,
      direction: direction ?? 'BOTH',
      depth: steps,
    });
    return { teamId: from.scope.teamId, graph };
  };
  return {
    lineageOf: async (request) => (await walk(request))?.graph ?? null,

    async openLineageOf(request) {
      const walked = await walk(request);
      if (walked === null) return null;
      const { teamId, graph } = walked;
      return toOpenLineage(await readDetails(prisma, teamId, graph.nodes), graph.edges);
    },

    async openLineageOfTeam({ teamId, datasetId }) {
      const scope = await scopeOfTeam(prisma, teamId);
      const { nodes, edges } = await readWholeGraph(prisma, scope, datasetId);
      return toOpenLineage(await readDetails(prisma, teamId, nodes), edges);
    },

    async licencesOf({ actor, start }) {
      const from = await begin(actor, start);
      return from === null ? { licences: [], isTruncated: false } : readLicences(prisma, from);
    },
  };
}

function checkDepth(depth: number): number {
  if (Number.isInteger(depth) && depth >= 1 && depth <= LINEAGE_LIMITS.depth) return depth;
  throw new CatalogError(
    'INVALID',
    `'depth' is ${depth}, but lineage is followed for 1 to ${LINEAGE_LIMITS.depth} steps; ask for fewer, and again from where they end.`,
    { path: ['depth'] },
  );
}

const TEAM_OF = {
  Dataset: Prisma.raw('"dataset" t'),
  ModelVersion: Prisma.raw('"model_version" t'),
  Gallery: Prisma.raw('"gallery" t'),
  CovariateSet: Prisma.raw('"covariate_set" t'),
  Recipe: Prisma.raw('"recipe" t'),
  Run: Prisma.raw('"run" t'),
  DatasetVersion: Prisma.raw('"dataset_version" v JOIN "dataset" t ON t."id" = v."datasetId"'),
  Subset: Prisma.raw('"subset" v JOIN "dataset" t ON t."id" = v."datasetId"'),
  Release: Prisma.raw('"release" v JOIN "dataset" t ON t."id" = v."datasetId"'),
} as const satisfies Record<LineageStart['kind'], Prisma.Sql>;

/** The team of something, whoever asks: what of it may be told is decided afterwards. */
async function teamOf(db: Db, { kind, id }: LineageStart): Promise<string | null> {
  if (!isUuid(id)) return null;
  const alias = ['DatasetVersion', 'Subset', 'Release'].includes(kind) ? 'v' : 't';
  const [row] = await db.$queryRaw<{ teamId: string }[]>`
    SELECT t."teamId" FROM ${TEAM_OF[kind]} WHERE ${Prisma.raw(`${alias}."id"`)} = ${id}::uuid`;
  return row?.teamId ?? null;
}

/** The visible nodes that a walk starts at; null where what they would stand for may not be seen. */
async function rootsOf(
  db: Db,
  scope: LineageScope,
  { kind, id }: LineageStart,
): Promise<LineageRef[] | null> {
  if (kind === 'Dataset')
    return scope.versionsOf.includes(id) ? rootsOfDataset(db, scope, id) : null;
  const roots = await visibleRefs(db, scope, [{ kind, id }]);
  return roots.length === 0 ? null : roots;
}

/** The newest versions of a dataset; of one without any its newest runs, and of an empty one nothing. */
async function rootsOfDataset(
  db: Db,
  scope: LineageScope,
  datasetId: string,
): Promise<LineageRef[]> {
  const newest = {
    where: { datasetId },
    select: { id: true },
    orderBy: { number: 'desc' },
    take: LINEAGE_LIMITS.nodes / 4,
  } as const;
  const versions = await db.datasetVersion.findMany(newest);
  if (versions.length > 0) return versions.map(({ id }) => ({ kind: 'DatasetVersion', id }));
  const runs = await db.run.findMany(newest);
  return visibleRefs(
    db,
    scope,
    runs.map(({ id }) => ({ kind: 'Run', id })),
  );
}
