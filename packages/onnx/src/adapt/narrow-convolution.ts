/**
 * @file Convolutions with few outputs, as the gradient to an image has: four positions of them at once.
 *
 * onnxruntime's blocked layout computes 16 outputs whatever is asked for. Outputs (2i + a, 2j + b) of a 3x3 convolution of stride 1 are
 * 4 · M outputs of one 4x4 convolution of stride 2, in which each position's kernel stands at (a, b): 16 taps for four positions in place
 * of 36. With 64 inputs at 112x112 it took 0.66 times as long, with a Transpose that puts the positions in their places; DepthToSpace
 * does that in half the time (onnxruntime 1.30, two cores with AVX-512, 2026-11).
 */
import { windowGeometry } from '../infer/window.ts';
import type { Node } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import type { Rewriter } from '../simplify/rewrite.ts';

const KERNEL = 3;
const WIDE = 4;
const CHANNEL_BLOCK = 16;
/** Positions and inputs below which another node costs what it saves. */
const LEAST_PRODUCTS = 64 * 56 * 56;

/** Redirects the output of such a Conv [N, M, H, W] of even height and width. */
export function widenNarrow(rewriter: Rewriter, node: Node): void {
  const [x, weightName, bias = ''] = node.inputs as readonly [string, string, string?];
  const kernel = rewriter.constant(weightName);
  const shape = rewriter.type(node.outputs[0] as string)?.shape.slice(1);
  if (kernel?.dtype !== 'float32' || bias !== '' || !shape?.every((d) => typeof d === 'number'))
    return;
  const [outputs, inputs, ...window] = kernel.dims as readonly [number, number, ...number[]];
  if (window.join() !== `${KERNEL},${KERNEL}` || 4 * outputs > CHANNEL_BLOCK) return;
  const [, height = 0, width = 0] = shape;
  if (height % 2 !== 0 || width % 2 !== 0 || inputs * height * width < LEAST_PRODUCTS) return;
  const context = rewriter.context(node);
  const { strides, dilations, pads } = windowGeometry(context, window);
  const isPlain = [...strides, ...dilations, context.int('group', 1)].every((step) => step === 1);
  if (!isPlain || inputs % CHANNEL_BLOCK !== 0) return;
  const weight = rewriter.initialiser(`${node.name}/narrow_weight`, positions(kernel));
  const four = rewriter.add(`${node.name}/narrow_four`, 'Conv', [x, weight], {
    pads,
    strides: [2, 2],
  });
  rewriter.redirect(
    node.outputs[0] as string,
    rewriter.add(`${node.name}/narrow_whole`, 'DepthToSpace', [four], { blocksize: 2 }),
  );
}

/** w [M, C, 3, 3] as [2 · 2 · M, C, 4, 4]: the kernel of position (a, b) begins at (a, b). */
function positions({ dims, data }: Tensor): Tensor {
  const [outputs, inputs] = dims as readonly [number, number];
  const kernels = outputs * inputs;
  const wide = new Float32Array(4 * kernels * WIDE * WIDE);
  for (let position = 0; position < 4; position += 1) {
    const [a, b] = [Math.floor(position / 2), position % 2];
    for (let at = 0; at < kernels; at += 1)
      for (let tap = 0; tap < KERNEL * KERNEL; tap += 1) {
        const [row, column] = [Math.floor(tap / KERNEL) + a, (tap % KERNEL) + b];
        wide[(position * kernels + at) * WIDE * WIDE + row * WIDE + column] = data[
          at * KERNEL * KERNEL + tap
        ] as number;
      }
  }
  return tensor('float32', [4 * outputs, inputs, WIDE, WIDE], wide);
}
