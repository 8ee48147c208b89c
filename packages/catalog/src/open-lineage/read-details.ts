/** @file Reads what events tell of the nodes of a graph: one statement per kind. */

import type { Db } from '../context.ts';
import type {
  CovariateSet,
  Gallery,
  ModelVersion,
  Prisma,
  Recipe,
  Run,
} from '../generated/client.ts';
import type { LineageKind, LineageRef } from '../lineage/graph.ts';

const DATASET = { select: { slug: true, title: true } } as const;

/** A version with the name of its dataset and its tags. */
export type VersionDetail = Prisma.DatasetVersionGetPayload<{
  include: { dataset: typeof DATASET; tags: true };
}>;

/** A saved query with the name of its dataset. */
export type SubsetDetail = Prisma.SubsetGetPayload<{ include: { dataset: typeof DATASET } }>;

/** A run with the names of its dataset and recipe. */
export type RunDetail = Run & {
  readonly dataset: { readonly slug: string; readonly title: string };
  readonly recipe: { readonly name: string; readonly version: number };
};

/** The rows of a graph's nodes, by kind and id. */
export interface LineageDetails {
  readonly team: string;
  readonly models: ReadonlyMap<string, ModelVersion>;
  readonly galleries: ReadonlyMap<string, Gallery>;
  readonly covariateSets: ReadonlyMap<string, CovariateSet>;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly runs: ReadonlyMap<string, RunDetail>;
  readonly versions: ReadonlyMap<string, VersionDetail>;
  readonly subsets: ReadonlyMap<string, SubsetDetail>;
}

/** Reads the rows; whether they may be seen has been decided with the nodes. */
export async function readDetails(
  db: Db,
  teamId: string,
  nodes: readonly LineageRef[],
): Promise<LineageDetails> {
  const where = (kind: LineageKind) => ({
    id: { in: nodes.filter((node) => node.kind === kind).map(({ id }) => id) },
  });
  const team = await db.team.findUniqueOrThrow({ where: { id: teamId } });
  return {
    team: team.slug,
    models: byId(await db.modelVersion.findMany({ where: where('ModelVersion') })),
    galleries: byId(await db.gallery.findMany({ where: where('Gallery') })),
    covariateSets: byId(await db.covariateSet.findMany({ where: where('CovariateSet') })),
    recipes: byId(await db.recipe.findMany({ where: where('Recipe') })),
    runs: byId(
      await db.run.findMany({
        where: where('Run'),
        include: { dataset: DATASET, recipe: { select: { name: true, version: true } } },
      }),
    ),
    versions: byId(
      await db.datasetVersion.findMany({
        where: where('DatasetVersion'),
        include: { dataset: DATASET, tags: { orderBy: { name: 'asc' } } },
      }),
    ),
    subsets: byId(
      await db.subset.findMany({ where: where('Subset'), include: { dataset: DATASET } }),
    ),
  };
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
