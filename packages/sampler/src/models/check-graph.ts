/** @file Checks a model's graph against what its manifest declares. */

import { decodeModel, ModelLimitError } from '@colloid/onnx';
import type { Dim, Graph, ValueInfo } from '@colloid/onnx';

import { ModelGraphError, RandomNodeError } from '../errors.ts';

const RANDOM_OPERATORS: ReadonlySet<string> = new Set([
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
]);

/** Decodes an ONNX file of a model and refuses nodes that draw random numbers. */
export function decodeGraph(model: string, file: string, bytes: Uint8Array): Graph {
  let graph: Graph;
  try {
    graph = decodeModel(bytes);
  } catch (error) {
    throw unusableGraph(model, file, error);
  }
  for (const node of graph.nodes) {
    if (RANDOM_OPERATORS.has(node.opType)) {
      throw new RandomNodeError(model, file, node.opType, node.name);
    }
  }
  return graph;
}

/** What is said of a file that could not be read as a graph, and why. */
export function unusableGraph(model: string, file: string, cause: unknown): ModelGraphError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const remedy =
    cause instanceof ModelLimitError
      ? 'register a smaller one'
      : 'export it again with opset 13 to 21, float32 and no external data';
  return new ModelGraphError(
    model,
    `'${file}' is not a usable ONNX model (${reason}); ${remedy}.`,
    { cause },
  );
}

/** What a manifest says of one input or output; null: anything, 'batch': the batch dimension. */
export interface Declared {
  readonly model: string;
  readonly file: string;
  readonly name: string;
  readonly what: 'input' | 'output';
  readonly shape: readonly (number | 'batch' | null)[];
}

/**
 * Finds an input or output and compares its type.
 *
 * @throws ModelGraphError with what was expected and what was found
 */
export function checkValue(graph: Graph, declared: Declared): ValueInfo {
  const { model, file, name, what, shape } = declared;
  const values = what === 'input' ? graph.inputs : graph.outputs;
  const info = values.find((value) => value.name === name);
  if (info === undefined) {
    const names = values.map((value) => `'${value.name}'`).join(', ');
    throw new ModelGraphError(
      model,
      `'${file}' has no ${what} '${name}' (it has ${names}); correct the name in model.json.`,
    );
  }
  const found = `${info.type.dtype} [${info.type.shape.join(', ')}]`;
  const wanted = `float32 [${shape.map((dim) => dim ?? 'any').join(', ')}]`;
  const fits =
    info.type.dtype === 'float32' &&
    info.type.shape.length === shape.length &&
    shape.every((dim, axis) => dimensionFits(dim, info.type.shape[axis]));
  if (!fits) {
    throw new ModelGraphError(
      model,
      `${what} '${name}' of '${file}' is ${found}, but model.json declares ${wanted}; correct the manifest or export the network again.`,
    );
  }
  return info;
}

/** The batch size a graph is fixed to, or null. */
export function fixedBatch(info: ValueInfo): number | null {
  const first = info.type.shape[0];
  return typeof first === 'number' ? first : null;
}

/** Refuses a graph with inputs beyond the declared one, which nothing would feed. */
export function checkSoleInput(model: string, file: string, graph: Graph, name: string): void {
  const other = graph.inputs.find((input) => input.name !== name);
  if (other !== undefined) {
    throw new ModelGraphError(
      model,
      `'${file}' also needs the input '${other.name}', which nothing would feed; make it a constant in the exported graph.`,
    );
  }
}

function dimensionFits(wanted: number | 'batch' | null, got: Dim | undefined): boolean {
  return wanted === null || wanted === 'batch' || typeof got === 'string' || wanted === got;
}
