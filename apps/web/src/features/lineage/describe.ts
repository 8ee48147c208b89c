/** @file The edges of a lineage in words, for lists and for whoever does not see the drawing. */
import type { LineagePageQuery } from '@/generated/graphql.ts';
import { RELATION_WORDS } from './kinds.ts';

type Graph = NonNullable<LineagePageQuery['lineage']>;

/** Sentences about one node by its edges. */
export interface NodeWords {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Per node id, what it was made from and what was made from it. */
export function describeEdges(graph: Pick<Graph, 'nodes' | 'edges'>): Map<string, NodeWords> {
  const labels = new Map(graph.nodes.map(({ id, label }) => [id, label]));
  const words = new Map(
    graph.nodes.map(({ id }) => [id, { from: [] as string[], to: [] as string[] }]),
  );
  for (const { sourceId, targetId, relation } of graph.edges) {
    const word = RELATION_WORDS[relation];
    words.get(targetId)?.from.push(`${labels.get(sourceId) ?? ''} (${word})`);
    words.get(sourceId)?.to.push(`${labels.get(targetId) ?? ''} (${word})`);
  }
  return words;
}
