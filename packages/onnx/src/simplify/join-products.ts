/**
 * @file Affine maps of one value joined into one: A·B₁ + c₁, A·B₂ + c₂, … are the parts of A·[B₁ B₂ …] + [c₁ c₂ …].
 *
 * All layers of a style generator read one latent. For few rows such a product does nothing but read its weights, and starting it costs
 * as much; its gradient, one product for each and a sum of all, becomes one product too.
 */
import { transposeTensor } from '../evaluate/movement.ts';
import { floatAttribute, intAttribute } from '../ir/attribute.ts';
import { createData, type DType } from '../ir/dtype.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';

interface AffineMap {
  readonly node: Node;
  /** [outputs, inputs] */
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

/** The graph with the Gemm and MatMul nodes of one matrix by constants as one Gemm and a Split. */
export function joinProducts(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  const groups = new Map<string, AffineMap[]>();
  for (const node of source.nodes) {
    const map = affineMap(rewriter, node);
    if (!map) continue;
    const key = `${node.inputs[0]} ${map.weight.dtype}`;
    groups.set(key, [...(groups.get(key) ?? []), map]);
  }
  for (const maps of groups.values()) if (maps.length > 1) join(rewriter, maps);
  return rewriter.finish();
}

function affineMap(rewriter: Rewriter, node: Node): AffineMap | undefined {
  if (node.domain !== '' || (node.opType !== 'Gemm' && node.opType !== 'MatMul')) return undefined;
  const [a, weightName, biasName = ''] = node.inputs as readonly [string, string, string?];
  const weight = rewriter.constant(weightName);
  const isMatrix = rewriter.type(a)?.shape.length === 2 && weight?.dims.length === 2;
  if (!isMatrix || rewriter.constant(a) || !rewriter.isPrivate(weightName)) return undefined;
  if (rewriter.isOutput(node.outputs[0] as string)) return undefined;
  const isPlain =
    floatAttribute(node, 'alpha', 1) === 1 &&
    floatAttribute(node, 'beta', 1) === 1 &&
    intAttribute(node, 'transA', 0) === 0;
  const isTurned = intAttribute(node, 'transB', 0) === 1;
  const turned = isTurned ? weight : transposeTensor(weight, [1, 0]);
  const bias = biasName === '' ? undefined : rewriter.constant(biasName);
  const isRow = bias === undefined ? biasName === '' : bias.data.length === turned.dims[0];
  return isPlain && isRow && bias?.dims.at(-1) === (bias && turned.dims[0])
    ? { node, weight: turned, bias }
    : undefined;
}

function join(rewriter: Rewriter, maps: readonly AffineMap[]): void {
  const [first] = maps as readonly [AffineMap];
  const { dtype, dims } = first.weight;
  const sizes = maps.map(({ weight }) => weight.dims[0] as number);
  const total = sizes.reduce((a, b) => a + b, 0);
  const name = `${first.node.name}/joined`;
  const weight = rewriter.initialiser(
    `${name}_weight`,
    stacked(
      dtype,
      [total, dims[1] as number],
      maps.map((map) => map.weight.data),
    ),
  );
  const operands = [first.node.inputs[0] as string, weight];
  if (maps.some(({ bias }) => bias))
    operands.push(
      rewriter.initialiser(
        `${name}_bias`,
        stacked(
          dtype,
          [total],
          maps.map(({ bias }, at) => bias?.data ?? createData(dtype, sizes[at] as number)),
        ),
      ),
    );
  const joined = rewriter.add(name, 'Gemm', operands, { transB: 1 });
  const parts = rewriter.addParts(
    `${name}_parts`,
    'Split',
    [joined, rewriter.int64(`${name}_sizes`, sizes)],
    maps.length,
    { axis: 1 },
  );
  maps.forEach(({ node }, at) => rewriter.redirect(node.outputs[0] as string, parts[at] as string));
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
