/** @file The recogniser's model.json. */
import { ZRecogniserManifest } from '@colloid/sampler';
import type { RecogniserManifest } from '@colloid/sampler';

import type { Architecture } from './architecture.ts';

export const RECOGNISER_NAME = 'parametric-head-id';
export const RECOGNISER_VERSION = '1';
export const NETWORK_FILE = 'network.onnx';

/**
 * Where the eyes lie in the input, as shares of its side: close enough that the face fills the image from the hairline to the chin
 * and little background is left.
 */
const EYES = { left: [0.345, 0.38], right: [0.655, 0.38] } as const;

/** The manifest, as written to model.json. */
export function recogniserManifest(architecture: Architecture): RecogniserManifest {
  const size = architecture.inputSize;
  const place = (share: readonly [number, number]): number[] =>
    share.map((value) => value * size - 0.5);
  return ZRecogniserManifest.parse({
    kind: 'recogniser',
    name: RECOGNISER_NAME,
    version: RECOGNISER_VERSION,
    licence: 'MIT',
    description:
      'Built-in recogniser for the built-in generator: a small residual network trained from scratch on renders, for the first hour, the tests and the benchmarks.',
    network: { file: NETWORK_FILE, input: 'image', output: 'embedding' },
    image: { height: size, width: size, channels: 'RGB', layout: 'NCHW', range: [-1, 1] },
    embedding: { dim: architecture.embedding },
    framing: { leftEye: place(EYES.left), rightEye: place(EYES.right) },
  });
}
