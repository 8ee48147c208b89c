/** @file A value as a product of factors, and which axes each factor varies along. */
import { createData, type DType } from '../ir/dtype.ts';
import type { Node } from '../ir/graph.ts';
import { mapTensor, tensor, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { positions, places, stridesOf } from '../evaluate/layout.ts';
import type { Rewriter } from './rewrite.ts';

/** A factor computed at run time, of the rank of the product; `axes` are those along which it has more than one element. */
export interface RuntimeFactor {
  readonly name: string;
  readonly axes: readonly number[];
}

export interface Product {
  readonly rank: number;
  readonly constants: readonly Tensor[];
  readonly factors: readonly RuntimeFactor[];
}

const MAX_FACTORS = 8;
const MULTIPLIED: ReadonlySet<DType> = new Set(['float32', 'float64']);

/** The value as a product of leaves, found through Mul alone. Undefined when it is no product or has too many factors. */
export function productOf(rewriter: Rewriter, name: string): Product | undefined {
  const rank = rewriter.type(name)?.shape.length;
  if (rank === undefined) return undefined;
  const leaves = leavesOf(rewriter, name);
  if (leaves.length < 2 || leaves.length > MAX_FACTORS) return undefined;
  const constants: Tensor[] = [];
  const factors: RuntimeFactor[] = [];
  for (const leaf of leaves) {
    const constant = rewriter.constant(leaf);
    const shape = rewriter.type(leaf)?.shape;
    if (!shape || (constant && !MULTIPLIED.has(constant.dtype))) return undefined;
    const lead = rank - shape.length;
    if (constant) constants.push(widened(constant, rank));
    else
      factors.push({
        name: leaf,
        axes: shape.flatMap((d, axis) => (d === 1 ? [] : [axis + lead])),
      });
  }
  return { rank, constants, factors };
}

function leavesOf(rewriter: Rewriter, name: string): readonly string[] {
  const mul = rewriter.producer(name, 'Mul');
  return mul ? mul.inputs.flatMap((input) => leavesOf(rewriter, input)) : [name];
}

function widened(t: Tensor, rank: number): Tensor {
  const lead = Array.from({ length: rank - t.dims.length }, () => 1);
  return tensor(t.dtype, [...lead, ...t.dims], t.data);
}

/** The product of constants of one rank, broadcast. */
export function multiplyConstants(constants: readonly Tensor[]): Tensor | undefined {
  const [first, ...rest] = constants;
  return first && rest.reduce(multiply, first);
}

function multiply(a: Tensor, b: Tensor): Tensor {
  const dims = a.dims.map((size, axis) => Math.max(size, b.dims[axis] as number));
  const read = (t: Tensor): { readonly values: number[]; readonly from: Float64Array } => {
    const strides = stridesOf(t.dims);
    const axes = dims.map((size, axis) => ({
      stride: t.dims[axis] === 1 ? 0 : (strides[axis] as number),
      at: places(size),
    }));
    return { values: tensorNumbers(t), from: positions(axes) };
  };
  const [left, right] = [read(a), read(b)];
  const zeros = tensor(a.dtype, dims, createData(a.dtype, left.from.length));
  return mapTensor(
    zeros,
    (_, at) =>
      (left.values[left.from[at] as number] as number) *
      (right.values[right.from[at] as number] as number),
  );
}

/** Undoes Reshape: the node's input when the value is a Reshape of something of rank `rank`. */
export function reshapedFrom(rewriter: Rewriter, name: string, rank: number): string | undefined {
  const reshape = rewriter.producer(name, 'Reshape');
  const input = reshape?.inputs[0];
  return input !== undefined && rewriter.type(input)?.shape.length === rank ? input : undefined;
}

/** Input and order of a Transpose, or the value itself in its own order. */
export function transposedFrom(
  rewriter: Rewriter,
  name: string,
): { readonly name: string; readonly perm: readonly number[] } {
  const rank = rewriter.type(name)?.shape.length ?? 0;
  const own = Array.from({ length: rank }, (_, axis) => axis);
  const node: Node | undefined = rewriter.producer(name, 'Transpose');
  const perm = node && rewriter.context(node).intList('perm');
  return node && perm ? { name: node.inputs[0] as string, perm } : { name, perm: own };
}
