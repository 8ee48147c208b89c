/** @file Writes a forward graph in the form that pytorch_runner.py reads: nodes and shapes as JSON, weights as one file of float32. */

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Graph, Node } from '@colloid/onnx';
import { tensorNumbers } from '@colloid/onnx';

export interface ExportedRun {
  readonly graph: Graph;
  readonly input: string;
  readonly output: string;
  /** [batch, D] */
  readonly w: Float32Array;
  readonly batch: number;
  /** [batch, E] */
  readonly cotangent: Float32Array;
}

/** Returns the folder, in the system's folder for temporary files; the caller removes it. */
export async function exportGraph(run: ExportedRun): Promise<string> {
  const { graph, input, output, batch } = run;
  const weights: Record<string, { offset: number; dims: readonly number[] }> = {};
  const integers: Record<string, unknown> = {};
  const parts: Float32Array[] = [];
  let weightElements = 0;
  for (const [name, value] of graph.initialisers) {
    const numbers = tensorNumbers(value);
    // Shapes and indices, and the scales of a Resize, are arguments in PyTorch.
    if (value.dims.length <= 1 && numbers.length <= 64)
      integers[name] = value.dims.length === 0 ? numbers[0] : numbers;
    if (value.dtype !== 'float32') continue;
    weights[name] = { offset: weightElements, dims: value.dims };
    parts.push(value.data as Float32Array);
    weightElements += value.data.length;
  }
  const folder = await mkdtemp(join(tmpdir(), 'colloid-bench-'));
  const bytes = Buffer.concat(parts.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength)));
  await writeFile(join(folder, 'weights.bin'), bytes);
  const description = {
    input,
    output,
    weightElements,
    weights,
    integers,
    nodes: nodesOf(graph, output),
    feeds: {
      dims: [batch, run.w.length / batch],
      w: [...run.w],
      cotangent: [...run.cotangent],
    },
  };
  await writeFile(join(folder, 'graph.json'), JSON.stringify(description));
  return folder;
}

/** Each node with the values that nothing reads after it: PyTorch frees what its program forgets. */
function nodesOf(graph: Graph, output: string): readonly unknown[] {
  const lastReader = new Map<string, Node>();
  const made = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const node of graph.nodes) for (const name of node.inputs) lastReader.set(name, node);
  return graph.nodes.map((node) => ({
    op: node.opType,
    inputs: node.inputs.filter((name, at) => name !== '' || at < node.inputs.length - 1),
    outputs: node.outputs,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, { value }]) => [name, value]),
    ),
    releases: [...new Set(node.inputs)].filter(
      (name) => made.has(name) && name !== output && lastReader.get(name) === node,
    ),
  }));
}
