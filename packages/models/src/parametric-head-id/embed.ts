/** @file Embeddings of bytes and of latents, and the feature statistics that the last layer takes over. */
import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import type { Runtime } from '@colloid/sampler';

import { IMAGE_CHANNELS } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { EmbedLatents } from './evaluate.ts';
import type { FeatureStatistics } from './network.ts';
import { renderAll } from './renders.ts';
import type { Renderer } from './renders.ts';

/** Raw outputs `[n, dimension]` of images given as bytes `[n, 3, size, size]`. */
export interface ByteEmbedder {
  embed(bytes: Uint8Array): Promise<Float32Array>;
  close(): Promise<void>;
}

const BATCH_SIZE = 128;

/** Opens a session of the network; the runtime stays the caller's. */
export async function openEmbedder(
  runtime: Runtime,
  network: Graph,
  architecture: Architecture,
): Promise<ByteEmbedder> {
  const session = await runtime.session(encodeModel(network), { name: network.name });
  const size = architecture.inputSize;
  const imageLength = IMAGE_CHANNELS * size * size;
  const dimension = architecture.embedding;
  return {
    async embed(bytes) {
      const count = bytes.length / imageLength;
      const out = new Float32Array(count * dimension);
      for (let first = 0; first < count; first += BATCH_SIZE) {
        const part = bytes.subarray(first * imageLength, (first + BATCH_SIZE) * imageLength);
        const data = Float32Array.from(part, (value) => (value * 2) / 255 - 1);
        const dims = [part.length / imageLength, IMAGE_CHANNELS, size, size];
        const { embedding } = await session.run({ image: { dtype: 'float32', dims, data } });
        if (!(embedding?.data instanceof Float32Array))
          throw new TypeError('The network gave no float32 embedding.');
        out.set(embedding.data, first * dimension);
      }
      return out;
    },
    close: () => session.dispose(),
  };
}

/** Mean and inverse deviation of each feature, accumulated in float64. `epsilon` is that of the standardisation in training. */
export function featureStatistics(
  features: Float32Array,
  dimension: number,
  epsilon = 1e-5,
): FeatureStatistics {
  const count = features.length / dimension;
  const mean = new Float64Array(dimension);
  const square = new Float64Array(dimension);
  for (let index = 0; index < features.length; index += 1) {
    const column = index % dimension;
    const value = features[index] ?? 0;
    mean[column] = (mean[column] ?? 0) + value / count;
    square[column] = (square[column] ?? 0) + (value * value) / count;
  }
  const inverseDeviation = square.map(
    (second, column) => 1 / Math.sqrt(second - (mean[column] ?? 0) ** 2 + epsilon),
  );
  return { mean, inverseDeviation };
}

/** From latents to unit embeddings, by way of renders at the recogniser's resolution. */
export function latentEmbedder(
  renderer: Renderer,
  embedder: ByteEmbedder,
  options: {
    readonly dimension: number;
    readonly renderBatchSize: number;
    readonly log: (line: string) => void;
  },
): EmbedLatents {
  const { dimension, renderBatchSize, log } = options;
  return async (latents) => {
    const total = latents.length / renderer.latentDimension;
    const out = new Float32Array(total * dimension);
    await renderAll(renderer, latents, renderBatchSize, async (bytes, first) => {
      out.set(unitRows(await embedder.embed(bytes), dimension), first * dimension);
      if ((first / renderBatchSize) % 40 === 0) log(`evaluating: ${first} of ${total} images`);
    });
    return out;
  };
}

function unitRows(rows: Float32Array, dimension: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (let start = 0; start < rows.length; start += dimension) {
    const row = rows.subarray(start, start + dimension);
    const norm = Math.hypot(...row);
    out.set(
      row.map((value) => value / norm),
      start,
    );
  }
  return out;
}
