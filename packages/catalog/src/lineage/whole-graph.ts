/** @file All of a team's lineage, for an export: no walk, and no bound but the database's. */

import type { Db } from '../context.ts';
import { Prisma } from '../generated/client.ts';
import { LINEAGE_KINDS, nameOfRef, type LineageEdge, type LineageRef } from './graph.ts';
import { visibleRows, type LineageScope } from './scope.ts';
import { readEdges } from './walk.ts';

/** Most edges: as many as PostgreSQL counts in an integer. */
const ALL = 2_147_483_647;

/** Every node and edge of the scope; of one dataset its runs, versions, subsets and releases with all that they were made from. */
export async function readWholeGraph(
  db: Db,
  scope: LineageScope,
  datasetId?: string,
): Promise<{ readonly nodes: readonly LineageRef[]; readonly edges: readonly LineageEdge[] }> {
  const selects = LINEAGE_KINDS.map(
    (kind) => Prisma.sql`SELECT ${kind} AS "kind", n."id" FROM ${visibleRows(scope, kind)}`,
  );
  const nodes = await db.$queryRaw<LineageRef[]>`${Prisma.join(selects, ' UNION ALL ')}`;
  const edges = await readEdges(db, nodes, ALL);
  if (datasetId === undefined) return { nodes, edges };
  const kept = upstreamOf(await refsOfDataset(db, datasetId), edges);
  return {
    nodes: nodes.filter((node) => kept.has(nameOfRef(node))),
    edges: edges.filter(
      ({ source, target }) => kept.has(nameOfRef(source)) && kept.has(nameOfRef(target)),
    ),
  };
}

function refsOfDataset(db: Db, datasetId: string): Promise<LineageRef[]> {
  return db.$queryRaw`
    SELECT 'Run' AS "kind", "id" FROM "run" WHERE "datasetId" = ${datasetId}::uuid
    UNION ALL SELECT 'DatasetVersion', "id" FROM "dataset_version" WHERE "datasetId" = ${datasetId}::uuid
    UNION ALL SELECT 'Subset', "id" FROM "subset" WHERE "datasetId" = ${datasetId}::uuid
    UNION ALL SELECT 'Release', "id" FROM "release" WHERE "datasetId" = ${datasetId}::uuid`;
}

function upstreamOf(roots: readonly LineageRef[], edges: readonly LineageEdge[]): Set<string> {
  const byTarget = Map.groupBy(edges, ({ target }) => nameOfRef(target));
  const kept = new Set<string>();
  const open = roots.map(nameOfRef);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (kept.has(name)) continue;
    kept.add(name);
    for (const { source } of byTarget.get(name) ?? []) open.push(nameOfRef(source));
  }
  return kept;
}
