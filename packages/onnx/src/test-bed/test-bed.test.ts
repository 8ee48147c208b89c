/** @file The test bed's graphs can be differentiated, and its two forms of StyleGAN2 are one function. */
import { expect, test } from 'vitest';
import { differentiate, gradientStatus } from '../grad/engine.ts';
import type { Graph } from '../ir/graph.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { randomTensor } from '../testing/check-gradient.ts';
import { runGraph } from '../testing/run.ts';
import { hashedWeight, styleGan2Synthesis, TEST_BED, type TestNetwork } from './index.ts';

const networks = Object.entries<TestNetwork>(TEST_BED);

test.each(networks)(
  '%s has one input, one output, and a gradient rule for each node',
  (_, build) => {
    const graph = build(1);
    expect([graph.inputs.length, graph.outputs.length]).toEqual([1, 1]);
    expect(gradientStatus(graph)).toEqual([]);
  },
);

test('weights follow from their names, as in the script that exports from PyTorch', () => {
  const first = (name: string): readonly number[] => tensorNumbers(hashedWeight(name, [2, 3]));
  expect(first('layer1.0.conv1.weight')).toMatchInlineSnapshot(`
    [
      0.46559062600135803,
      -0.1416139453649521,
      0.4700463116168976,
      -0.3893453776836395,
      0.8413149118423462,
      -0.11460144817829132,
    ]
  `);
  expect(first('layer1.0.bn1.running_var')).toMatchInlineSnapshot(`
    [
      1.4534807205200195,
      1.296569585800171,
      1.2812470197677612,
      1.2967720031738281,
      1.4852375984191895,
      0.6901364326477051,
    ]
  `);
});

test('the grouped and the shared form of StyleGAN2 give the same image and gradient', async () => {
  const [grouped, shared] = await Promise.all([
    imageAndGradient(styleGan2Synthesis({ size: 32, channelBase: 512, batch: 2 })),
    imageAndGradient(styleGan2Synthesis({ size: 32, channelBase: 512, form: 'shared' })),
  ]);
  expect(relativeError(grouped.image, shared.image)).toBeLessThan(1e-5);
  expect(relativeError(grouped.gradient, shared.gradient)).toBeLessThan(1e-5);
});

async function imageAndGradient(
  graph: Graph,
): Promise<{ readonly image: Tensor; readonly gradient: Tensor }> {
  const outputs = [{ name: 'image', seed: 'ones' as const }];
  const derivative = differentiate(graph, { outputs, withRespectTo: ['w'] });
  const w = randomTensor([2, 512], { dtype: 'float32' });
  const { image, w_grad: gradient } = await runGraph(derivative, { w });
  return { image: image as Tensor, gradient: gradient as Tensor };
}

function relativeError(a: Tensor, b: Tensor): number {
  const [left, right] = [tensorNumbers(a), tensorNumbers(b)];
  const difference = Math.hypot(...left.map((value, at) => value - (right[at] as number)));
  return difference / Math.hypot(...right);
}
