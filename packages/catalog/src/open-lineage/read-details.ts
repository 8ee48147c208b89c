/** @file Reads what events tell of the nodes of a graph: one statement per kind. */

import type { Db } from '../context.ts';
import type {
  CovariateSet,
  Gallery,
  ModelVersion,
  Prisma,
  Recipe,
  Run,
  RunImport,
} from '../generated/client.ts';
import type { LineageKind, LineageRef } from '../lineage/graph.ts';

const DATASET = { select: { slug: true, title: true } } as const;

/** A version with the name of its dataset and its tags. */
export type VersionDetail = Prisma.DatasetVersionGetPayload<{
  include: { dataset: typeof DATASET; tags: true };
}>;

/** A saved query with the name of its dataset. */
export type SubsetDetail = Prisma.SubsetGetPayload<{ include: { dataset: typeof DATASET } }>;

/** A release with the name of its dataset. */
export type ReleaseDetail = Prisma.ReleaseGetPayload<{ include: { dataset: typeof DATASET } }>;

/** A run with the names of its dataset and recipe, or with what it imported. */
export type RunDetail = Run & {
  readonly dataset: { readonly slug: string; readonly title: string };
  readonly recipe: { readonly name: string; readonly version: number } | null;
  readonly imported: RunImport | null;
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
  readonly releases: ReadonlyMap<string, ReleaseDetail>;
}

/** Ids of one statement: PostgreSQL takes 65 535 parameters. */
const CHUNK = 20_000;

/** Reads the rows; whether they may be seen has been decided with the nodes. */
export async function readDetails(
  db: Db,
  teamId: string,
  nodes: readonly LineageRef[],
): Promise<LineageDetails> {
  const read = async <T extends { readonly id: string }>(
    kind: LineageKind,
    find: (where: { readonly id: { readonly in: string[] } }) => Promise<readonly T[]>,
  ): Promise<Map<string, T>> => {
    const ids = nodes.filter((node) => node.kind === kind).map(({ id }) => id);
    const rows = new Map<string, T>();
    for (let from = 0; from < ids.length; from += CHUNK) {
      const found = await find({ id: { in: ids.slice(from, from + CHUNK) } });
      for (const row of found) rows.set(row.id, row);
    }
    return rows;
  };
  const recipe = { select: { name: true, version: true } } as const;
  const tags = { orderBy: { name: 'asc' } } as const;
  const team = await db.team.findUniqueOrThrow({ where: { id: teamId } });
  return {
    team: team.slug,
    models: await read('ModelVersion', (where) => db.modelVersion.findMany({ where })),
    galleries: await read('Gallery', (where) => db.gallery.findMany({ where })),
    covariateSets: await read('CovariateSet', (where) => db.covariateSet.findMany({ where })),
    recipes: await read('Recipe', (where) => db.recipe.findMany({ where })),
    runs: await read('Run', (where) =>
      db.run.findMany({ where, include: { dataset: DATASET, recipe, imported: true } }),
    ),
    versions: await read('DatasetVersion', (where) =>
      db.datasetVersion.findMany({ where, include: { dataset: DATASET, tags } }),
    ),
    subsets: await read('Subset', (where) =>
      db.subset.findMany({ where, include: { dataset: DATASET } }),
    ),
    releases: await read('Release', (where) =>
      db.release.findMany({ where, include: { dataset: DATASET } }),
    ),
  };
}
