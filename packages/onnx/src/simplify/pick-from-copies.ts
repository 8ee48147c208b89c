/**
 * @file One of several copies of a value is the value: Tile or Expand along an axis, then Gather, Slice or Split of one index.
 *
 * Generators hand one latent to every layer in this way, `ws = w.unsqueeze(1).repeat(1, n, 1)` and then `ws[:, i]`. Without the copies
 * all layers read the same value, and their affine maps can be joined.
 */
import { sameShape } from '../ir/dim.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from './rewrite.ts';

/** The graph that reads a copied value itself where it picks one copy. */
export function pickFromCopies(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    if (node.domain !== '') continue;
    if (node.opType === 'Squeeze') undoUnsqueeze(rewriter, node);
    else if (node.opType === 'Gather') pickByIndex(rewriter, node);
    else if (node.opType === 'Slice' || node.opType === 'Split') pickPart(rewriter, node);
  }
  return rewriter.finish();
}

interface Copies {
  /** What is copied, of size 1 along the axis. */
  readonly value: string;
  readonly axis: number;
}

function copiesOf(rewriter: Rewriter, name: string): Copies | undefined {
  const copier = rewriter.producer(name, 'Tile') ?? rewriter.producer(name, 'Expand');
  const value = copier?.inputs[0] as string;
  const [from, to] = [rewriter.type(value)?.shape, rewriter.type(name)?.shape];
  if (!copier || !from || !to || from.length !== to.length) return undefined;
  const changed = to.flatMap((size, axis) => (size === from[axis] ? [] : [axis]));
  const [axis] = changed;
  return changed.length === 1 && from[axis as number] === 1
    ? { value, axis: axis as number }
    : undefined;
}

/** Gather of a single index takes the axis out too. */
function pickByIndex(rewriter: Rewriter, node: Node): void {
  const copies = copiesOf(rewriter, node.inputs[0] as string);
  const c = rewriter.context(node);
  if (!copies || c.constant(1)?.dims.length !== 0) return;
  if (c.axis(c.int('axis', 0), c.shape(0).length) !== copies.axis) return;
  const axes = rewriter.int64(`${node.name}/axis`, [copies.axis]);
  rewriter.redirect(
    node.outputs[0] as string,
    rewriter.add(`${node.name}/picked`, 'Squeeze', [copies.value, axes]),
  );
}

/** A part that is as large as one copy. */
function pickPart(rewriter: Rewriter, node: Node): void {
  const copies = copiesOf(rewriter, node.inputs[0] as string);
  const one = copies && rewriter.type(copies.value);
  if (!one) return;
  const c = rewriter.context(node);
  const isForward =
    node.opType === 'Split' ||
    node.inputs.length < 5 ||
    c.numbers(4, 'steps')?.every((step) => step === 1) === true;
  if (!isForward) return;
  for (const output of node.outputs) {
    const part = output === '' ? undefined : rewriter.type(output);
    if (part && sameShape(part.shape, one.shape)) rewriter.redirect(output, copies.value);
  }
}

/** Axes of size 1 that come and go leave every element in its place. */
function undoUnsqueeze(rewriter: Rewriter, node: Node): void {
  const before = rewriter.producer(node.inputs[0] as string, 'Unsqueeze')?.inputs[0];
  const [from, to] = [
    before === undefined ? undefined : rewriter.type(before),
    rewriter.type(node.outputs[0] as string),
  ];
  if (before !== undefined && from && to && sameShape(from.shape, to.shape))
    rewriter.redirect(node.outputs[0] as string, before);
}
