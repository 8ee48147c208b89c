/** @file From a global id to the graph around it, with the entities themselves. */
import type {
  LineageDirection,
  LineageEdge,
  LineageKind,
  LineageLicence,
  LineageNode,
  LineageRef,
  LineageRequest,
  LineageStart,
} from '@colloid/catalog';

import type { GatewayContext } from '../../context.ts';
import { fromGlobalId, toGlobalId } from '../../ids.ts';
import type { GlobalKey } from '../../ids.ts';
import { loadNode } from '../../loaders/load-node.ts';
import type { NodeSource } from '../source-types.ts';

/** A node with what it stands for. */
export interface LineageNodeSource extends LineageNode {
  readonly entity: NodeSource;
}

/** What `lineage` answers with. */
export interface LineageGraphSource {
  /** What was asked for. */
  readonly request: LineageRequest;
  readonly nodes: readonly LineageNodeSource[];
  readonly edges: readonly LineageEdge[];
  readonly isTruncated: boolean;
}

/** Terms with what they are about. */
export interface LineageLicenceSource {
  readonly licence: string | null;
  readonly entities: readonly NodeSource[];
}

/** The graph around what `id` names; null where there is nothing of which one may see a lineage. */
export async function readLineage(
  context: GatewayContext,
  request: {
    readonly id: string;
    readonly direction: LineageDirection | null | undefined;
    readonly depth: number | null | undefined;
  },
): Promise<LineageGraphSource | null> {
  const start = startOf(fromGlobalId(request.id));
  if (start === null || context.actor === null) return null;
  const { direction, depth } = request;
  const asked = { actor: context.actor, start, direction, depth };
  const graph = await context.catalog.lineage.lineageOf(asked);
  if (graph === null) return null;
  const entities = await Promise.all(graph.nodes.map((node) => entityOf(context, node)));
  const nodes = graph.nodes.flatMap((node, index) => {
    const entity = entities[index];
    return entity == null ? [] : [{ ...node, entity }];
  });
  const shown = new Set(nodes.map(globalIdOf));
  const edges = graph.edges.filter(
    ({ source, target }) => shown.has(globalIdOf(source)) && shown.has(globalIdOf(target)),
  );
  return { request: asked, nodes, edges, isTruncated: graph.isTruncated };
}

/** The terms of everything upstream of where the graph starts. */
export async function readLicences(
  context: GatewayContext,
  { actor, start }: LineageRequest,
): Promise<LineageLicenceSource[]> {
  const { licences } = await context.catalog.lineage.licencesOf({ actor, start });
  const withEntities = async ({ licence, sources }: LineageLicence) => {
    const entities = await Promise.all(sources.map((source) => entityOf(context, source)));
    return { licence, entities: entities.filter((entity) => entity !== null) };
  };
  const told = await Promise.all(licences.map(withEntities));
  return told.filter(({ entities }) => entities.length > 0);
}

/** The global id of a node. */
export function globalIdOf({ kind, id }: LineageRef): string {
  return toGlobalId(kind, { id });
}

function entityOf(context: GatewayContext, { kind, id }: LineageRef): Promise<NodeSource | null> {
  return loadNode(context.loaders, { type: kind, key: { id } });
}

/** Identities and samples come of their run; a team and a budget of nothing. */
function startOf(global: GlobalKey | null): LineageStart | null {
  if (global === null) return null;
  switch (global.type) {
    case 'Team':
    case 'IdentityBudget':
      return null;
    case 'Identity':
    case 'Sample':
      return { kind: 'Run', id: global.key.runId };
    default:
      return { kind: global.type satisfies LineageKind | 'Dataset', id: global.key.id };
  }
}
