/**
 * @file Walks the graph breadth first: one statement per step, however many nodes a step has. A step reaches only what the scope
 * lets see, so what is hidden is neither told, nor counted, nor walked through.
 */

import type { Db } from '../context.ts';
import { Prisma } from '../generated/client.ts';
import {
  LINEAGE_LIMITS,
  nameOfRef,
  type LineageDirection,
  type LineageEdge,
  type LineageGraph,
  type LineageKind,
  type LineageNode,
  type LineageRef,
  type LineageRelation,
} from './graph.ts';
import { RELATIONS, type RelationRows } from './relations.ts';
import { visibleRows, type LineageScope } from './scope.ts';

/** A walk in one direction. */
type Way = Exclude<LineageDirection, 'BOTH'>;

/** Where to walk, and how far. */
export interface WalkOptions {
  readonly scope: LineageScope;
  /** Visible nodes. */
  readonly roots: readonly LineageRef[];
  readonly direction: LineageDirection;
  /** Most steps, from 0. */
  readonly depth: number;
  /** Most nodes. @default LINEAGE_LIMITS.nodes */
  readonly maxNodes?: number;
  /** Relations that are not followed. @default none */
  readonly except?: ReadonlySet<LineageRelation>;
}

/** Reads the part of the graph around the roots. */
export async function walkLineage(db: Db, options: WalkOptions): Promise<LineageGraph> {
  const { scope, roots, direction, except, maxNodes = LINEAGE_LIMITS.nodes } = options;
  const found = new Map<string, LineageNode>(
    roots.map((root) => [nameOfRef(root), { ...root, depth: 0, continues: false }]),
  );
  let isTruncated = false;
  const ways: readonly Way[] = direction === 'BOTH' ? ['UPSTREAM', 'DOWNSTREAM'] : [direction];
  for (const way of ways) {
    let frontier: readonly LineageRef[] = roots;
    for (let step = 1; step <= options.depth && frontier.length > 0; step += 1) {
      const depth = way === 'UPSTREAM' ? -step : step;
      const { refs, isCut } = await readStep(db, { scope, frontier, way, except });
      const fresh = refs.filter((ref) => !found.has(nameOfRef(ref)));
      const kept = fresh.slice(0, Math.max(0, maxNodes - found.size));
      for (const ref of kept) found.set(nameOfRef(ref), { ...ref, depth, continues: false });
      isTruncated ||= isCut || kept.length < fresh.length;
      frontier = kept;
    }
    for (const ref of await readContinuing(db, { scope, frontier, way, except, found })) {
      const node = found.get(nameOfRef(ref));
      if (node !== undefined) found.set(nameOfRef(ref), { ...node, continues: true });
    }
  }
  const nodes = [...found.values()].toSorted(
    (a, b) => Math.abs(a.depth) - Math.abs(b.depth) || a.depth - b.depth,
  );
  const edges = await readEdges(db, nodes, LINEAGE_LIMITS.edges + 1);
  return {
    nodes,
    edges: edges.slice(0, LINEAGE_LIMITS.edges),
    isTruncated: isTruncated || edges.length > LINEAGE_LIMITS.edges,
  };
}

/** Those of the refs that may be seen, in one statement. */
export async function visibleRefs(
  db: Db,
  scope: LineageScope,
  refs: readonly LineageRef[],
): Promise<LineageRef[]> {
  const kinds = [...Map.groupBy(refs, ({ kind }) => kind)];
  if (kinds.length === 0) return [];
  const selects = kinds.map(
    ([kind, ofKind]) => Prisma.sql`SELECT ${kind} AS "kind", n."id" FROM ${visibleRows(scope, kind)}
      AND n."id" = ANY(${ofKind.map(({ id }) => id)}::uuid[])`,
  );
  return db.$queryRaw<LineageRef[]>`${Prisma.join(selects, ' UNION ALL ')}`;
}

interface StepOptions {
  readonly scope: LineageScope;
  readonly frontier: readonly LineageRef[];
  readonly way: Way;
  readonly except: ReadonlySet<LineageRelation> | undefined;
}

/** What lies one step beyond the frontier, the newest first. */
async function readStep(
  db: Db,
  options: StepOptions,
): Promise<{ readonly refs: LineageRef[]; readonly isCut: boolean }> {
  const selects = stepSelects(options);
  if (selects.length === 0) return { refs: [], isCut: false };
  const rows = await db.$queryRaw<LineageRef[]>`
    SELECT DISTINCT "kind", "id" FROM (${Prisma.join(
      selects.map(
        ({ far, sql }) => Prisma.sql`SELECT ${far} AS "kind", "far" AS "id" FROM (${sql}) s`,
      ),
      ' UNION ALL ',
    )}) t
    ORDER BY "id" DESC, "kind" LIMIT ${LINEAGE_LIMITS.edges + 1}::int`;
  const isCut = rows.length > LINEAGE_LIMITS.edges;
  return { refs: isCut ? rows.slice(0, -1) : rows, isCut };
}

/** The nodes of the frontier from which a step leads to something that has not been found. */
async function readContinuing(
  db: Db,
  { found, ...options }: StepOptions & { readonly found: ReadonlyMap<string, LineageNode> },
): Promise<LineageRef[]> {
  const selects = stepSelects(options);
  if (selects.length === 0) return [];
  const known = [...found.values()].map(({ id }) => id);
  return db.$queryRaw<LineageRef[]>`${Prisma.join(
    selects.map(
      ({ near, sql }) => Prisma.sql`
        SELECT ${near} AS "kind", "near" AS "id" FROM (${sql}) s WHERE "far" <> ALL(${known}::uuid[])`,
    ),
    ' UNION ',
  )}`;
}

/** Per relation that touches the frontier: pairs of a node in it and a visible one beyond. */
function stepSelects({ scope, frontier, way, except }: StepOptions) {
  const byKind = Map.groupBy(frontier, ({ kind }) => kind);
  return RELATIONS.flatMap((relation) => {
    const ends = endsOf(relation, way);
    const ids = byKind.get(ends.near)?.map(({ id }) => id);
    if (ids === undefined || !scope.kinds.has(ends.far)) return [];
    if (except?.has(relation.relation) === true) return [];
    const sql = Prisma.sql`
      SELECT ${ends.nearColumn} AS "near", ${ends.farColumn} AS "far" FROM ${relation.rows}
        AND ${ends.nearColumn} = ANY(${ids}::uuid[])
        AND EXISTS (SELECT 1 FROM ${visibleRows(scope, ends.far)} AND n."id" = ${ends.farColumn})`;
    return [{ near: ends.near, far: ends.far, sql }];
  });
}

function endsOf(relation: RelationRows, way: Way) {
  const { source, target, sourceColumn, targetColumn } = relation;
  return way === 'UPSTREAM'
    ? { near: target, far: source, nearColumn: targetColumn, farColumn: sourceColumn }
    : { near: source, far: target, nearColumn: sourceColumn, farColumn: targetColumn };
}

interface EdgeRow {
  readonly relation: LineageRelation;
  readonly sourceKind: LineageKind;
  readonly targetKind: LineageKind;
  readonly source: string;
  readonly target: string;
}

/** Every edge both of whose ends are among the nodes, at most `limit` of them. */
export async function readEdges(
  db: Db,
  nodes: readonly LineageRef[],
  limit: number,
): Promise<LineageEdge[]> {
  const byKind = Map.groupBy(nodes, ({ kind }) => kind);
  const selects = RELATIONS.flatMap((relation) => {
    const [sources, targets] = [byKind.get(relation.source), byKind.get(relation.target)];
    if (sources === undefined || targets === undefined) return [];
    const { sourceColumn, targetColumn } = relation;
    return [
      Prisma.sql`
        SELECT ${relation.relation} AS "relation", ${relation.source} AS "sourceKind", ${relation.target} AS "targetKind",
          ${sourceColumn} AS "source", ${targetColumn} AS "target" FROM ${relation.rows}
          AND ${sourceColumn} = ANY(${sources.map(({ id }) => id)}::uuid[])
          AND ${targetColumn} = ANY(${targets.map(({ id }) => id)}::uuid[])`,
    ];
  });
  if (selects.length === 0) return [];
  const rows = await db.$queryRaw<EdgeRow[]>`
    SELECT * FROM (${Prisma.join(selects, ' UNION ALL ')}) t
    ORDER BY "target" DESC, "source" DESC, "relation" LIMIT ${limit}::int`;
  return rows.map(({ relation, sourceKind, targetKind, source, target }) => ({
    relation,
    source: { kind: sourceKind, id: source },
    target: { kind: targetKind, id: target },
  }));
}
