/** @file Topological order of nodes. */
import { GraphError } from '../errors.ts';
import { operatorName, type Node } from './graph.ts';

/**
 * The nodes so that each comes after those it reads from, otherwise in the given order. No recursion: depth is not a limit.
 * @throws GraphError naming a node of a cycle, or one whose input nothing defines.
 */
export function sortNodes(nodes: readonly Node[], given: ReadonlySet<string>): readonly Node[] {
  const producers = new Map<string, number>();
  nodes.forEach((node, at) => node.outputs.forEach((output) => producers.set(output, at)));
  const waiting = nodes.map(() => 0);
  const readers: number[][] = nodes.map(() => []);
  nodes.forEach((node, at) => {
    for (const input of new Set(node.inputs)) {
      if (input === '' || given.has(input)) continue;
      const producer = producers.get(input);
      if (producer === undefined)
        throw new GraphError(
          `${operatorName(node)} '${node.name}': its input '${input}' is defined nowhere.`,
          { node: node.name },
        );
      waiting[at] = (waiting[at] as number) + 1;
      (readers[producer] as number[]).push(at);
    }
  });
  if (isSorted(nodes, given)) return nodes;
  const sorted: Node[] = [];
  const ready = waiting.flatMap((count, at) => (count === 0 ? [at] : []));
  // The list grows while it is read; taking entries off its front would move all others each time.
  for (const next of ready) {
    sorted.push(nodes[next] as Node);
    for (const reader of readers[next] as number[]) {
      waiting[reader] = (waiting[reader] as number) - 1;
      if (waiting[reader] === 0) ready.push(reader);
    }
  }
  const stuck = nodes.find((_, at) => (waiting[at] as number) > 0);
  if (stuck)
    throw new GraphError(
      `${operatorName(stuck)} '${stuck.name}': it depends on itself; a graph must have no cycle.`,
      { node: stuck.name },
    );
  return sorted;
}

function isSorted(nodes: readonly Node[], given: ReadonlySet<string>): boolean {
  const defined = new Set(given);
  for (const node of nodes) {
    if (node.inputs.some((input) => input !== '' && !defined.has(input))) return false;
    for (const output of node.outputs) defined.add(output);
  }
  return true;
}
