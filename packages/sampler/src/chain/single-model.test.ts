import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyGeneratorSource, tinyPair } from '../testing/tiny-pair.ts';
import { loadGenerator } from '../models/index.ts';
import { buildChain, openChain, openGenerator, openRecogniser } from './index.ts';
import type { ChainSessions } from './index.ts';

let runtime: Runtime;
let chain: ChainSessions;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  chain = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 5 });
});
afterAll(() => runtime.close());

describe('a generator alone', () => {
  test.for([{}, { hasMapping: false }, { batch: 4 }])(
    'draws the latents and the images of its chain: %o',
    async (shape) => {
      const generator = await loadGenerator(tinyGeneratorSource(shape));
      const alone = await openGenerator(runtime, generator, { batchSize: 5 });
      const pair = await tinyPair(shape);
      const joined = await openChain(runtime, buildChain(pair), { batchSize: 5 });
      const options = { seed: 3, first: 2, count: 7, truncation: 0.5 };
      const latents = await alone.drawLatents(options);
      const expected = await joined.drawLatents(options);
      latents.forEach((value, index) => {
        expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(1e-6);
      });
      expect(alone.average).toEqual(joined.average);
      expect(await alone.images(expected)).toEqual(await joined.images(expected));
      await alone.close();
      await joined.close();
    },
  );
});

describe('a recogniser alone', () => {
  test('gives a face the embedding that the network gives it, scaled to length 1', async () => {
    const { recogniser } = chain.chain;
    const alone = await openRecogniser(runtime, recogniser, { batchSize: 2 });
    const { height, width } = recogniser.image;
    const faces = Array.from({ length: 3 }, (_, face) =>
      Uint8Array.from({ length: height * width * 3 }, (_, at) => (at * (face + 5)) % 256),
    );
    const embeddings = await alone.embed(faces);
    expect(embeddings.length).toBe(3 * alone.embeddingDim);
    for (let face = 0; face < 3; face += 1) {
      const row = embeddings.subarray(face * alone.embeddingDim, (face + 1) * alone.embeddingDim);
      expect(Math.abs(Math.hypot(...row) - 1)).toBeLessThan(1e-6);
      const [single] = [await alone.embed(faces.slice(face, face + 1))];
      single.forEach((value, index) => {
        expect(Math.abs(value - (row[index] ?? 0))).toBeLessThan(1e-6);
      });
    }
    await alone.close();
  });
});
