/** @file The sessions of a projection: targets in, then the loss and its gradient at latents, batch by batch. */

import { adaptForWebGpu, encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import type { ChainSessions } from '../chain/open-chain.ts';
import { cut, takeRows } from '../chain/plan.ts';
import type { Batch } from '../chain/plan.ts';
import type { HostTensor, Session } from '../runtime/types.ts';
import { featureNames, lossGraph, targetGraph } from './graphs.ts';
import type { LossWeights } from './graphs.ts';
import type { PerceptualNetwork } from './options.ts';

type Feeds = Readonly<Record<string, HostTensor>>;

/** Images as the loss wants them, by batch. */
export interface Targets {
  readonly count: number;
  readonly batches: readonly {
    readonly batch: Batch;
    /** Rows run, padding included. */
    readonly size: number;
    readonly feeds: Feeds;
  }[];
}

/** At every latent; NaN where the networks give it. */
export interface LossValues {
  /** Mean squared difference of the pixels, [N]. */
  readonly pixel: Float32Array;
  /** |ê - ê'|², [N]. */
  readonly chord: Float32Array;
  /** [N] */
  readonly loss: Float32Array;
  /** ∂loss/∂w, [N, D]. */
  readonly gradient: Float32Array;
}

/** The caller that opened it closes it. */
export interface ProjectionLoss {
  /** Prepares images, RGB bytes [H, W, 3] each; at least one. */
  targets(images: readonly Uint8Array[]): Promise<Targets>;
  /** At one latent per target, [N, D]. */
  at(latents: Float32Array, targets: Targets, signal?: AbortSignal): Promise<LossValues>;
  close(): Promise<void>;
}

/**
 * Builds the graphs and loads them when they are first needed.
 *
 * @throws ParameterError and ModelMismatchError for a perceptual network that does not fit; UnsupportedOperatorError of the onnx package
 *   naming its operators without a gradient
 */
export function openProjectionLoss(
  sessions: ChainSessions,
  options: LossWeights & { readonly perceptual?: PerceptualNetwork | undefined },
): ProjectionLoss {
  const { chain, runtime, batchSize, latentDim: D } = sessions;
  const { generator, recogniser } = chain;
  const networks = { generator, recogniser, perceptual: options.perceptual };
  const graphs = { target: targetGraph(networks), loss: lossGraph(networks, options) };
  const wanted = ['embedding', ...featureNames(options.perceptual)];
  const opened = new Map<Graph, Promise<Session>>();
  const session = (graph: Graph, feeds: Feeds): Promise<Session> => {
    let found = opened.get(graph);
    if (found === undefined) {
      const adapted = runtime.provider === 'webgpu' ? adaptForWebGpu(graph) : graph;
      found = runtime.session(encodeModel(adapted), {
        name: graph.name,
        lanes: sessions.lanes,
        selfTest: { feeds, reference: encodeModel(graph) },
      });
      opened.set(graph, found);
    }
    return found;
  };
  const { height, width } = generator.image;
  const imageBytes = height * width * 3;

  const prepare = async (images: readonly Uint8Array[], batch: Batch) => {
    const size = chain.batch ?? batch.count;
    const data = new Uint8Array(size * imageBytes);
    for (let row = 0; row < size; row++) {
      // A padded row repeats the last image.
      const image = images[batch.first + Math.min(row, batch.count - 1)];
      if (image !== undefined) data.set(image, row * imageBytes);
    }
    const target: HostTensor = { dtype: 'uint8', dims: [size, height, width, 3], data };
    const run = await session(graphs.target, { target });
    const results = await run.run({ target }, { outputs: wanted });
    const feeds: Record<string, HostTensor> = { target };
    for (const name of wanted) feeds[`wanted_${name}`] = results[name] as HostTensor;
    return { batch, size, feeds };
  };

  return {
    async targets(images) {
      const batches = [];
      for (const batch of cut(images.length, batchSize)) {
        batches.push(await prepare(images, batch));
      }
      return { count: images.length, batches };
    },
    async at(latents, targets, signal) {
      signal?.throwIfAborted();
      const rows = targets.count;
      const values = {
        pixel: new Float32Array(rows),
        chord: new Float32Array(rows),
        loss: new Float32Array(rows),
        gradient: new Float32Array(rows * D),
      };
      const runBatch = async ({ batch, size, feeds }: Targets['batches'][number]) => {
        const data = takeRows(latents, D, batch, size);
        const all = { ...feeds, w: { dtype: 'float32', dims: [size, D], data } as const };
        const run = await session(graphs.loss, all);
        const results = await run.run(all, { outputs: ['pixel', 'chord', 'loss', 'w_grad'] });
        const take = (name: string, into: Float32Array, each: number): void => {
          const got = results[name]?.data as Float32Array;
          into.set(got.subarray(0, batch.count * each), batch.first * each);
        };
        take('pixel', values.pixel, 1);
        take('chord', values.chord, 1);
        take('loss', values.loss, 1);
        take('w_grad', values.gradient, D);
      };
      await Promise.all(targets.batches.map(runBatch));
      return values;
    },
    async close() {
      const settled = await Promise.allSettled(opened.values());
      opened.clear();
      for (const result of settled) {
        if (result.status === 'fulfilled') await result.value.dispose();
      }
    },
  };
}
