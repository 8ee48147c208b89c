/** @file One model by itself: latents to images without a recogniser, images to embeddings without a generator. */

import { encodeModel, GraphBuilder, inline, simplify } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import { NotFiniteError } from '../errors.ts';
import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import type { HostTensor, Runtime, Session } from '../runtime/types.ts';
import { addBridge } from './bridge.ts';
import { imageGraph, normalise } from './forward-graphs.ts';
import { averageLatent, drawPrior } from './latents.ts';
import type { DrawOptions, ImageBatch } from './open-chain.ts';
import { cut, takeRows } from './plan.ts';

/** A generator ready to run. The caller that opened it closes it; the runtime stays open. */
export interface GeneratorSessions {
  readonly latentDim: number;
  /** w_avg, [D]. */
  readonly average: Float32Array;
  /** Images of latents [N, D]. */
  images(latents: Float32Array): Promise<ImageBatch>;
  /** Truncated latents [count, D] of the identities `first` onwards. */
  drawLatents(options: Omit<DrawOptions, 'signal' | 'batchRows'>): Promise<Float32Array>;
  close(): Promise<void>;
}

/** A recogniser ready to run. The caller that opened it closes it; the runtime stays open. */
export interface RecogniserSessions {
  readonly embeddingDim: number;
  /** Unit embeddings [N, E] of faces cropped as its framing says: RGB bytes [height, width, 3] each, of its input's size. */
  embed(faces: readonly Uint8Array[]): Promise<Float32Array>;
  close(): Promise<void>;
}

interface SingleModelOptions {
  /** Rows per run of a graph; a model with a fixed batch overrides it. @default 8 */
  readonly batchSize?: number;
}

/** Loads a generator alone. */
export async function openGenerator(
  runtime: Runtime,
  generator: GeneratorModel,
  { batchSize = 8 }: SingleModelOptions = {},
): Promise<GeneratorSessions> {
  const { latentDim, priorDim, image } = generator;
  await using sessions = new AsyncDisposableStack();
  const open = async (graph: Graph): Promise<Session> => {
    const session = await runtime.session(encodeModel(simplify(graph)), { name: graph.name });
    sessions.defer(() => session.dispose());
    return session;
  };
  const synthesis = await open(imageGraph(generator));
  const { mapping, manifest } = generator;
  const mapped = mapping === null ? null : await open(mapping);
  const map = async (z: Float32Array): Promise<Float32Array> => {
    const ports = manifest.mapping;
    if (mapped === null || ports === undefined) return z;
    return runRows(mapped, {
      rows: z,
      width: priorDim,
      output: { name: ports.output, width: latentDim },
      input: (data, size) => ({
        [ports.input]: { dtype: 'float32', dims: [size, priorDim], data },
      }),
      batchSize: batchOf(mapping) ?? batchSize,
      isFixed: batchOf(mapping) !== null,
      make: (length) => new Float32Array(length),
    });
  };
  const average = await averageLatent(generator, map);
  const opened = sessions.move();
  return {
    latentDim,
    average,
    async images(latents) {
      const { height, width } = image;
      const data = await runRows(synthesis, {
        rows: latents,
        width: latentDim,
        output: { name: 'pixels', width: height * width * 3 },
        input: (rows, size) => ({ w: { dtype: 'float32', dims: [size, latentDim], data: rows } }),
        batchSize: generator.batch ?? batchSize,
        isFixed: generator.batch !== null,
        make: (length) => new Uint8Array(length),
      });
      return { count: latents.length / latentDim, height, width, channels: 3, data };
    },
    async drawLatents(options) {
      const w = await map(drawPrior(generator, options));
      return w.map((value, index) => {
        const mean = average[index % latentDim] ?? 0;
        return mean + options.truncation * (value - mean);
      });
    },
    close: () => opened.disposeAsync(),
  };
}

/** Loads a recogniser alone. */
export async function openRecogniser(
  runtime: Runtime,
  recogniser: RecogniserModel,
  { batchSize = 8 }: SingleModelOptions = {},
): Promise<RecogniserSessions> {
  const { embeddingDim, image, batch } = recogniser;
  const graph = faceGraph(recogniser);
  const session = await runtime.session(encodeModel(graph), { name: graph.name });
  const width = image.height * image.width * 3;
  return {
    embeddingDim,
    async embed(faces) {
      const rows = new Float32Array(faces.length * width);
      faces.forEach((face, index) => rows.set(face, index * width));
      const embeddings = await runRows(session, {
        rows,
        width,
        output: { name: 'embedding', width: embeddingDim },
        input: (data, size) => ({
          face: { dtype: 'float32', dims: [size, image.height, image.width, 3], data },
        }),
        batchSize: batch ?? batchSize,
        isFixed: batch !== null,
        make: (length) => new Float32Array(length),
      });
      if (embeddings.every((value) => Number.isFinite(value))) return embeddings;
      throw new NotFiniteError('embedding', recogniser.name);
    },
    close: () => session.dispose(),
  };
}

/** RGB levels 0 to 255 [batch, H, W, 3] to unit embeddings [batch, E]. */
function faceGraph(recogniser: RecogniserModel): Graph {
  const { manifest, network, batch } = recogniser;
  const { height, width } = manifest.image;
  const b = new GraphBuilder({ name: `${recogniser.name} face`, opset: network.opset });
  const face = b.input('face', 'float32', [batch ?? 'batch', height, width, 3]);
  const bridged = addBridge(b, face, {
    generator: {
      name: 'image',
      image: { height, width, channels: 'RGB', range: [0, 255], layout: 'NHWC' },
      framing: manifest.framing,
    },
    recogniser: manifest,
  });
  const { input, output } = manifest.network;
  const raw = inline(b, network, { [input]: bridged }, 'recogniser')[output];
  if (raw === undefined) throw new Error('internal error: the checked output is gone');
  b.output('embedding', normalise(b, raw));
  return simplify(b.build());
}

async function runRows<Data extends Float32Array | Uint8Array>(
  session: Session,
  plan: {
    readonly rows: Float32Array;
    readonly width: number;
    readonly output: { readonly name: string; readonly width: number };
    readonly input: (data: Float32Array, size: number) => Record<string, HostTensor>;
    readonly batchSize: number;
    readonly isFixed: boolean;
    readonly make: (length: number) => Data;
  },
): Promise<Data> {
  const { rows, width, output, batchSize } = plan;
  const count = rows.length / width;
  const result = plan.make(count * output.width);
  for (const batch of cut(count, batchSize)) {
    const size = plan.isFixed ? batchSize : batch.count;
    const feeds = plan.input(takeRows(rows, width, batch, size), size);
    const { [output.name]: tensor } = await session.run(feeds, { outputs: [output.name] });
    const got = tensor?.data as Data;
    result.set(got.subarray(0, batch.count * output.width), batch.first * output.width);
  }
  return result;
}

function batchOf(graph: Graph | null): number | null {
  const dim = graph?.inputs[0]?.type.shape?.[0];
  return typeof dim === 'number' ? dim : null;
}
