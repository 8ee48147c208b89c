/**
 * @file A generator and a recogniser of a few thousand numbers, for tests: a multilayer perceptron
 * from w(8) to 3x16x16 and a small convolutional network from a 12x12 crop to e(16). Their weights
 * are random but fixed.
 */

import { encodeModel, GraphBuilder } from '@colloid/onnx';
import type { Value } from '@colloid/onnx';

import { loadGenerator, loadRecogniser } from '../models/index.ts';
import type { GeneratorModel, RecogniserModel } from '../models/index.ts';
import { normal, STREAMS } from '../random/random.ts';

const LATENT = 8;
const HIDDEN = 24;
const SIZE = 16;
const CROP = 12;
const EMBEDDING = 16;

export interface TinyOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Fixes the batch of the graphs. @default symbolic */
  readonly batch?: number;
  /** Layout of the generator's image. @default 'NCHW' */
  readonly layout?: 'NCHW' | 'NHWC';
  /** @default 17 */
  readonly opset?: number;
}

/** The files and manifest of the tiny generator, as an upload would bring them. */
export function tinyGeneratorSource(options: TinyOptions = {}): {
  manifest: Record<string, unknown>;
  files: Record<string, Uint8Array>;
} {
  const { layout = 'NCHW' } = options;
  return {
    manifest: {
      kind: 'generator',
      name: 'tiny-generator',
      version: '1',
      licence: 'MIT',
      mapping: { file: 'mapping.onnx', input: 'z', output: 'w' },
      synthesis: { file: 'synthesis.onnx', input: 'w', output: 'image' },
      latent: { dim: LATENT },
      image: { height: SIZE, width: SIZE, channels: 'RGB', range: [-1, 1], layout },
      framing: { leftEye: [5, 6], rightEye: [10, 6] },
    },
    files: { 'mapping.onnx': mapping(options), 'synthesis.onnx': synthesis(options) },
  };
}

/** The files and manifest of the tiny recogniser. */
export function tinyRecogniserSource(options: TinyOptions = {}): {
  manifest: Record<string, unknown>;
  files: Record<string, Uint8Array>;
} {
  return {
    manifest: {
      kind: 'recogniser',
      name: 'tiny-recogniser',
      version: '1',
      licence: 'MIT',
      network: { file: 'network.onnx', input: 'image', output: 'embedding' },
      image: {
        height: CROP,
        width: CROP,
        channels: 'BGR',
        range: { mean: [0.4, 0.45, 0.5], std: [0.2, 0.25, 0.3] },
      },
      embedding: { dim: EMBEDDING },
      framing: { leftEye: [3.5, 4.2], rightEye: [7.5, 4.2] },
    },
    files: { 'network.onnx': network(options) },
  };
}

/** Both models, loaded. */
export async function tinyPair(
  options: TinyOptions = {},
): Promise<{ generator: GeneratorModel; recogniser: RecogniserModel }> {
  return {
    generator: await loadGenerator(tinyGeneratorSource(options)),
    recogniser: await loadRecogniser(tinyRecogniserSource(options)),
  };
}

function mapping({ seed = 1, batch, opset = 17 }: TinyOptions): Uint8Array {
  const b = new GraphBuilder({ name: 'mapping', opset });
  const weights = new Weights(b, seed, 1);
  const z = b.input('z', 'float32', [batch ?? 'batch', LATENT]);
  const hidden = b.leakyRelu(weights.dense(z, LATENT, HIDDEN, 1.4), 0.2);
  b.output('w', weights.dense(hidden, HIDDEN, LATENT, 1));
  return encodeModel(b.build());
}

function synthesis({ seed = 1, batch, layout = 'NCHW', opset = 17 }: TinyOptions): Uint8Array {
  const b = new GraphBuilder({ name: 'synthesis', opset });
  const weights = new Weights(b, seed, 2);
  const w = b.input('w', 'float32', [batch ?? 'batch', LATENT]);
  const hidden = b.tanh(weights.dense(w, LATENT, HIDDEN, 1.2));
  const pixels = b.tanh(weights.dense(hidden, HIDDEN, 3 * SIZE * SIZE, 0.8));
  const image = b.reshape(pixels, [0, 3, SIZE, SIZE]);
  b.output('image', layout === 'NCHW' ? image : b.transpose(image, [0, 2, 3, 1]));
  return encodeModel(b.build());
}

function network({ seed = 1, batch, opset = 17 }: TinyOptions): Uint8Array {
  const b = new GraphBuilder({ name: 'network', opset });
  const weights = new Weights(b, seed, 3);
  let x = b.input('image', 'float32', [batch ?? 'batch', 3, CROP, CROP]);
  x = b.leakyRelu(weights.conv(x, 3, 8), 0.2);
  x = b.tanh(weights.conv(x, 8, 12));
  b.output('embedding', weights.dense(b.flatten(x), 12 * 9, EMBEDDING, 1));
  return encodeModel(b.build());
}

/** Random layers; deviation is the gain over the square root of the inputs. */
class Weights {
  readonly #b: GraphBuilder;
  readonly #seed: number;
  readonly #network: number;
  #layer = 0;

  constructor(b: GraphBuilder, seed: number, network: number) {
    this.#b = b;
    this.#seed = seed;
    this.#network = network;
  }

  dense(x: Value, inputs: number, outputs: number, gain: number): Value {
    const weight = this.#draw([inputs, outputs], gain / Math.sqrt(inputs));
    return this.#b.gemm(x, weight, this.#draw([outputs], 0.1));
  }

  /** 3x3, stride 2. */
  conv(x: Value, inputs: number, outputs: number): Value {
    const weight = this.#draw([outputs, inputs, 3, 3], 1.2 / Math.sqrt(9 * inputs));
    return this.#b.conv(x, weight, this.#draw([outputs], 0.1), {
      strides: [2, 2],
      pads: [1, 1, 1, 1],
    });
  }

  #draw(dims: readonly number[], deviation: number): Value {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    this.#layer += 1;
    const key = { seed: this.#seed, stream: STREAMS.weights, identity: this.#network };
    normal({ ...key, iteration: this.#layer }, data);
    return this.#b.constant(
      data.map((value) => value * deviation),
      { dims, name: `layer_${this.#layer}` },
    );
  }
}
