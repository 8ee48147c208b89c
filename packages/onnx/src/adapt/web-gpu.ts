/**
 * @file Forms of operators that onnxruntime's WebGPU provider computes, and computes right.
 *
 * Seen with onnxruntime-node 1.30 (2026-11): an operator reads and writes through storage buffers, of which a shader has as few as 8;
 * Sum has no kernel there and falls back to the CPU with a copy each way; Sin and Cos are coarse; a Conv that pads at the ends only is
 * wrong when its kernel is 1x1 or as large as the input; and a grouped Conv is wrong for some numbers of outputs.
 */
import { pruneNodes } from '../build/prune.ts';
import { windowGeometry } from '../infer/window.ts';
import { check } from '../ir/check.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from '../simplify/rewrite.ts';
import { padGroups } from './grouped-convolution.ts';
import { sineByArithmetic } from './sine.ts';

/** What WebGPU promises every shader; one buffer is the input's. */
const STORAGE_BUFFERS = 8;

/** The same function in operators that the WebGPU provider runs; names and types of inputs and outputs stay. */
export function adaptForWebGpu(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    if (node.domain !== '') continue;
    if (node.opType === 'Split') splitBySlices(rewriter, node);
    else if (node.opType === 'Sum') sumByPairs(rewriter, node);
    else if (node.opType === 'Sin' || node.opType === 'Cos') sineByArithmetic(rewriter, node);
    else if (node.opType === 'Conv') padBeforeConv(rewriter, node);
  }
  // After the pads, since a convolution may need both.
  const groups = new Rewriter(rewriter.finish());
  for (const node of groups.source.nodes)
    if (node.domain === '' && node.opType === 'Conv') padGroups(groups, node);
  const adapted = groups.finish();
  return adapted === source ? source : check(pruneNodes(adapted));
}

/** Split into more parts than a shader has buffers becomes one Slice per part. */
function splitBySlices(rewriter: Rewriter, node: Node): void {
  if (node.outputs.length < STORAGE_BUFFERS) return;
  const input = node.inputs[0] as string;
  const context = rewriter.context(node);
  const axis = context.axis(context.int('axis', 0), context.shape(0).length);
  let start = 0;
  for (const output of node.outputs) {
    const size = rewriter.type(output)?.shape[axis];
    if (typeof size !== 'number') return;
    const bounds = [start, start + size, axis].map((value, at) =>
      rewriter.int64(`${node.name}/${['starts', 'ends', 'axes'][at] as string}`, [value]),
    );
    rewriter.redirect(output, rewriter.add(`${output}/part`, 'Slice', [input, ...bounds]));
    start += size;
  }
}

function sumByPairs(rewriter: Rewriter, node: Node): void {
  const [first, ...others] = node.inputs;
  if (first === undefined || others.length === 0) return;
  const total = others.reduce(
    (sum, each) => rewriter.add(`${node.name}/pair`, 'Add', [sum, each]),
    first,
  );
  rewriter.redirect(node.outputs[0] as string, total);
}

function padBeforeConv(rewriter: Rewriter, node: Node): void {
  const context = rewriter.context(node);
  const kernel = context.shape(1).slice(2);
  if (!kernel.every((size) => typeof size === 'number')) return;
  const { pads } = windowGeometry(context, kernel);
  const begins = pads.slice(0, kernel.length);
  const ends = pads.slice(kernel.length);
  const isAtEndsOnly = begins.every((pad) => pad === 0) && ends.some((pad) => pad > 0);
  const spatial = context.shape(0).slice(2);
  const isWhole = kernel.every((size, at) => size === spatial[at]);
  if (!isAtEndsOnly || !(isWhole || kernel.every((size) => size === 1))) return;
  const amounts = rewriter.int64(`${node.name}/pads`, [0, 0, ...begins, 0, 0, ...ends]);
  const padded = rewriter.add(`${node.name}/padded`, 'Pad', [node.inputs[0] as string, amounts]);
  const { auto_pad: _mode, pads: _pads, ...attributes } = node.attributes;
  const conv = rewriter.add(
    `${node.name}/convolved`,
    'Conv',
    [padded, ...node.inputs.slice(1)],
    attributes,
  );
  rewriter.redirect(node.outputs[0] as string, conv);
}
