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
