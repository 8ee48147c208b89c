/**
 * @file A factor per channel after a convolution, folded into the convolution's weights: k · (w ∗ x + b) = (k·w) ∗ x + k·b.
 *
 * The gradient of a BatchNormalization before a convolution ends in such a factor, a depthwise 1x1 Conv that reads and writes the whole
 * image; pads do not matter, since it stands after the convolution.
 */
import { windowGeometry } from '../infer/window.ts';
import type { Node } from '../ir/graph.ts';
import { mapTensor, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import type { Rewriter } from '../simplify/rewrite.ts';

/** Redirects the output of a depthwise 1x1 Conv of constants to the Conv before it, where nothing else reads that. */
export function foldScale(rewriter: Rewriter, scale: Node): void {
  const factors = factorsOf(rewriter, scale);
  const input = scale.inputs[0] as string;
  const convolution = rewriter.producer(input, 'Conv');
  if (!factors || !convolution || !rewriter.isPrivate(input)) return;
  const [x, weightName, biasName = ''] = convolution.inputs as readonly [string, string, string?];
  const weight = rewriter.constant(weightName);
  const bias = biasName === '' ? undefined : rewriter.constant(biasName);
  if (weight?.dtype !== 'float32' || (biasName !== '' && !bias)) return;
  const perOutput = weight.data.length / factors.length;
  const parameters = [
    mapTensor(weight, (w, at) => w * (factors[Math.floor(at / perOutput)] as number)),
    ...(bias ? [mapTensor(bias, (b, at) => b * (factors[at] as number))] : []),
  ].map((value: Tensor) => rewriter.initialiser(`${scale.name}/scaled`, value));
  rewriter.redirect(
    scale.outputs[0] as string,
    rewriter.add(`${scale.name}/folded`, 'Conv', [x, ...parameters], convolution.attributes),
  );
}

/** One number per channel, where the Conv is nothing but their product with its input. */
function factorsOf(rewriter: Rewriter, node: Node): readonly number[] | undefined {
  const [, weightName, bias = ''] = node.inputs as readonly [string, string, string?];
  const weight = rewriter.constant(weightName);
  if (!weight || bias !== '') return undefined;
  const [channels, perGroup, ...window] = weight.dims as readonly [number, number, ...number[]];
  const context = rewriter.context(node);
  const { strides, pads } = windowGeometry(context, window);
  const isScale =
    perGroup === 1 &&
    context.int('group', 1) === channels &&
    window.every((size) => size === 1) &&
    strides.every((step) => step === 1) &&
    pads.every((pad) => pad === 0);
  return isScale ? tensorNumbers(weight) : undefined;
}
