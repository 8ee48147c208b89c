/**
 * @file Affine maps of one value joined into one: A·B₁ + c₁, A·B₂ + c₂, … are the parts of A·[B₁ B₂ …] + [c₁ c₂ …].
 *
 * All layers of a style generator read one latent. For few rows such a product does nothing but read its weights, and starting it costs
 * as much; its gradient, one product for each and a sum of all, becomes one product too.
 */
import { transposeTensor } from '../evaluate/movement.ts';
import { floatAttribute, intAttribute } from '../ir/attribute.ts';
import { sameShape } from '../ir/dim.ts';
import { createData, type DType } from '../ir/dtype.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';

/** Inference knows constants of this many elements, as the sizes of the parts are. */
const MOST_PARTS = 64;

interface AffineMap {
  readonly node: Node;
  /** What the map gives: the product, or its sum with the constant that is the bias. */
  readonly output: string;
  /** [outputs, inputs] */
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** The graph with the Gemm and MatMul nodes of one value by constant matrices as one product and a Split. */
export function joinProducts(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  const groups = new Map<string, AffineMap[]>();
  for (const node of source.nodes) {
    const map = affineMap(rewriter, node);
    if (!map) continue;
    const key = `${node.inputs[0]} ${map.weight.dtype}`;
    groups.set(key, [...(groups.get(key) ?? []), map]);
  }
  for (const maps of groups.values()) {
    for (let at = 0; at < maps.length; at += MOST_PARTS) {
      const some = maps.slice(at, at + MOST_PARTS);
      if (some.length > 1) join(rewriter, some);
    }
  }
  return rewriter.finish();
}

function affineMap(rewriter: Rewriter, node: Node): AffineMap | undefined {
  if (node.domain !== '' || (node.opType !== 'Gemm' && node.opType !== 'MatMul')) return undefined;
  const [a, weightName, biasName = ''] = node.inputs as readonly [string, string, string?];
  const weight = rewriter.constant(weightName);
  const rank = rewriter.type(a)?.shape.length ?? 0;
  if (rank < 2 || weight?.dims.length !== 2) return undefined;
  if (rewriter.constant(a) || !rewriter.isPrivate(weightName)) return undefined;
  if (rewriter.isOutput(node.outputs[0] as string)) return undefined;
  const isPlain =
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1 &&
    intAttribute(node, 'transA', 0) === 0;
  const isTurned = intAttribute(node, 'transB', 0) === 1;
  const turned = isTurned ? weight : transposeTensor(weight, [1, 0]);
  if (!isPlain) return undefined;
  if (biasName === '') return { ...addedRow(rewriter, node, turned), node, weight: turned };
  const bias = rewriter.constant(biasName);
  return bias && isRow(bias, turned)
    ? { node, output: node.outputs[0] as string, weight: turned, bias }
    : undefined;
}

/** A constant that has one number for each output. */
function isRow({ data, dims }: Tensor, weight: Tensor): boolean {
  return data.length === weight.dims[0] && (dims.at(-1) ?? 1) === weight.dims[0];
}

/** The bias that an Add gives to the product, where nothing else reads the product. */
function addedRow(
  rewriter: Rewriter,
  node: Node,
  weight: Tensor,
): Pick<AffineMap, 'output' | 'bias'> {
  const product = node.outputs[0] as string;
  const plain = { output: product, bias: undefined };
  const [reader] = rewriter.readersOf(product);
  if (reader?.domain !== '' || reader.opType !== 'Add' || !rewriter.isPrivate(product))
    return plain;
  const output = reader.outputs[0] as string;
  const bias = rewriter.constant(reader.inputs.find((name) => name !== product) ?? '');
  const [before, after] = [rewriter.type(product)?.shape, rewriter.type(output)?.shape];
  const isSum = bias && isRow(bias, weight) && before && after && sameShape(before, after);
  return isSum && !rewriter.isOutput(output) ? { output, bias } : plain;
}

function join(rewriter: Rewriter, maps: readonly AffineMap[]): void {
  const [first] = maps as readonly [AffineMap];
  const { dtype, dims } = first.weight;
  const sizes = maps.map(({ weight }) => weight.dims[0] as number);
  const total = sizes.reduce((a, b) => a + b, 0);
  const name = `${first.node.name}/joined`;
  const weight = stacked(
    dtype,
    [total, dims[1] as number],
    maps.map((map) => map.weight.data),
  );
  const bias = maps.some((map) => map.bias)
    ? rewriter.initialiser(
        `${name}_bias`,
        stacked(
          dtype,
          [total],
          maps.map((map, at) => map.bias?.data ?? createData(dtype, sizes[at] as number)),
        ),
      )
    : undefined;
  const value = first.node.inputs[0] as string;
  const rank = rewriter.type(value)?.shape.length ?? 2;
  const joined = affine(rewriter, name, { value, rank, weight, bias });
  const parts = rewriter.addParts(
    `${name}_parts`,
    'Split',
    [joined, rewriter.int64(`${name}_sizes`, sizes)],
    maps.length,
    { axis: rank - 1 },
  );
  maps.forEach(({ output }, at) => rewriter.redirect(output, parts[at] as string));
}

/** value · weightᵀ + bias over the last axis: a Gemm, which takes matrices only, or its two steps. */
function affine(
  rewriter: Rewriter,
  name: string,
  of: {
    readonly value: string;
    readonly rank: number;
    readonly weight: Tensor;
    readonly bias: string | undefined;
  },
): string {
  const { value, rank, weight, bias } = of;
  if (rank === 2) {
    const matrix = rewriter.initialiser(`${name}_weight`, weight);
    return rewriter.add(name, 'Gemm', bias ? [value, matrix, bias] : [value, matrix], {
      transB: 1,
    });
  }
  const matrix = rewriter.initialiser(`${name}_weight`, transposeTensor(weight, [1, 0]));
  const product = rewriter.add(name, 'MatMul', [value, matrix]);
  return bias ? rewriter.add(`${name}_sum`, 'Add', [product, bias]) : product;
}

function stacked(dtype: DType, dims: readonly number[], parts: readonly Tensor['data'][]): Tensor {
  const data = createData(
    dtype,
    dims.reduce((a, b) => a * b, 1),
  );
  let at = 0;
  for (const part of parts) {
    (data as Float32Array).set(part as Float32Array, at);
    at += part.length;
  }
  return tensor(dtype, dims, data);
}
