/** @file Gradient graphs as text and as numbers, for tests of rules. */
import { differentiate } from '../grad/engine.ts';
import { isFloat } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { print } from '../ir/print.ts';
import { tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { runGraph } from './run.ts';

/** The printed gradient graph by all float inputs (or those named), without the forward outputs. */
export function gradientText(graph: Graph, withRespectTo?: readonly string[]): string {
  return print(gradientGraph(graph, withRespectTo));
}

/** Gradients of Σ y by each float input, as plain numbers: for kinks and ties. */
export async function gradientsOfSum(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const names = floatInputs(graph);
  const outputs = graph.outputs.map(({ name }) => ({ name, seed: 'ones' as const }));
  const derivative = differentiate(graph, { outputs, withRespectTo: names, keepOutputs: false });
  const result = await runGraph(derivative, feeds);
  return Object.fromEntries(
    names.map((name) => [name, tensorNumbers(result[`${name}_grad`] as Tensor)]),
  );
}

/** A float64 vector. */
export function vector(...values: readonly number[]): Tensor {
  return tensorFrom('float64', values);
}

function gradientGraph(graph: Graph, withRespectTo = floatInputs(graph)): Graph {
  const outputs = graph.outputs.map(({ name }) => ({ name }));
  return differentiate(graph, { outputs, withRespectTo, keepOutputs: false });
}

function floatInputs(graph: Graph): readonly string[] {
  return graph.inputs.filter((i) => isFloat(i.type.dtype)).map((i) => i.name);
}
