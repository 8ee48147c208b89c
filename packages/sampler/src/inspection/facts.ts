/** @file What is counted of a model's files and of the numbers that it gives. */

import { listOperators, operatorName } from '@colloid/onnx';
import type { Graph, UnsupportedOperator } from '@colloid/onnx';

import type { Model } from '../models/model.ts';
import type { FileFacts, OperatorFacts, ValueFacts } from './report.ts';

/** The graphs of a model by file. */
export function graphsOf(model: Model): ReadonlyMap<string, Graph> {
  if (model.kind === 'recogniser') return new Map([[model.manifest.network.file, model.network]]);
  const { mapping, manifest, synthesis } = model;
  const graphs = new Map([[manifest.synthesis.file, synthesis]]);
  if (mapping !== null && manifest.mapping !== undefined)
    graphs.set(manifest.mapping.file, mapping);
  return graphs;
}

/** Sizes of all files and what the graphs among them hold. */
export function fileFacts(model: Model): FileFacts[] {
  const graphs = graphsOf(model);
  return [...model.fileSizes].map(([name, sizeBytes]) => {
    const graph = graphs.get(name);
    return { name, sizeBytes, graph: graph === undefined ? null : graphFacts(graph) };
  });
}

function graphFacts(graph: Graph): NonNullable<FileFacts['graph']> {
  let weights = 0;
  for (const tensor of graph.initialisers.values()) weights += tensor.data.length;
  return { opset: graph.opset, nodes: graph.nodes.length, weights };
}

/** Operators of all graphs, by name, with the first node at which each blocks the gradient. */
export function operatorFacts(
  model: Model,
  missing: readonly UnsupportedOperator[],
): OperatorFacts[] {
  const counts = new Map<string, number>();
  for (const graph of graphsOf(model).values()) {
    for (const node of graph.nodes) {
      const name = operatorName(node);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const known = new Map(listOperators().map((entry) => [entry.operator, entry.gradient]));
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([operator, count]) => {
      const blocked = missing.find((entry) => entry.operator === operator);
      return {
        operator,
        count,
        gradient: known.get(operator) ?? 'unknown',
        blockedAt:
          blocked === undefined ? null : { node: nodeName(blocked.node), reason: blocked.reason },
      };
    });
}

/** The node as the file names it: probes put the network's part in front. */
export function nodeName(name: string): string {
  return name.replace(/^(generator|recogniser)\//, '');
}

/** Extremes and mean of the finite numbers among `data`. */
export function valueFacts(name: string, type: string, data: Float32Array): ValueFacts {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  for (const value of data) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
  }
  return count === 0
    ? { name, type, min: 0, max: 0, mean: 0 }
    : { name, type, min, max, mean: sum / count };
}

/** Index of the first number that is NaN or infinite; -1: none. */
export function firstNotFinite(data: Float32Array): number {
  return data.findIndex((value) => !Number.isFinite(value));
}
