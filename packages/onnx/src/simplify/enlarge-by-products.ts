/**
 * @file Enlarging an image by zeros between its pixels and a separable filter, as two matrix products: y = U x Vᵀ.
 *
 * Written as Reshape, Pad, Reshape and a depthwise Conv it is four passes over an image of which three quarters are zeros, and four
 * more in the gradient, on one thread where onnxruntime has no blocks of channels. U holds the filter's taps that meet a pixel:
 * y[o] = Σ_k u[k] z[o - p + k] with z[s·i] = x[i] gives U[o, i] = u[s·i - o + p].
 */
import { transposeTensor } from '../evaluate/movement.ts';
import { windowGeometry } from '../infer/window.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';
import { zeroPads } from './zero-pads.ts';

/** From here on onnxruntime convolves in blocks of channels. */
const CHANNEL_BLOCK = 16;
/** Products grow with the cube of the size, convolutions with its square. */
const LARGEST_SIZE = 256;
/** Of what a filter of rank one may differ from its factors, relative to its largest tap. */
const SEPARABLE = 1e-6;

/** The graph with such enlargements of images of few channels as products. */
export function enlargeByProducts(source: Graph): Graph {
  const rewriter = new Rewriter(source);
  for (const node of source.nodes)
    if (node.domain === '' && node.opType === 'Conv') visit(rewriter, node);
  return rewriter.finish();
}

function visit(rewriter: Rewriter, node: Node): void {
  const [input, weightName, bias = ''] = node.inputs as readonly [string, string, string?];
  const weight = rewriter.constant(weightName);
  const spread = bias === '' && weight?.dims.length === 4 ? spreadFrom(rewriter, input) : undefined;
  if (!weight || !spread) return;
  const { image, channels, sizes, steps } = spread;
  if (channels >= CHANNEL_BLOCK || sizes.some((size) => size > LARGEST_SIZE)) return;
  const context = rewriter.context(node);
  const { strides, dilations, pads, output } = windowGeometry(context, weight.dims.slice(2));
  const isDepthwise = weight.dims[0] === channels && context.int('group', 1) === channels;
  const factors = separate(weight);
  if (!isDepthwise || !factors || [...strides, ...dilations].some((step) => step !== 1)) return;
  /** The taps with which outputs (first) meet pixels along an axis. */
  const taps = (axis: 0 | 1): readonly number[] => {
    const [from, to] = [sizes[axis] as number, output[axis] as number];
    const [step, pad] = [steps[axis] as number, pads[axis] as number];
    return Array.from({ length: to * from }, (_, at) => {
      const [o, i] = [Math.floor(at / from), at % from];
      return factors[axis][step * i - o + pad] ?? 0;
    });
  };
  const matrix = (axis: 0 | 1): Tensor =>
    tensorFrom('float32', taps(axis), [output[axis] as number, sizes[axis] as number]);
  const rows = rewriter.initialiser(`${node.name}/rows`, matrix(0));
  const columns = rewriter.initialiser(`${node.name}/columns`, transposeTensor(matrix(1), [1, 0]));
  const wide = rewriter.add(`${node.name}/wide`, 'MatMul', [image, columns]);
  rewriter.redirect(
    node.outputs[0] as string,
    rewriter.add(`${node.name}/enlarged`, 'MatMul', [rows, wide]),
  );
}

interface Spread {
  /** [N, C, H, W] in float32 */
  readonly image: string;
  readonly channels: number;
  readonly sizes: readonly number[];
  /** Distance of its pixels along height and width. */
  readonly steps: readonly number[];
}

/** The image whose pixels stand at every s-th place of the value, zeros between them. */
function spreadFrom(rewriter: Rewriter, name: string): Spread | undefined {
  const pad = rewriter.producer(rewriter.producer(name, 'Reshape')?.inputs[0] ?? '', 'Pad');
  const apart = pad && rewriter.producer(pad.inputs[0] as string, 'Reshape');
  const image = apart?.inputs[0] as string;
  const type = apart && rewriter.type(image);
  if (!pad || !apart || type?.dtype !== 'float32' || type.shape.length !== 4) return undefined;
  const [, channels, height, width] = type.shape;
  const steps = stepsOf(rewriter, pad);
  if (!steps || ![channels, height, width].every((size) => typeof size === 'number'))
    return undefined;
  const sizes = [height as number, width as number];
  const inner = rewriter.type(apart.outputs[0] as string)?.shape.slice(1);
  const outer = rewriter.type(name)?.shape.slice(1);
  const spread = sizes.map((size, axis) => size * (steps[axis] as number));
  return inner?.join() === [channels, height, 1, width, 1].join() &&
    outer?.join() === [channels, ...spread].join()
    ? { image, channels: channels as number, sizes, steps }
    : undefined;
}

/** s for zeros after axes 3 and 5 of [N, C, H, 1, W, 1], which become s. */
function stepsOf(rewriter: Rewriter, pad: Node): readonly number[] | undefined {
  const sizes = zeroPads(rewriter, pad);
  if (sizes?.length !== 12) return undefined;
  const [down, across] = [sizes[9] as number, sizes[11] as number];
  const isBetween = sizes.every((size, at) => at === 9 || at === 11 || size === 0);
  return isBetween && down >= 0 && across >= 0 ? [down + 1, across + 1] : undefined;
}

/** u and v with w[c, 0, i, j] = u[i] · v[j] for every channel. */
function separate(weight: Tensor): readonly [readonly number[], readonly number[]] | undefined {
  const [channels, , height, width] = weight.dims as readonly [number, number, number, number];
  const taps = tensorNumbers(weight);
  const count = height * width;
  const first = taps.slice(0, count);
  const largest = first.reduce(
    (best, tap, at) => (Math.abs(tap) > Math.abs(first[best] as number) ? at : best),
    0,
  );
  const scale = first[largest] as number;
  if (scale === 0 || weight.dims[1] !== 1 || taps.length !== channels * count) return undefined;
  const [row, column] = [Math.floor(largest / width), largest % width];
  const u = Array.from({ length: height }, (_, i) => first[i * width + column] as number);
  const v = Array.from({ length: width }, (_, j) => (first[row * width + j] as number) / scale);
  const isProduct = taps.every((tap, at) => {
    const [i, j] = [Math.floor((at % count) / width), at % width];
    return Math.abs(tap - (u[i] as number) * (v[j] as number)) <= SEPARABLE * Math.abs(scale);
  });
  return isProduct ? [u, v] : undefined;
}
