/**
 * @file The same iteration as the authors' package computes it, in PyTorch on the same cores: embeddings of all in batches of 8, its default,
 * then one identity after another its image, its embedding and, by autograd, the gradient of its potential.
 */

import { buildChain } from '@colloid/sampler';
import type { Chain } from '@colloid/sampler';

import { PyTorch } from '../gradient/pytorch.ts';
import type { Allocator, Settings } from '../gradient/pytorch.ts';

export interface Published {
  /** Of a whole iteration: medians of runs, times the identities. Pairs, statistics and the move are not counted. */
  readonly seconds: number;
  readonly secondsPerGradient: number;
  /** Of one row, in a batch. */
  readonly secondsPerEmbedding: number;
  readonly embeddingBatch: number;
  /** Runs that were timed of each. */
  readonly runs: number;
  /** |ours - PyTorch's| / |PyTorch's| of the gradient of identity 0. */
  readonly difference: number;
  readonly allocator: Allocator;
  readonly gradientSettings: Settings;
  readonly embeddingSettings: Settings;
}

/** What the authors' package takes when nothing else is asked for. */
const EMBEDDING_BATCH = 8;

export interface PublishedOptions {
  readonly chain: Chain;
  /** At least 8 rows [N, D]. */
  readonly latents: Float32Array;
  /** dU/dê of identity 0, [E]. */
  readonly cotangent: Float32Array;
  readonly threads: number;
  readonly allocator: Allocator;
}

type Opened = NonNullable<Awaited<ReturnType<typeof PyTorch.open>>>;

/** Two PyTorch processes, one for gradients of single rows and one for embeddings. The caller closes them. */
export class PublishedWay {
  readonly #single: Opened;
  readonly #batched: Opened;
  readonly #allocator: Allocator;
  readonly #gradients: number[] = [];
  readonly #embeddings: number[] = [];
  #firstRow: readonly number[] = [];

  private constructor(single: Opened, batched: Opened, allocator: Allocator) {
    this.#single = single;
    this.#batched = batched;
    this.#allocator = allocator;
  }

  /** Null where the Python of COLLOID_PYTHON, else `python3` on the PATH, has no torch. */
  static async open(options: PublishedOptions): Promise<PublishedWay | null> {
    const single = await openPyTorch(options, 1);
    if (single === null) return null;
    const batched = await openPyTorch(options, EMBEDDING_BATCH);
    if (batched !== null) return new PublishedWay(single, batched, options.allocator);
    await single.pytorch.close();
    return null;
  }

  /** Times so many runs of each, in turns, so that what else the machine does hits both. */
  async time(runs: number): Promise<void> {
    for (let run = 0; run < runs; run++) {
      const gradient = await this.#single.pytorch.run('gradient');
      this.#firstRow = gradient.firstRow;
      this.#gradients.push(gradient.seconds);
      const { seconds } = await this.#batched.pytorch.run('forward');
      this.#embeddings.push(seconds / EMBEDDING_BATCH);
    }
  }

  /** Of all runs so far, for an iteration of so many identities; `gradient` is ours of identity 0, [D]. */
  report(identities: number, gradient: Float32Array): Published {
    const secondsPerGradient = median(this.#gradients);
    const secondsPerEmbedding = median(this.#embeddings);
    return {
      seconds: identities * (secondsPerGradient + secondsPerEmbedding),
      secondsPerGradient,
      secondsPerEmbedding,
      embeddingBatch: EMBEDDING_BATCH,
      runs: this.#gradients.length,
      difference: relativeDifference(gradient, this.#firstRow),
      allocator: this.#allocator,
      gradientSettings: this.#single.settings,
      embeddingSettings: this.#batched.settings,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#single.pytorch.close(), this.#batched.pytorch.close()]);
  }
}

function openPyTorch(
  { chain, latents, cotangent, threads, allocator }: PublishedOptions,
  batch: number,
): ReturnType<typeof PyTorch.open> {
  const { generator, recogniser, latentDim } = chain;
  // The graph before rules replace operators by what suits onnxruntime.
  const plain = buildChain({ generator, recogniser }, { gradients: false }).graph('embed');
  const rows = new Float32Array(batch * cotangent.length);
  for (let row = 0; row < batch; row++) rows.set(cotangent, row * cotangent.length);
  return PyTorch.open(process.env['COLLOID_PYTHON'] ?? 'python3', {
    graph: plain,
    batch,
    threads,
    allocator,
    input: 'w',
    output: 'embedding',
    w: latents.subarray(0, batch * latentDim),
    cotangent: rows,
  });
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function relativeDifference(ours: Float32Array, theirs: readonly number[]): number {
  return Math.hypot(...theirs.map((x, i) => x - (ours[i] ?? 0))) / Math.hypot(...theirs);
}
