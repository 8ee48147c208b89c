/** @file The small pair of the faithfulness tests, its inputs, and how PyTorch is asked for what they should give. */

import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { encodeModel, GraphBuilder } from '@colloid/onnx';

import { loadGenerator, loadRecogniser } from '../../models/index.ts';
import type { GeneratorModel, RecogniserModel } from '../../models/index.ts';
import { normal, STREAMS, uniform } from '../../random/random.ts';
import { testDirections } from '../directions.ts';

export const LATENT = 5;
export const EMBEDDING = 8;
const HIDDEN = 8;
const SIZE = 8;
const CHANNELS = 4;
export const IDENTITIES = 7;
export const VARIATIONS = 4;
export const SEED = 77;
/** Where the step stands, and where its group begins: part of the keys of the draws. */
export const ITERATION = 3;
export const FIRST_IDENTITY = 2;

/** Numbers with a shape, as they stand in the fixture. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What the fixture holds, and what goes into reference.py. */
export interface FaithfulnessInputs {
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly standardised: { readonly mean: Triple; readonly std: Triple };
  readonly average: Numbers;
  readonly latents: Numbers;
  /** Unit embeddings, [M, E]. */
  readonly gallery: Numbers;
  readonly variations: Numbers;
  readonly langevinNoise: Numbers;
  readonly dispersionNoise: Numbers;
  readonly initialNoise: Numbers;
  readonly initialUniform: Numbers;
  readonly directions: readonly FixtureDirection[];
  readonly langevin: Readonly<Record<string, number>>;
  readonly dispersion: Readonly<Record<string, number>>;
  readonly repulse: Readonly<Record<string, number>>;
}

export type FaithfulnessExpected = Readonly<Record<string, Numbers>> & {
  readonly langevinFixed: { readonly latents: Numbers; readonly timestep: number };
  readonly langevinAdaptive: { readonly latents: Numbers; readonly timestep: number };
};

type Triple = readonly [number, number, number];

interface FixtureDirection {
  readonly covariate: string;
  readonly positive: string;
  readonly negativeMean: number;
  readonly positiveMean: number;
  readonly normal: readonly number[];
}

const STANDARDISED = {
  mean: [0.42, 0.47, 0.52] as Triple,
  std: [0.22, 0.27, 0.31] as Triple,
};

/** Inputs from the package's own streams, so that both sides use the same draws. */
export function makeInputs(): FaithfulnessInputs {
  const gallery = draw([3, EMBEDDING], 20);
  return {
    weights: {
      g1: draw([LATENT, HIDDEN], 1, 0.6),
      g1_bias: draw([HIDDEN], 2, 0.1),
      g2: draw([HIDDEN, 3 * SIZE * SIZE], 3, 0.35),
      g2_bias: draw([3 * SIZE * SIZE], 4, 0.1),
      r1: draw([CHANNELS, 3, 3, 3], 5, 0.25),
      r1_bias: draw([CHANNELS], 6, 0.1),
      r2: draw([CHANNELS * 16, EMBEDDING], 7, 0.15),
      r2_bias: draw([EMBEDDING], 8, 0.1),
    },
    standardised: STANDARDISED,
    average: draw([LATENT], 9, 0.3),
    latents: draw([IDENTITIES, LATENT], 10),
    gallery: { ...gallery, data: unit(gallery.data) },
    variations: spreadAround(
      draw([IDENTITIES, LATENT], 10),
      draw([2, VARIATIONS, LATENT], 11, 0.3),
    ),
    langevinNoise: perIdentity(IDENTITIES, 0, LATENT, {
      stream: STREAMS.langevinForce,
      iteration: ITERATION,
    }),
    dispersionNoise: perIdentity(2, FIRST_IDENTITY, VARIATIONS * LATENT, {
      stream: STREAMS.dispersionForce,
      iteration: ITERATION,
    }),
    initialNoise: perIdentity(2, FIRST_IDENTITY, VARIATIONS * LATENT, {
      stream: STREAMS.variationInitial,
    }),
    initialUniform: uniformPerIdentity(),
    directions: testDirections(LATENT).directions.map((direction) => ({
      covariate: direction.covariate,
      positive: direction.positive,
      negativeMean: direction.negativeSide.mean,
      positiveMean: direction.positiveSide.mean,
      normal: Array.from(direction.normal),
    })),
    langevin: {
      repulsionCoefficient: 1.3,
      repulsionRadius: 1.6,
      constantDistance: 1.5,
      latentForce: 0.2,
      viscousCoefficient: 1.7,
      randomForce: 0.15,
      timestep: 0.04,
      adaptive: -0.3,
      interClassThreshold: 1.2,
    },
    dispersion: {
      embeddingCoefficient: 3,
      latentCoefficient: 0.7,
      latentRadius: 1.2,
      latentGlobalCoefficient: 0.4,
      randomForce: 0.2,
      viscousCoefficient: 1.4,
      timestep: 0.06,
      adaptive: -0.25,
      initialNoise: 0.2,
      poseScaling: 1.5,
      illuminationScaling: 0.8,
      expressionScaling: 0.5,
    },
    repulse: { repulsionCoefficient: 0.4, interClassThreshold: 1.3 },
  };
}

/** What PyTorch makes of the inputs. */
export function askPython(python: string, inputs: FaithfulnessInputs): FaithfulnessExpected {
  const script = path.join(import.meta.dirname, 'reference.py');
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(inputs),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${python} ${script} failed: ${stderr}`);
  return JSON.parse(stdout) as FaithfulnessExpected;
}

/** The pair as models, from the weights of the fixture. */
export async function faithfulnessPair(
  inputs: FaithfulnessInputs,
): Promise<{ generator: GeneratorModel; recogniser: RecogniserModel }> {
  const image = { height: SIZE, width: SIZE };
  return {
    generator: await loadGenerator({
      manifest: {
        kind: 'generator',
        name: 'small-generator',
        version: '1',
        licence: 'MIT',
        synthesis: { file: 'synthesis.onnx', input: 'w', output: 'image' },
        latent: { dim: LATENT, average: 'average.npy' },
        image,
      },
      files: {
        'synthesis.onnx': synthesis(inputs),
        'average.npy': npyVector(inputs.average.data),
      },
    }),
    recogniser: await loadRecogniser({
      manifest: {
        kind: 'recogniser',
        name: 'small-recogniser',
        version: '1',
        licence: 'MIT',
        network: { file: 'network.onnx', input: 'image', output: 'embedding' },
        image: { ...image, range: inputs.standardised },
        embedding: { dim: EMBEDDING },
      },
      files: { 'network.onnx': network(inputs) },
    }),
  };
}

function synthesis({ weights }: FaithfulnessInputs): Uint8Array {
  const b = new GraphBuilder({ name: 'synthesis', opset: 17 });
  const constant = constants(b, weights);
  const w = b.input('w', 'float32', ['batch', LATENT]);
  const hidden = b.tanh(b.gemm(w, constant('g1'), constant('g1_bias')));
  const pixels = b.tanh(b.gemm(hidden, constant('g2'), constant('g2_bias')));
  b.output('image', b.reshape(pixels, [0, 3, SIZE, SIZE]));
  return encodeModel(b.build());
}

function network({ weights }: FaithfulnessInputs): Uint8Array {
  const b = new GraphBuilder({ name: 'network', opset: 17 });
  const constant = constants(b, weights);
  const image = b.input('image', 'float32', ['batch', 3, SIZE, SIZE]);
  const strides = { strides: [2, 2], pads: [1, 1, 1, 1] };
  const x = b.leakyRelu(b.conv(image, constant('r1'), constant('r1_bias'), strides), 0.2);
  b.output('embedding', b.gemm(b.flatten(x), constant('r2'), constant('r2_bias')));
  return encodeModel(b.build());
}

function constants(
  b: GraphBuilder,
  weights: FaithfulnessInputs['weights'],
): (name: string) => ReturnType<GraphBuilder['constant']> {
  return (name) => {
    const { shape, data } = weights[name] ?? { shape: [], data: [] };
    return b.constant(Float32Array.from(data), { dims: shape, name });
  };
}

/** Version 1.0 of the format, float32. */
function npyVector(data: readonly number[]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${data.length},), }`;
  const header = `${text.padEnd(117)}\n`;
  const bytes = new Uint8Array(10 + header.length + 4 * data.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(Float32Array.from(data).buffer), 10 + header.length);
  return bytes;
}

/** Normal numbers of a deviation, float32 so that both sides hold the same. */
function draw(shape: readonly number[], identity: number, deviation = 1): Numbers {
  const data = new Float32Array(shape.reduce((product, dim) => product * dim, 1));
  normal({ seed: SEED, stream: STREAMS.weights, identity }, data);
  return { shape, data: Array.from(data.map((x) => x * deviation)) };
}

function spreadAround(references: Numbers, offsets: Numbers): Numbers {
  const each = VARIATIONS * LATENT;
  const data = offsets.data.map((x, i) =>
    Math.fround(x + (references.data[Math.floor(i / each) * LATENT + (i % LATENT)] ?? 0)),
  );
  return { shape: offsets.shape, data };
}

function perIdentity(
  count: number,
  first: number,
  width: number,
  key: { readonly stream: number; readonly iteration?: number },
): Numbers {
  const rows = Array.from({ length: count }, (_, i) => {
    const out = new Float64Array(width);
    normal({ seed: SEED, identity: first + i, ...key }, out);
    return Array.from(out);
  });
  const shape = width === LATENT ? [count, LATENT] : [count, VARIATIONS, LATENT];
  return { shape, data: rows.flat() };
}

function uniformPerIdentity(): Numbers {
  const K = testDirections(LATENT).directions.length;
  const rows = Array.from({ length: 2 }, (_, i) => {
    const out = new Float64Array(VARIATIONS * K);
    const identity = FIRST_IDENTITY + i;
    uniform({ seed: SEED, stream: STREAMS.covariateInitial, identity }, out);
    return Array.from(out);
  });
  return { shape: [2, VARIATIONS, K], data: rows.flat() };
}

function unit(data: readonly number[]): number[] {
  return data.map((x, i) => {
    const start = i - (i % EMBEDDING);
    return x / Math.hypot(...data.slice(start, start + EMBEDDING));
  });
}
