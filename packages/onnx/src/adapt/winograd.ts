/**
 * @file 3x3 convolutions of stride 1 by Winograd's products, F(4x4, 3x3): a quarter of the multiplications.
 *
 * onnxruntime convolves directly at the core's peak. As a graph: Bᵀ along width and height are two products with band matrices over the
 * channels-last image; the 36 products of all channels are one 1x1 Conv in 36 groups, which onnxruntime runs in its blocked layout; Aᵀ is
 * one product per tile. All images' tiles stand along one axis, so that weights are read once per run. The Transposes from and to channels
 * last disappear in onnxruntime's own reorders. Measured 1.5 to 2 times faster for 128 to 512 channels at up to 32x32 positions;
 * elsewhere the transforms eat the gain, and the convolution stays (winograd-cost.ts).
 */
import { windowGeometry } from '../infer/window.ts';
import { elementCount, type Dim } from '../ir/dim.ts';
import type { Node } from '../ir/graph.ts';
import { tensor, tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import type { Rewriter } from '../simplify/rewrite.ts';
import { convolutionCost, tilesOf, type ConvolutionSize } from './winograd-cost.ts';
import {
  biasOfProducts,
  filterMatrix,
  inputBands,
  outputMatrix,
  TILE,
  WINDOW,
} from './winograd-matrices.ts';

/** The estimate is good to about a fifth. */
const LEAST_GAIN = 1.3;
const MOST_WEIGHT_BYTES = 512 * 1024 ** 2;
/** A batch that is left open: most runs have several rows. */
const OPEN_BATCH = 4;
/** onnxruntime's blocked layout takes groups of whole blocks of channels. */
const CHANNEL_BLOCK = 16;
/** Fewer leave the kernel that multiplies them idle. */
const LEAST_TILES = 4;
const PRODUCTS = WINDOW * WINDOW;

interface Tiling {
  readonly down: number;
  readonly across: number;
}

interface Convolution extends ConvolutionSize {
  readonly node: Node;
  /** Zeros before the input along height and width. */
  readonly pads: readonly [number, number];
  readonly bias: readonly number[] | undefined;
}

export interface WinogradOptions {
  /** How many times faster a convolution must be by estimate to be rewritten; 0 rewrites all that can be. @default 1.3 */
  readonly leastGain?: number;
  /**
   * Most bytes that weights may need beyond the kernels, four times as large as those, in every session of the graph; convolutions
   * that save the most time per byte come first.
   *
   * @default 536870912
   */
  readonly mostWeightBytes?: number;
}

/** Rewrites convolutions of one graph; constants that several of them need are there once. */
export class Winograd {
  private readonly rewriter: Rewriter;
  private readonly constants = new Map<string, string>();

  constructor(rewriter: Rewriter) {
    this.rewriter = rewriter;
  }

  /** Redirects the outputs of the convolutions that gain by it. */
  apply({ leastGain = LEAST_GAIN, mostWeightBytes = MOST_WEIGHT_BYTES }: WinogradOptions): void {
    const candidates = this.rewriter.source.nodes.flatMap((node) => {
      const convolution = node.domain === '' && node.opType === 'Conv' && this.read(node);
      if (!convolution) return [];
      const { direct, products } = convolutionCost(convolution);
      const bytes = weightBytes(convolution);
      return direct / products < leastGain
        ? []
        : [{ convolution, bytes, worth: (direct - products) / bytes }];
    });
    let total = 0;
    for (const { convolution, bytes } of candidates.toSorted((a, b) => b.worth - a.worth)) {
      if (total + bytes > mostWeightBytes) continue;
      total += bytes;
      this.rewriter.redirect(convolution.node.outputs[0] as string, this.build(convolution));
    }
  }

  /** The sizes of a Conv of the right form, else undefined. */
  private read(node: Node): Convolution | undefined {
    const { rewriter } = this;
    const [input, weight, bias = ''] = node.inputs as readonly [string, string, string?];
    const [from, to] = [rewriter.type(input), rewriter.type(node.outputs[0] as string)];
    const kernel = rewriter.constant(weight);
    if (from?.dtype !== 'float32' || from.shape.length !== 4 || !to || !kernel) return undefined;
    const [outputs, inputs, ...window] = kernel.dims as readonly [number, number, ...number[]];
    if (window.join() !== '3,3' || inputs % CHANNEL_BLOCK !== 0 || outputs % CHANNEL_BLOCK !== 0)
      return undefined;
    const context = rewriter.context(node);
    const { strides, dilations, pads } = windowGeometry(context, window);
    if (context.int('group', 1) !== 1 || [...strides, ...dilations].some((step) => step !== 1))
      return undefined;
    const [source, target] = [spatial(from.shape), spatial(to.shape)];
    const offset = bias === '' ? undefined : rewriter.constant(bias);
    if (!source || !target || (bias !== '' && !offset)) return undefined;
    if (tilesOf(target[0]) * tilesOf(target[1]) < LEAST_TILES) return undefined;
    const [batch] = from.shape;
    return {
      node,
      batch: typeof batch === 'number' ? Math.max(1, batch) : OPEN_BATCH,
      inputs,
      outputs,
      from: source,
      to: target,
      pads: [pads[0] as number, pads[1] as number],
      bias: offset && tensorNumbers(offset),
    };
  }

  private build(convolution: Convolution): string {
    const { node, outputs, to, bias } = convolution;
    const tiling = { down: tilesOf(to[0]), across: tilesOf(to[1]) };
    const tiles = this.step(node, 'tiles', 'Transpose', [this.tiles(convolution, tiling)], {
      perm: [0, 3, 1, 2],
    });
    const operands = [tiles, this.weights(convolution)];
    if (bias)
      operands.push(this.rewriter.initialiser(`${node.name}/winograd_bias`, biasOfProducts(bias)));
    const products = this.step(node, 'products', 'Conv', operands, { group: PRODUCTS });
    const last = this.step(node, 'products_last', 'Transpose', [products], { perm: [0, 2, 3, 1] });
    const perTile = this.reshape(node, 'per_tile', last, [-1, PRODUCTS, outputs]);
    const matrix = this.shared('winograd_output', outputMatrix);
    const results = this.step(node, 'results', 'MatMul', [matrix, perTile]);
    return this.image(convolution, results, tiling);
  }

  /** x [N, C, H, W] to Bᵀ d B of all tiles, channels last: [1, 1, N · tiles, 36 · C]. */
  private tiles({ node, inputs, from, pads }: Convolution, { down, across }: Tiling): string {
    const [height, width] = from;
    const last = this.step(node, 'last', 'Transpose', [node.inputs[0] as string], {
      perm: [0, 2, 3, 1],
    });
    const columns = this.step(node, 'columns', 'MatMul', [
      this.bands(width, pads[1], across),
      last,
    ]);
    const flat = this.reshape(node, 'rows_in', columns, [0, height, WINDOW * across * inputs]);
    const rows = this.step(node, 'rows', 'MatMul', [this.bands(height, pads[0], down), flat]);
    const apart = this.reshape(node, 'apart', rows, [-1, down, WINDOW, across, WINDOW * inputs]);
    const tiles = this.step(node, 'tiles_last', 'Transpose', [apart], { perm: [0, 1, 3, 2, 4] });
    return this.reshape(node, 'tiles_flat', tiles, [1, 1, -1, PRODUCTS * inputs]);
  }

  /** Tiles of outputs [N · tiles, 16, M] to [N, M, H, W]. */
  private image(
    { node, outputs, to }: Convolution,
    results: string,
    { down, across }: Tiling,
  ): string {
    const apart = this.reshape(node, 'results_apart', results, [
      -1,
      down,
      across,
      TILE,
      TILE * outputs,
    ]);
    const joined = this.step(node, 'joined', 'Transpose', [apart], { perm: [0, 1, 3, 2, 4] });
    let whole = this.reshape(node, 'whole', joined, [-1, TILE * down, TILE * across, outputs]);
    if (TILE * down !== to[0] || TILE * across !== to[1])
      whole = this.step(node, 'cropped', 'Slice', [
        whole,
        this.integers([0, 0]),
        this.integers(to),
        this.integers([1, 2]),
      ]);
    return this.step(node, 'convolved', 'Transpose', [whole], { perm: [0, 3, 1, 2] });
  }

  /**
   * [36 · M, C, 1, 1], computed from the kernel [M, C, 3, 3] in the graph: onnxruntime folds it when it loads the graph, which so
   * keeps its size on disk and on the way there.
   */
  private weights({ node, inputs, outputs }: Convolution): string {
    const kernel = node.inputs[1] as string;
    // The same array in other dims: a Reshape would be a copy of it while the graph is loaded.
    const flat = this.shared(`${kernel}/winograd_flat`, () => {
      const { dtype, data } = this.rewriter.constant(kernel) as Tensor;
      return tensor(dtype, [inputs * outputs, 9], data);
    });
    const taps = this.step(node, 'kernel_taps', 'Transpose', [flat], { perm: [1, 0] });
    const matrix = this.shared('winograd_filter', filterMatrix);
    const weights = this.step(node, 'kernel_products', 'MatMul', [matrix, taps]);
    return this.reshape(node, 'weights', weights, [PRODUCTS * outputs, inputs, 1, 1]);
  }

  private bands(size: number, pad: number, tiles: number): string {
    return this.shared(`winograd_input_${size}_${pad}_${tiles}`, () =>
      inputBands(size, pad, tiles),
    );
  }

  private integers(values: readonly number[]): string {
    return this.shared(`winograd_${values.join('_')}`, () => tensorFrom('int64', values));
  }

  private shared(key: string, make: () => Tensor): string {
    let name = this.constants.get(key);
    if (name === undefined) {
      name = this.rewriter.initialiser(key, make());
      this.constants.set(key, name);
    }
    return name;
  }

  private reshape(node: Node, part: string, input: string, shape: readonly number[]): string {
    return this.step(node, part, 'Reshape', [input, this.integers(shape)]);
  }

  private step(
    node: Node,
    part: string,
    opType: string,
    inputs: readonly string[],
    attributes: Parameters<Rewriter['add']>[3] = {},
  ): string {
    return this.rewriter.add(`${node.name}/winograd_${part}`, opType, inputs, attributes);
  }
}

function spatial(shape: readonly Dim[]): readonly [number, number] | undefined {
  const sizes = shape.slice(2);
  return elementCount(sizes) === undefined ? undefined : (sizes as [number, number]);
}

/** What the products' weights take beyond the kernel. */
function weightBytes({ inputs, outputs }: Convolution): number {
  return 4 * inputs * outputs * (PRODUCTS - 9);
}
