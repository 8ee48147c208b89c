/**
 * @file Joins constants of element-wise chains: (x + a) + b = x + (a + b), (x · a) · b = x · (a · b), and (x · a) · s = x · (s · a) where s is
 * smaller than x, as a style is beside its image. Each saves a pass over the large value in the forward pass and one in the gradient.
 */
import { elementCount, sameShape } from '../ir/dim.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { Rewriter } from './rewrite.ts';

/** The graph with constants of Add and Mul chains joined; folding the joined constants is left to constant folding. */
export function reassociate(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  const changed = new Set<string>();
  for (const node of source.nodes) {
    if (node.domain !== '' || (node.opType !== 'Add' && node.opType !== 'Mul')) continue;
    const inner = [0, 1].find((at) => canJoin(rewriter, node, at, changed));
    if (inner === undefined) continue;
    const [value, other] = [node.inputs[inner] as string, node.inputs[1 - inner] as string];
    const { x, constant } = split(rewriter, value, node.opType) as Split;
    const joined = rewriter.add(`${node.name}/constants`, node.opType, [other, constant]);
    const output = node.outputs[0] as string;
    rewriter.redirect(output, rewriter.add(`${node.name}/joined`, node.opType, [x, joined]));
    changed.add(output);
  }
  return rewriter.finish();
}

interface Split {
  readonly x: string;
  readonly constant: string;
}

/** x and the constant of an operator of both, where the result has x's shape. */
function split(rewriter: Rewriter, name: string, opType: string): Split | undefined {
  const producer = rewriter.producer(name, opType);
  const at = producer?.inputs.findIndex((input) => rewriter.constant(input) !== undefined) ?? -1;
  if (!producer || at < 0) return undefined;
  const [constant, x] = [producer.inputs[at] as string, producer.inputs[1 - at] as string];
  if (rewriter.constant(x)) return undefined;
  const [from, to] = [rewriter.type(x)?.shape, rewriter.type(name)?.shape];
  return from && to && sameShape(from, to) ? { x, constant } : undefined;
}

function canJoin(
  rewriter: Rewriter,
  node: Node,
  at: number,
  changed: ReadonlySet<string>,
): boolean {
  const [value, other] = [node.inputs[at] as string, node.inputs[1 - at] as string];
  const parts = split(rewriter, value, node.opType);
  if (!parts || changed.has(value) || changed.has(other)) return false;
  const constant = rewriter.constant(parts.constant);
  const second = rewriter.constant(other);
  if (second) return rewriter.isPrivate(value) && isSmall(joinedCount(constant?.dims, second.dims));
  // A scalar moves to a small factor when every reader of the product can take it.
  return (
    node.opType === 'Mul' &&
    constant?.data.length === 1 &&
    !rewriter.isOutput(value) &&
    rewriter.readersOf(value).every((reader) => takesScalar(rewriter, reader, value))
  );
}

/** Whether the reader multiplies the value by something that varies along fewer axes, and not by itself. */
function takesScalar(rewriter: Rewriter, reader: Node, value: string): boolean {
  if (reader.domain !== '' || reader.opType !== 'Mul') return false;
  const at = reader.inputs.indexOf(value);
  const other = reader.inputs[1 - at] as string;
  const [large, small] = [rewriter.type(value)?.shape, rewriter.type(other)?.shape];
  if (other === value || !large || !small || small.length > large.length) return false;
  const lead = large.length - small.length;
  const isBroadcast = small.every((d, axis) => d === 1 || d === large[axis + lead]);
  return isBroadcast && small.filter((d) => d !== 1).length < large.filter((d) => d !== 1).length;
}

const MAX_JOINED_ELEMENTS = 2 ** 22;

function isSmall(count: number | undefined): boolean {
  return count !== undefined && count <= MAX_JOINED_ELEMENTS;
}

/** Elements of two broadcast constants. */
function joinedCount(a: readonly number[] | undefined, b: readonly number[]): number | undefined {
  if (!a) return undefined;
  const rank = Math.max(a.length, b.length);
  return elementCount(
    Array.from({ length: rank }, (_, axis) =>
      Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
    ),
  );
}
