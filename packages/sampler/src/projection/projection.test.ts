import { GraphBuilder } from '@colloid/onnx';
import type { Graph, Value } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../chain/index.ts';
import type { ChainSessions } from '../chain/index.ts';
import { normal, STREAMS } from '../random/random.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { drain } from '../testing/drain.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { projectImages } from './project-images.ts';
import type { LoadedImage, ProjectionResult } from './index.ts';
import { openProjectionLoss } from './open-loss.ts';
import { noiseShare, rateShare } from './schedule.ts';

const IMAGES = 5;
let runtime: Runtime;
let sessions: ChainSessions;
let faces: readonly Uint8Array[];
let latents: Float32Array;

beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 });
  sessions = await openChain(runtime, buildChain(await tinyPair()), { batchSize: 2 });
  latents = await sessions.drawLatents({ seed: 3, first: 0, count: IMAGES, truncation: 0.7 });
  const { data } = await sessions.images(latents);
  const size = data.length / IMAGES;
  faces = Array.from({ length: IMAGES }, (_, i) => data.slice(i * size, (i + 1) * size));
});
afterAll(async () => {
  await sessions.close();
  await runtime.close();
});

async function project(
  images: readonly LoadedImage[],
  options: Parameters<typeof projectImages>[2] = {},
): Promise<ProjectionResult> {
  const load = async (index: number): Promise<LoadedImage> => images[index] ?? { failure: 'none' };
  const source = { count: images.length, load };
  return (await drain(projectImages(sessions, source, options))).result;
}

function noise(seed: number): Uint8Array {
  const draw = new Float64Array(faces[0]?.length ?? 0);
  normal({ seed, stream: STREAMS.direction }, draw);
  return Uint8Array.from(draw, (x) => Math.max(0, Math.min(255, 128 + 90 * x)));
}

/** A network of one output from RGB bytes of the tiny generator's size. */
function features(make: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = new GraphBuilder({ name: 'features', opset: 17 });
  b.output('f', b.flatten(make(b, b.input('image', 'float32', ['batch', 3, 16, 16]))));
  return b.build();
}

describe('projection', () => {
  test('finds images that the generator made', async () => {
    const { images, latents: found } = await project(faces, { steps: 300 });
    for (const { pixelResidual, theta, failure } of images) {
      expect(failure).toBeNull();
      expect(pixelResidual).toBeLessThan(0.02);
      expect(theta).toBeLessThan(0.1);
    }
    expect(found.every(Number.isFinite)).toBe(true);
  });

  test('flags what it does not find and keeps it in the report', async () => {
    const [face] = faces;
    if (face === undefined) throw new Error('there are faces');
    const { images, latents: found } = await project(
      [face, noise(1), { failure: 'it cannot be read' }],
      { steps: 300 },
    );
    expect(images.map(({ failure }) => failure === null)).toEqual([true, false, false]);
    expect(images[1]?.failure).toMatch(/its pixels differ by 0\.\d+ in the root mean square/);
    expect(images[2]).toEqual({ pixelResidual: null, theta: null, failure: 'it cannot be read' });
    const D = sessions.latentDim;
    // What was tried and not found keeps its latent; what was never tried has none.
    expect(found.subarray(D, 2 * D).every(Number.isFinite)).toBe(true);
    expect(found.subarray(2 * D).every(Number.isNaN)).toBe(true);
  });

  test('gives each image its own optimum, whatever is projected beside it', async () => {
    const together = await project(faces, { steps: 40 });
    const again = await project(faces, { steps: 40 });
    expect(again).toEqual(together);
    const D = sessions.latentDim;
    const alone = await project([faces[0] ?? noise(2)], { steps: 40 });
    alone.latents.forEach((x, d) => expect(x).toBeCloseTo(together.latents[d] ?? Number.NaN, 3));
    expect(together.latents.subarray(0, D)).not.toEqual(together.latents.subarray(D, 2 * D));
  });

  test('follows the gradient of its loss, by central differences', async () => {
    const settings = { pixelWeight: 10, embeddingWeight: 1 };
    const loss = openProjectionLoss(sessions, settings);
    try {
      const targets = await loss.targets(faces);
      const D = sessions.latentDim;
      const at = Float32Array.from(latents, (x, i) => x + 0.3 * Math.sin(i));
      const { gradient } = await loss.at(at, targets);
      const direction = new Float64Array(at.length);
      normal({ seed: 9, stream: STREAMS.direction }, direction);
      const h = 1e-3;
      const shifted = (sign: number): Promise<Float32Array> =>
        loss
          .at(
            at.map((x, i) => x + sign * h * (direction[i] ?? 0)),
            targets,
          )
          .then((values) => values.loss);
      const [plus, minus] = [await shifted(1), await shifted(-1)];
      for (let row = 0; row < IMAGES; row++) {
        let product = 0;
        let norm = 0;
        for (let d = 0; d < D; d++) {
          product += (gradient[row * D + d] ?? 0) * (direction[row * D + d] ?? 0);
          norm += (gradient[row * D + d] ?? 0) ** 2;
        }
        const difference = ((plus[row] ?? 0) - (minus[row] ?? 0)) / (2 * h);
        expect(Math.abs(difference - product) / Math.sqrt(norm)).toBeLessThan(1e-2);
      }
    } finally {
      await loss.close();
    }
  });

  test('compares the features of a perceptual network besides, or of it alone', async () => {
    const perceptual = {
      graph: features((b, x) => b.averagePool(x, { kernel: [4, 4], strides: [4, 4] })),
    };
    const settings = { pixelWeight: 0, embeddingWeight: 0, perceptual };
    const loss = openProjectionLoss(sessions, settings);
    try {
      const targets = await loss.targets(faces);
      const own = await loss.at(latents, targets);
      // The image's own latent: bytes are rounded, so that its features are not quite the same.
      expect(Math.max(...own.loss)).toBeLessThan(1);
      const other = await loss.at(
        latents.map((x) => x + 0.5),
        targets,
      );
      expect(Math.min(...other.loss)).toBeGreaterThan(10 * Math.max(...own.loss));
    } finally {
      await loss.close();
    }
    const { images } = await project(faces, { ...settings, steps: 300 });
    for (const { pixelResidual, failure } of images) {
      expect(failure).toBeNull();
      expect(pixelResidual).toBeLessThan(0.05);
    }
  });

  test('models with a fixed batch are padded, and find what the symbolic ones find', async () => {
    const chain = buildChain(await tinyPair({ batch: 4 }));
    const fixed = await openChain(runtime, chain, { batchSize: 4 });
    try {
      const load = async (index: number): Promise<LoadedImage> => faces[index] ?? noise(1);
      const source = { count: IMAGES, load };
      const { result } = await drain(projectImages(fixed, source, { steps: 40 }));
      const symbolic = await project(faces, { steps: 40 });
      result.latents.forEach((x, d) => expect(x).toBeCloseTo(symbolic.latents[d] ?? NaN, 3));
    } finally {
      await fixed.close();
    }
  });

  test('an image for which a network gives NaN stops nobody else, and has the reason and no latent', async () => {
    // sqrt(mean - 60): NaN for the image that is darker, at its target and everywhere near it.
    const graph = features((b, x) =>
      b.sqrt(b.sub(b.reduceMean(x, { axes: [1, 2, 3], keepDims: true }), 60)),
    );
    const dark = new Uint8Array(faces[0]?.length ?? 0).fill(10);
    const { images, latents: found } = await project([dark, ...faces.slice(0, 1)], {
      steps: 120,
      perceptual: { graph, weight: 1e-3 },
    });
    expect(images[0]).toEqual({
      pixelResidual: null,
      theta: null,
      failure: 'the networks give values that are not finite for it',
    });
    const D = sessions.latentDim;
    expect(found.subarray(0, D).every(Number.isNaN)).toBe(true);
    expect(images[1]?.failure).toBeNull();
    expect(found.subarray(D).every(Number.isFinite)).toBe(true);
  });

  test('stops with the reason of its signal, between two steps and before the first', async () => {
    const source = { count: IMAGES, load: async (index: number) => faces[index] ?? noise(1) };
    const controller = new AbortController();
    const run = projectImages(sessions, source, { steps: 1000 }, { signal: controller.signal });
    const first = await run.next();
    expect(first.value).toMatchObject({ done: 0, total: IMAGES, step: 1, steps: 1000 });
    controller.abort(new Error('enough'));
    await expect(run.next()).rejects.toThrow('enough');
    expect(await run.next()).toEqual({ done: true, value: undefined });
    const late = projectImages(sessions, source, {}, { signal: controller.signal });
    await expect(late.next()).rejects.toThrow('enough');
  });

  test('refuses what cannot be minimised, images of another size and steps out of range', async () => {
    await expect(project(faces, { pixelWeight: 0, embeddingWeight: 0 })).rejects.toThrow(
      /nothing would be minimised/,
    );
    await expect(project([new Uint8Array(12)])).rejects.toThrow(/image 0 has 12 bytes/);
    await expect(project(faces, { steps: 0 })).rejects.toThrow(/'steps' must be a whole number/);
  });

  test('warms up for 5 %, ramps down over the last 25 %, and its noise is gone at 75 %', () => {
    expect([0, 0.025, 0.05, 0.5, 0.75].map(rateShare)).toEqual([0, 0.5, 1, 1, 1]);
    expect(rateShare(0.875)).toBeCloseTo(0.5, 12);
    expect(rateShare(1)).toBeCloseTo(0, 12);
    expect([0, 0.375, 0.75, 1].map(noiseShare)).toEqual([1, 0.25, 0, 0]);
  });
});
