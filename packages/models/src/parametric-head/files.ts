/** @file The files of `built-in/parametric-head`, made from the source; the same bytes on every machine. */
import { encodeModel } from '@colloid/onnx';
import { IMAGE_SIZE } from './camera.ts';
import { LATENT_DIMENSION } from './factors.ts';
import { factorsGraph, mappingGraph, synthesisGraph } from './graphs.ts';
import { mapLatents } from './mixing.ts';
import { drawsFrom } from './random.ts';

/** Draws that the mean latent is taken over, and their seed. */
const AVERAGE_DRAWS = 10_000;
const AVERAGE_SEED = 20_261_123;

/** Pupils of the head at the average latent looking straight ahead: pixels, x then y, the first pixel's centre at 0. */
export const EYE_PIXELS = { left: [49.9, 61], right: [77.1, 61] } as const;

/** File names and contents of the generator's folder. */
export function generatorFiles(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ['model.json', new TextEncoder().encode(`${JSON.stringify(manifest(), null, 2)}\n`)],
    ['mapping.onnx', encodeModel(mappingGraph())],
    ['synthesis.onnx', encodeModel(synthesisGraph())],
    ['factors.onnx', encodeModel(factorsGraph())],
    ['average.npy', encodeNpy(averageLatent())],
  ]);
}

function manifest(): object {
  return {
    kind: 'generator',
    name: 'parametric-head',
    version: '1',
    licence: 'MIT',
    description:
      'A parametric head rendered by a differentiable graph; no photograph of anybody is behind it.',
    mapping: { file: 'mapping.onnx', input: 'z', output: 'w' },
    synthesis: { file: 'synthesis.onnx', input: 'w', output: 'image' },
    latent: { dim: LATENT_DIMENSION, prior: 'normal', average: 'average.npy' },
    image: { height: IMAGE_SIZE, width: IMAGE_SIZE, channels: 'RGB', range: [-1, 1] },
    framing: { leftEye: EYE_PIXELS.left, rightEye: EYE_PIXELS.right },
  };
}

/** The mean of mapped draws `[64]`, rounded to 1/4096 so that no machine's last bit shows. */
function averageLatent(): Float32Array {
  const draws = drawsFrom(AVERAGE_SEED);
  const w = mapLatents(
    Float32Array.from({ length: AVERAGE_DRAWS * LATENT_DIMENSION }, () => draws.normal()),
  );
  return Float32Array.from({ length: LATENT_DIMENSION }, (_, column) => {
    let total = 0;
    for (let index = column; index < w.length; index += LATENT_DIMENSION) total += w[index] ?? 0;
    return Math.round((total / AVERAGE_DRAWS) * 4096) / 4096;
  });
}

/** One row of float32 as a version 1.0 .npy file. */
function encodeNpy(values: Float32Array): Uint8Array {
  const written = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`;
  const header = `${written.padEnd(128 - 10 - 1)}\n`;
  const bytes = new Uint8Array(128 + 4 * values.length);
  bytes.set([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ]);
  bytes.set(new TextEncoder().encode(header), 10);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat32(128 + 4 * index, value, true);
  return bytes;
}
