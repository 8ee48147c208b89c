/**
 * @file What a 3x3 convolution costs, directly and by Winograd's products, on one core with AVX-512 (Zen 4, onnxruntime 1.30, 2026-11).
 *
 * Only the ratio counts. Direct convolution runs at the core's peak, so fewer multiplications are all there is to gain; what the
 * transforms cost grows with the size of the image and falls with the channels, and small batches pay for reading larger weights.
 */
import { TILE, WINDOW } from './winograd-matrices.ts';

export interface ConvolutionSize {
  /** Images per run, as far as it is known. */
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the input and of the output. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

const DIRECT_FLOPS_PER_NS = 112;
const PRODUCT_FLOPS_PER_NS = 108;
const BAND_FLOPS_PER_NS = 75;
/** Weights come from main memory, whose bandwidth the cores share: 38 MB of products took 1.0 to 1.2 ms on two cores. */
const WEIGHT_BYTES_PER_NS = 20;
/** Moving a value between layouts, while all of them stay in the cache, and beyond it. */
const MOVE_NS = 0.32;
const MOVE_BEYOND_CACHE_NS = 1;
const CACHE_BYTES = 12e6;
const OUTPUT_MATRIX_NS = 0.5;
/** Per run, of some fifteen nodes in place of one. */
const NODES_NS = 60_000;

/** Nanoseconds per image of both ways. */
export function convolutionCost(size: ConvolutionSize): {
  readonly direct: number;
  readonly products: number;
} {
  const { batch, inputs, outputs } = size;
  const [[height, width], [rows, columns]] = [size.from, size.to];
  const weights = inputs * outputs;
  const direct =
    (18 * weights * rows * columns) / DIRECT_FLOPS_PER_NS +
    (36 * weights) / WEIGHT_BYTES_PER_NS / batch;
  const [down, across] = [tilesOf(rows), tilesOf(columns)];
  const products = WINDOW * WINDOW * down * across;
  const bytes = 4 * products * (inputs + outputs);
  const move = bytes * batch > CACHE_BYTES ? MOVE_BEYOND_CACHE_NS : MOVE_NS;
  const multiplied =
    (2 * products * weights) / PRODUCT_FLOPS_PER_NS + (144 * weights) / WEIGHT_BYTES_PER_NS / batch;
  const bands =
    (2 * WINDOW * across * width * height * inputs +
      2 * WINDOW * down * height * WINDOW * across * inputs) /
    BAND_FLOPS_PER_NS;
  const moved =
    move * (products * (inputs + outputs) + height * width * inputs + rows * columns * outputs);
  const combined = OUTPUT_MATRIX_NS * products * outputs;
  return { direct, products: multiplied + bands + moved + combined + NODES_NS / batch };
}

export function tilesOf(size: number): number {
  return Math.ceil(size / TILE);
}
