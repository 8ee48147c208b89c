/** @file Images of a generator to look at. */

import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import type { ImageBatch } from '../chain/open-chain.ts';
import { cut, takeRows } from '../chain/plan.ts';
import type { Runtime } from '../runtime/types.ts';

/** Runs the graph from w to bytes on every row of `latents`. */
export async function renderSamples(
  runtime: Runtime,
  graph: Graph,
  latents: Float32Array,
): Promise<ImageBatch> {
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const [batch, width] = input?.type.shape ?? [];
  const [, imageHeight, imageWidth] = output?.type.shape ?? [];
  if (typeof width !== 'number') throw new Error('internal error: a latent without a length');
  const fixed = typeof batch === 'number' ? batch : null;
  const count = latents.length / width;
  const session = await runtime.session(encodeModel(graph), { name: graph.name });
  try {
    const [height, columns] = [Number(imageHeight), Number(imageWidth)];
    const data = new Uint8Array(count * height * columns * 3);
    for (const rows of cut(count, fixed ?? count)) {
      const size = fixed ?? rows.count;
      const w = takeRows(latents, width, rows, size);
      const results = await session.run({ w: { dtype: 'float32', dims: [size, width], data: w } });
      const pixels = results['pixels']?.data as Uint8Array;
      const length = rows.count * height * columns * 3;
      data.set(pixels.subarray(0, length), rows.first * height * columns * 3);
    }
    return { count, height, width: columns, channels: 3, data };
  } finally {
    await session.dispose();
  }
}
