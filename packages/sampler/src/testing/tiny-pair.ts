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

export { wideRecogniserSource } from './wide-recogniser.ts';

const LATENT = 8;
const HIDDEN = 24;
const SIZE = 16;
const CROP = 12;
const EMBEDDING = 16;

/** Standardised: every channel by the same mean and deviation, so that channel order does not show in it. */
const MEAN = 0.45;
const DEVIATION = 0.25;
const RANGES = {
  signed: [-1, 1],
  bytes: [0, 255],
  standardised: { mean: [MEAN, MEAN, MEAN], std: [DEVIATION, DEVIATION, DEVIATION] },
} as const;

export interface TinyOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Fixes the batch of the graphs. @default symbolic */
  readonly batch?: number;
  /** Layout of both images. @default 'NCHW' */
  readonly layout?: 'NCHW' | 'NHWC';
  /** Whether the generator has a mapping network. @default true */
  readonly hasMapping?: boolean;
  /** Channel order of both networks. @default RGB for the generator, BGR for the recogniser */
  readonly channels?: 'RGB' | 'BGR';
  /** Range of the generator's pixels: of its tanh, of bytes, or standardised. @default 'signed' */
  readonly range?: 'signed' | 'bytes' | 'standardised';
  /** Whether the recogniser scales its embeddings to length 1 itself. @default false */
  readonly isUnit?: boolean;
  /** @default 17 */
  readonly opset?: number;
}

/** The files and manifest of the tiny generator, as an upload would bring them. */
export function tinyGeneratorSource(options: TinyOptions = {}): {
  manifest: Record<string, unknown>;
  files: Record<string, Uint8Array>;
} {
  const { layout = 'NCHW', hasMapping = true, channels = 'RGB', range = 'signed' } = options;
  return {
    manifest: {
      kind: 'generator',
      name: 'tiny-generator',
      version: '1',
      licence: 'MIT',
      ...(hasMapping ? { mapping: { file: 'mapping.onnx', input: 'z', output: 'w' } } : {}),
      synthesis: { file: 'synthesis.onnx', input: 'w', output: 'image' },
      latent: { dim: LATENT },
      image: { height: SIZE, width: SIZE, channels, range: RANGES[range], layout },
      framing: { leftEye: [5, 6], rightEye: [10, 6] },
    },
    files: {
      ...(hasMapping ? { 'mapping.onnx': mapping(options) } : {}),
      'synthesis.onnx': synthesis(options),
    },
  };
}

/** The files and manifest of the tiny recogniser. */
export function tinyRecogniserSource(options: TinyOptions = {}): {
  manifest: Record<string, unknown>;
  files: Record<string, Uint8Array>;
} {
  const ordered = (bgr: readonly number[]): readonly number[] =>
    options.channels === 'RGB' ? bgr.toReversed() : bgr;
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
        channels: options.channels ?? 'BGR',
        layout: options.layout ?? 'NCHW',
        // In the order of the channels, as model.json has it.
        range: { mean: ordered([0.4, 0.45, 0.5]), std: ordered([0.2, 0.25, 0.3]) },
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

function synthesis(options: TinyOptions): Uint8Array {
  const { seed = 1, batch, layout = 'NCHW', opset = 17, channels = 'RGB', range } = options;
  const b = new GraphBuilder({ name: 'synthesis', opset });
  const weights = new Weights(b, seed, 2);
  const w = b.input('w', 'float32', [batch ?? 'batch', LATENT]);
  const hidden = b.tanh(weights.dense(w, LATENT, HIDDEN, 1.2));
  const pixels = b.tanh(weights.dense(hidden, HIDDEN, 3 * SIZE * SIZE, 0.8));
  const unit = b.add(b.mul(pixels, 0.5), 0.5);
  const scaled =
    range === 'bytes'
      ? b.mul(unit, 255)
      : range === 'standardised'
        ? b.div(b.sub(unit, MEAN), DEVIATION)
        : pixels;
  const image = inOrder(b, b.reshape(scaled, [0, 3, SIZE, SIZE]), channels, 'RGB');
  b.output('image', layout === 'NCHW' ? image : b.transpose(image, [0, 2, 3, 1]));
  return encodeModel(b.build());
}

function network(options: TinyOptions): Uint8Array {
  const { seed = 1, batch, opset = 17, layout = 'NCHW', channels = 'BGR', isUnit } = options;
  const b = new GraphBuilder({ name: 'network', opset });
  const weights = new Weights(b, seed, 3);
  const shape = layout === 'NCHW' ? [3, CROP, CROP] : [CROP, CROP, 3];
  const image = b.input('image', 'float32', [batch ?? 'batch', ...shape]);
  let x = layout === 'NCHW' ? image : b.transpose(image, [0, 3, 1, 2]);
  x = inOrder(b, x, channels, 'BGR');
  x = b.leakyRelu(weights.conv(x, 3, 8), 0.2);
  x = b.tanh(weights.conv(x, 8, 12));
  const raw = weights.dense(b.flatten(x), 12 * 9, EMBEDDING, 1);
  const norm = b.sqrt(b.reduceSum(b.mul(raw, raw), { axes: [1], keepDims: true }));
  b.output('embedding', isUnit === true ? b.div(raw, norm) : raw);
  return encodeModel(b.build());
}

/** Reverses the channels of [batch, 3, H, W] where the network's own order is another one. */
function inOrder(b: GraphBuilder, x: Value, wanted: 'RGB' | 'BGR', own: 'RGB' | 'BGR'): Value {
  if (wanted === own) return x;
  return b.op('Gather', [x, b.int64([2, 1, 0])], { axis: 1 });
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
