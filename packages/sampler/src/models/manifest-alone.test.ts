/** @file Layouts, ranges, channel orders, batches and embeddings of other tools need a manifest, and no code. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import { compareDirections, openChainFunction } from '../inspection/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import type { TinyOptions } from '../testing/tiny-pair.ts';

let runtime: Runtime;
let plain: ChainSessions;
let latents: Float32Array;
let embeddings: Float32Array;
let images: Uint8Array;

beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
  plain = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 4 });
  latents = await plain.drawLatents({ seed: 5, first: 0, count: 5, truncation: 1 });
  embeddings = await plain.embed(latents);
  images = (await plain.images(latents)).data;
});
afterAll(() => runtime.close());

const FORMS: Readonly<Record<string, TinyOptions>> = {
  'images in NHWC on both sides': { layout: 'NHWC' },
  'a batch fixed to 3': { batch: 3 },
  'a batch fixed to 1': { batch: 1 },
  'BGR on both sides': { channels: 'BGR' },
  'RGB on both sides': { channels: 'RGB' },
  'pixels from 0 to 255': { range: 'bytes' },
  'pixels standardised by mean and std': { range: 'standardised' },
  'embeddings of length 1': { isUnit: true },
  'all of these at once': {
    layout: 'NHWC',
    batch: 2,
    channels: 'BGR',
    range: 'standardised',
    isUnit: true,
  },
};

describe.each(Object.entries(FORMS))('%s', (_, options) => {
  test('give the same images, embeddings and gradients as the plain pair', async () => {
    const other = await openChain(runtime, buildChain(await tinyPair(options)), { batchSize: 4 });
    const e = await other.embed(latents);
    e.forEach((x, i) => expect(Math.abs(x - (embeddings[i] ?? 9))).toBeLessThan(2e-5));
    // One step of 255 where rounding falls to the other side.
    (await other.images(latents)).data.forEach((x, i) =>
      expect(Math.abs(x - (images[i] ?? 999))).toBeLessThanOrEqual(1),
    );
    const report = await compareDirections(await openChainFunction(other), {
      points: latents.slice(0, other.latentDim),
      directions: 16,
      seed: 2,
    });
    expect(report.median, report.text).toBeLessThan(1e-3);
    expect(report.worst, report.text).toBeLessThan(1e-2);
    await other.close();
  });
});

test('a generator without a mapping network draws w from the prior itself, around zero', async () => {
  const chain = buildChain(await tinyPair({ hasMapping: false }));
  const sessions = await openChain(runtime, chain, { batchSize: 4 });
  expect(sessions.average).toEqual(new Float32Array(8));
  const w = await sessions.drawLatents({ seed: 1, first: 0, count: 500, truncation: 1 });
  const mean = w.reduce((sum, x) => sum + x, 0) / w.length;
  const variance = w.reduce((sum, x) => sum + x * x, 0) / w.length;
  expect(Math.abs(mean)).toBeLessThan(0.05);
  expect(Math.abs(variance - 1)).toBeLessThan(0.1);
  // The same synthesis at the same w gives the same embedding, mapping or not.
  const e = await sessions.embed(latents);
  e.forEach((x, i) => expect(Math.abs(x - (embeddings[i] ?? 9))).toBeLessThan(1e-6));
  await sessions.close();
});
