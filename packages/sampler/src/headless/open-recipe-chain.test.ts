import { encodeModel, GraphBuilder } from '@colloid/onnx';
import type { Value } from '@colloid/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { PrecisionError } from '../errors.ts';
import { loadGenerator, loadRecogniser } from '../models/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyGeneratorSource, tinyPair } from '../testing/tiny-pair.ts';
import { wideRecogniserSource } from '../testing/wide-recogniser.ts';
import { openRecipeChain } from './index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

const half = { precision: 'float16', batchSize: 4 } as const;

test('a pair that bears float16 is opened in it, one in float32 without a check', async () => {
  const models = await tinyPair();
  for (const recipe of [half, { ...half, precision: 'float32' }] as const) {
    const sessions = await openRecipeChain(runtime, { ...models, recipe, allowEmulation: true });
    expect(sessions.chain.precision).toBe(recipe.precision);
    await sessions.close();
  }
});

/** Pixels are a small difference of two products with large weights, which float16 rounds. */
async function cancelling(): ReturnType<typeof loadGenerator> {
  const { manifest } = tinyGeneratorSource({ hasMapping: false });
  const b = new GraphBuilder({ name: 'synthesis', opset: 17 });
  const w = b.input('w', 'float32', ['batch', 8]);
  const product = (weightAt: (i: number) => number): Value => {
    const weights = Array.from({ length: 8 * 768 }, (_, i) => weightAt(i));
    return b.matMul(w, b.constant(weights, { dims: [8, 768] }));
  };
  const pixels = b.sub(
    product((i) => 2000 + Math.sin(1.7 * i)),
    product(() => 2000),
  );
  b.output('image', b.reshape(b.tanh(pixels), [-1, 3, 16, 16]));
  return loadGenerator({ manifest, files: { 'synthesis.onnx': encodeModel(b.build()) } });
}

test('a pair for which float16 is too coarse is refused with what to do', async () => {
  const { recogniser } = await tinyPair();
  const opened = openRecipeChain(runtime, {
    generator: await cancelling(),
    recogniser,
    recipe: half,
    allowEmulation: true,
  });
  const error = await opened.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PrecisionError);
  expect(String(error)).toMatch(
    /float16 is too coarse for 'tiny-generator' and 'tiny-recogniser'.*at most 0\.02 and 0\.03 are allowed; set the recipe's precision to float32\./,
  );
});

test('weights grow for faster convolutions as far as they may', async () => {
  const { generator } = await tinyPair();
  const recogniser = await loadRecogniser(wideRecogniserSource());
  const recipe = { precision: 'float32', batchSize: 4 } as const;
  const sizes: number[] = [];
  for (const mostWeightBytes of [0, undefined]) {
    const models = { generator, recogniser, recipe };
    const sessions = await openRecipeChain(runtime, { ...models, mostWeightBytes });
    sizes.push((await sessions.chain.encoded('pullback', 'cpu')).byteLength);
    await sessions.close();
  }
  const [least = 0, most = 0] = sizes;
  // In the file the products are nodes around the kernels; the runtime folds them when it loads it.
  expect(most).toBeGreaterThan(least);
});
