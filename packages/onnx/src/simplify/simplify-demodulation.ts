/**
 * @file The power of modulated weights without the weights: Σ over I, k of (w[o,i,k] · s[b,i])² = Σ over I of s[b,i]² · Σ over k of w[o,i,k]².
 *
 * As exported, the left side holds one copy of the weights per image; the right side is a product of [batch, I] with a constant [I, O].
 */
import { reductionAxes } from '../infer/reduce.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { mapTensor, tensor, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { multiplyConstants, productOf, type Product } from './product.ts';
import { Rewriter } from './rewrite.ts';

const [BATCH, OUT, IN] = [0, 1, 2];

/** The graph with sums of squares of modulated weights [batch, O, I, k...] as matrix products. */
export function simplifyDemodulation(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes) {
    const squared = squaredInput(rewriter, node);
    if (squared !== undefined) rewrite(rewriter, node, squared);
  }
  return rewriter.finish();
}

/** x when the node is a sum of x². */
function squaredInput(rewriter: Rewriter, node: Node): string | undefined {
  if (node.domain !== '') return undefined;
  if (node.opType === 'ReduceSumSquare') return node.inputs[0];
  if (node.opType !== 'ReduceSum') return undefined;
  const square = rewriter.producer(node.inputs[0] as string);
  if (square?.opType === 'Mul' && square.inputs[0] === square.inputs[1]) return square.inputs[0];
  if (square?.opType !== 'Pow') return undefined;
  const exponent = rewriter.constant(square.inputs[1] as string);
  return exponent?.data.length === 1 && Number(exponent.data[0]) === 2
    ? square.inputs[0]
    : undefined;
}

function rewrite(rewriter: Rewriter, node: Node, squared: string): void {
  const shape = rewriter.type(squared)?.shape;
  if (!shape || shape.length < 4) return;
  const summed = reductionAxes(rewriter.context(node));
  if (summed.join() !== shape.flatMap((_, axis) => (axis >= IN ? [axis] : [])).join()) return;
  const product = productOf(rewriter, squared);
  const power = product && kernelPower(product, Number(shape[OUT]), Number(shape[IN]));
  if (!product || !power || product.factors.length === 0) return;
  if (!product.factors.every(({ axes }) => axes.every((axis) => axis === BATCH || axis === IN)))
    return;
  const name = `${node.name}/power`;
  const inputs = power.dims[0] as number;
  // Factors without the input axis are broadcast along it by the product.
  const rows = product.factors.map((factor) => {
    const width = factor.axes.includes(IN) ? inputs : 1;
    return rewriter.add(`${name}/style`, 'Reshape', [
      factor.name,
      rewriter.int64(`${name}/style_shape`, [-1, width]),
    ]);
  });
  const style = rows.reduce((a, b) => rewriter.add(`${name}/styles`, 'Mul', [a, b]));
  if (rewriter.type(style)?.shape[1] !== inputs) return;
  const square = rewriter.add(`${name}/square`, 'Mul', [style, style]);
  const sums = rewriter.add(`${name}/sum`, 'MatMul', [
    square,
    rewriter.initialiser(`${name}/kernel`, power),
  ]);
  const result = rewriter.type(node.outputs[0] as string)?.shape ?? [];
  const target = [-1, ...result.slice(1).map(Number)];
  rewriter.redirect(
    node.outputs[0] as string,
    result.length === 2
      ? sums
      : rewriter.add(`${name}/shaped`, 'Reshape', [sums, rewriter.int64(`${name}/shape`, target)]),
  );
}

/** Σ over k of w², as [I, O]; undefined unless the constants make one kernel [1, O, I, k...]. */
function kernelPower({ constants }: Product, outputs: number, inputs: number): Tensor | undefined {
  const kernel = multiplyConstants(constants);
  if (!kernel || kernel.dims[BATCH] !== 1) return undefined;
  if (kernel.dims[OUT] !== outputs || kernel.dims[IN] !== inputs) return undefined;
  const values = tensorNumbers(kernel);
  const taps = values.length / (outputs * inputs);
  const zeros = tensor('float32', [inputs, outputs], new Float32Array(inputs * outputs));
  const power = mapTensor(
    zeros,
    (_, at) => {
      const [input, output] = [Math.floor(at / outputs), at % outputs];
      const base = (output * inputs + input) * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap += 1) sum += (values[base + tap] as number) ** 2;
      return sum;
    },
    kernel.dtype,
  );
  return power;
}
