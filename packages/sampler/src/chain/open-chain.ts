/** @file The sessions of a chain: rows in, rows out, batched by the plan. */

import { ParameterError } from '../errors.ts';
import type { OperatorFallback, Runtime } from '../runtime/types.ts';
import type { Chain } from './chain.ts';
import { ChainRunner, LANES } from './chain-runner.ts';
import { blamingGenerator, finite } from './finite.ts';
import { COTANGENT } from './gradient-graphs.ts';
import { averageLatent, drawPrior, meanLatentDistance } from './latents.ts';
import { column } from './rows.ts';

export interface OpenChainOptions {
  /** Most rows per run of a graph; part of the run's plan. A CPU takes fewer where that is faster; a model with a fixed batch overrides it. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether a chain in float16 may run on a CPU, slower than in float32, as its gradient check does. @default false */
  readonly allowEmulation?: boolean;
  /** Told of operators of a graph that the provider lacks, so that the CPU runs them; once per graph that has some. */
  readonly onFallback?: (graph: string, operators: readonly OperatorFallback[]) => Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows per batch where the plan asks for fewer than `batchSize`. */
  readonly batchRows?: number;
}

/** Encoded images: bytes [count, height, width, 3], RGB. */
export interface ImageBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

export interface DispersionGradient {
  /** Unit embeddings [N, E]. */
  readonly embeddings: Float32Array;
  /** Angle of each row to its reference, radians, [N]. */
  readonly theta: Float32Array;
  /** Gradient of Σ θ² / 4 with respect to w, [N, D]. */
  readonly gradient: Float32Array;
}

/**
 * A chain ready to run. The caller that opened it closes it; the runtime stays open. Every method
 * checks the signal before each batch and throws its reason.
 */
export interface ChainSessions {
  readonly chain: Chain;
  readonly runtime: Runtime;
  readonly batchSize: number;
  readonly latentDim: number;
  readonly embeddingDim: number;
  /** Batches that run at once, when a call has more than one. */
  readonly lanes: number;
  /** w_avg, [D]. */
  readonly average: Float32Array;
  /** Unit embeddings [N, E] of latents [N, D]. */
  embed(latents: Float32Array, options?: CallOptions): Promise<Float32Array>;
  images(latents: Float32Array, options?: CallOptions): Promise<ImageBatch>;
  /** dU/dw [N, D] of dU/dê [N, E] at latents [N, D]. */
  pullback(
    latents: Float32Array,
    cotangent: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array>;
  /** Embeddings, angles and gradients for latents [N, D] and a unit reference per row [N, E]. */
  dispersionGradient(
    latents: Float32Array,
    references: Float32Array,
    options?: CallOptions,
  ): Promise<DispersionGradient>;
  /** Truncated latents [count, D] of the identities `first` onwards. */
  drawLatents(options: DrawOptions): Promise<Float32Array>;
  /** Mean distance between two random latents drawn with this truncation. */
  latentScale(truncation: number): Promise<number>;
  /** Disposes the sessions. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface DrawOptions extends CallOptions {
  readonly seed: number;
  /** @default STREAMS.referenceLatent */
  readonly stream?: number;
  readonly first: number;
  readonly count: number;
  /** ψ in w = w_avg + ψ (w - w_avg), 0..2. */
  readonly truncation: number;
}

/**
 * Prepares a chain on a runtime. Graphs are loaded on first use; a GPU provider is compared with the
 * CPU on the very graph when it is loaded.
 *
 * @throws ParameterError for a batch size below 1, or for float16 on a CPU
 */
export async function openChain(
  runtime: Runtime,
  chain: Chain,
  options: OpenChainOptions,
): Promise<ChainSessions> {
  options.signal?.throwIfAborted();
  if (!Number.isInteger(options.batchSize) || options.batchSize < 1) {
    throw new ParameterError(
      'batchSize',
      `must be a whole number of at least 1, got ${options.batchSize}.`,
    );
  }
  if (chain.precision === 'float16' && runtime.provider === 'cpu' && !options.allowEmulation) {
    throw new ParameterError(
      'precision',
      'float16 is emulated on a CPU, slower than float32 and no smaller; choose float32, or a GPU provider.',
    );
  }
  const runner = new ChainRunner(runtime, chain, options);
  try {
    const average = await averageLatent(chain.generator, (z) => runner.map(z));
    return assemble(runner, average);
  } catch (error) {
    await runner.close();
    throw error;
  }
}

function assemble(runner: ChainRunner, average: Float32Array): ChainSessions {
  const { chain, runtime, batchSize } = runner;
  const { latentDim: D, embeddingDim: E } = chain;
  let distance: Promise<number> | undefined;
  const embedding = { quantity: 'embedding', model: chain.recogniser.name, width: E };
  const blaming = <T>(latents: Float32Array, work: () => T): Promise<T> =>
    blamingGenerator(runtime, chain.generator, { latents, work });
  return {
    chain,
    runtime,
    batchSize,
    latentDim: D,
    embeddingDim: E,
    lanes: runtime.provider === 'cpu' ? Math.min(LANES, runtime.threads) : 1,
    average,
    async embed(latents, options) {
      const [e] = await runner.run('embed', [column('w', latents, D)], ['embedding'], options);
      return blaming(latents, () => finite(e, embedding));
    },
    async images(latents, options) {
      const { height, width } = chain.generator.image;
      const data = await runner.pixels(latents, height * width * 3, options);
      return { count: latents.length / D, height, width, channels: 3, data };
    },
    async pullback(latents, cotangent, options) {
      const columns = [column('w', latents, D), column(COTANGENT, cotangent, E)];
      const [g] = await runner.run('pullback', columns, ['w_grad'], options);
      return finite(g, { quantity: 'gradient', model: chain.generator.name, width: D });
    },
    async dispersionGradient(latents, references, options) {
      const columns = [column('w', latents, D), column('reference', references, E)];
      const outputs = ['embedding', 'theta', 'w_grad'];
      const [e, theta, g] = await runner.run('dispersion', columns, outputs, options);
      return {
        embeddings: await blaming(latents, () => finite(e, embedding)),
        theta: finite(theta, { quantity: 'angle', model: chain.recogniser.name, width: 1 }),
        gradient: finite(g, { quantity: 'gradient', model: chain.generator.name, width: D }),
      };
    },
    async drawLatents(options) {
      const z = drawPrior(chain.generator, options);
      const w = chain.generator.mapping === null ? z : await runner.map(z, options);
      const latents = finite(w, { quantity: 'latent', model: chain.generator.name, width: D });
      return truncate(latents, average, options.truncation);
    },
    async latentScale(truncation) {
      distance ??= meanLatentDistance(chain.generator, (z) => runner.map(z));
      return (await distance) * truncation;
    },
    close: () => runner.close(),
  };
}

function truncate(w: Float32Array, average: Float32Array, psi: number): Float32Array {
  if (psi === 1) return w;
  const D = average.length;
  return w.map((value, i) => {
    const centre = average[i % D] ?? 0;
    return centre + psi * (value - centre);
  });
}
