/** @file Renders at the recogniser's resolution, as bytes, through the very bridge that sampling uses. */
import { open, readFile, stat } from 'node:fs/promises';

import { encodeModel, GraphBuilder, inline } from '@colloid/onnx';
import type { Value } from '@colloid/onnx';
import { addBridge } from '@colloid/sampler';
import type { GeneratorModel, RecogniserManifest, Runtime } from '@colloid/sampler';

export interface Renderer {
  /** Bytes of one image: `[3, height, width]`, 0 for -1 and 255 for 1. */
  readonly imageBytes: number;
  readonly latentDimension: number;
  /** Batches that are rendered side by side. */
  readonly lanes: number;
  /** Images of up to `batchSize` latents; successive calls go to the lanes in turn. */
  render(latents: Float32Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens the graph latent → synthesis → crop and resize → bytes, once on each runtime. The runtimes stay the caller's; the sessions are
 * closed by `close`.
 *
 * @param models of the recogniser only the manifest: where it looks and at what size.
 */
export async function openRenderer(
  runtimes: readonly Runtime[],
  models: { readonly generator: GeneratorModel; readonly recogniser: RecogniserManifest },
  batchSize: number,
): Promise<Renderer> {
  const { generator, recogniser } = models;
  const b = new GraphBuilder({ name: 'renders', opset: generator.synthesis.opset });
  const { input, output } = generator.manifest.synthesis;
  const latent = b.input('latent', 'float32', [batchSize, generator.latentDim]);
  const image = member(inline(b, generator.synthesis, { [input]: latent }, 'synthesis'), output);
  const seen = addBridge(b, image, { generator: generator.manifest, recogniser });
  const scaled = b.clip(b.mul(b.add(seen, 1), 127.5), 0, 255);
  b.output('bytes', b.cast(b.op('Round', [scaled]), 'uint8'));
  const model = encodeModel(b.build());
  const sessions = await Promise.all(
    runtimes.map((runtime) => runtime.session(model, { name: 'renders' })),
  );
  let calls = 0;
  const imageBytes = 3 * recogniser.image.height * recogniser.image.width;
  const width = generator.latentDim;
  return {
    imageBytes,
    latentDimension: width,
    lanes: sessions.length,
    async render(latents) {
      const count = latents.length / width;
      const rows = new Float32Array(batchSize * width);
      rows.set(latents);
      const dims = [batchSize, width];
      const session = sessions[calls % sessions.length];
      if (session === undefined) throw new RangeError('The renderer was opened on no runtime.');
      calls += 1;
      const { bytes } = await session.run({ latent: { dtype: 'float32', dims, data: rows } });
      if (!(bytes?.data instanceof Uint8Array))
        throw new TypeError('The render graph gave no bytes.');
      return bytes.data.subarray(0, count * imageBytes);
    },
    async close() {
      await Promise.all(sessions.map((session) => session.dispose()));
    },
  };
}

/** Renders all latents, in order, to the callback that wants them; nothing is kept. */
export async function renderAll(
  renderer: Renderer,
  latents: Float32Array,
  batchSize: number,
  consume: (bytes: Uint8Array, firstImage: number) => Promise<void> | void,
): Promise<void> {
  const width = renderer.latentDimension;
  const total = latents.length / width;
  // Several batches per lane at a time, so that a slow one holds nobody up for long.
  const group = 4 * renderer.lanes * batchSize;
  for (let start = 0; start < total; start += group) {
    const firsts: number[] = [];
    for (let first = start; first < Math.min(start + group, total); first += batchSize)
      firsts.push(first);
    const batches = await Promise.all(
      firsts.map((first) =>
        renderer.render(latents.subarray(first * width, (first + batchSize) * width)),
      ),
    );
    for (const [index, bytes] of batches.entries()) await consume(bytes, start + index * batchSize);
  }
}

/**
 * All renders of `latents` as one array, kept in a file: what the file already holds is not rendered again, so a killed run goes on
 * where it stood.
 */
export async function cachedRenders(
  renderer: Renderer,
  latents: Float32Array,
  options: {
    readonly path: string;
    readonly batchSize: number;
    readonly progress: (done: number, total: number) => void;
  },
): Promise<Uint8Array> {
  const { path, batchSize, progress } = options;
  const total = latents.length / renderer.latentDimension;
  const present = Math.floor((await sizeOf(path)) / renderer.imageBytes);
  // Whole batches only, so that the cut into batches, and with it every byte, is that of an uninterrupted run.
  const kept = present >= total ? total : present - (present % batchSize);
  if (kept < total) {
    const file = await open(path, 'a');
    try {
      await file.truncate(kept * renderer.imageBytes);
      await renderAll(
        renderer,
        latents.subarray(kept * renderer.latentDimension),
        batchSize,
        async (bytes, first) => {
          await file.write(bytes);
          progress(kept + first + bytes.length / renderer.imageBytes, total);
        },
      );
    } finally {
      await file.close();
    }
  }
  return readFile(path);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

function member(outputs: Readonly<Record<string, Value>>, name: string): Value {
  const value = outputs[name];
  if (value === undefined) throw new RangeError(`The synthesis graph has no output '${name}'.`);
  return value;
}
