/**
 * @file The same iteration as the authors' package computes it, in PyTorch on the same cores: embeddings of all in batches of 8, its default,
 * then one identity after another its image, its embedding and, by autograd, the gradient of its potential.
 */

import { buildChain } from '@colloid/sampler';
import type { Chain } from '@colloid/sampler';

import { PyTorch } from '../gradient/pytorch.ts';
import type { Settings } from '../gradient/pytorch.ts';

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
  readonly gradientSettings: Settings;
  readonly embeddingSettings: Settings;
}

/** What the authors' package takes when nothing else is asked for. */
const EMBEDDING_BATCH = 8;

export interface PublishedOptions {
  readonly chain: Chain;
  readonly identities: number;
  /** At least 8 rows [N, D]. */
  readonly latents: Float32Array;
  /** dU/dê of identity 0, [E]. */
  readonly cotangent: Float32Array;
  /** Ours of dU/dw of identity 0, [D]. */
  readonly gradient: Float32Array;
  readonly threads: number;
  readonly runs: number;
}

/** Null where the Python of COLLOID_PYTHON, else `python3` on the PATH, has no torch. */
export async function publishedWay(options: PublishedOptions): Promise<Published | null> {
  const single = await openPyTorch(options, 1);
  if (single === null) return null;
  const batched = await openPyTorch(options, EMBEDDING_BATCH);
  try {
    if (batched === null) return null;
    const gradients: number[] = [];
    const embeddings: number[] = [];
    let firstRow: readonly number[] = [];
    // In turns, so that what else the machine does hits both.
    for (let run = 0; run < options.runs; run++) {
      const gradient = await single.pytorch.run('gradient');
      firstRow = gradient.firstRow;
      gradients.push(gradient.seconds);
      const { seconds } = await batched.pytorch.run('forward');
      embeddings.push(seconds / EMBEDDING_BATCH);
    }
    const secondsPerGradient = median(gradients);
    const secondsPerEmbedding = median(embeddings);
    return {
      seconds: options.identities * (secondsPerGradient + secondsPerEmbedding),
      secondsPerGradient,
      secondsPerEmbedding,
      embeddingBatch: EMBEDDING_BATCH,
      runs: options.runs,
      difference: relativeDifference(options.gradient, firstRow),
      gradientSettings: single.settings,
      embeddingSettings: batched.settings,
    };
  } finally {
    await Promise.all([single.pytorch.close(), batched?.pytorch.close()]);
  }
}

function openPyTorch(
  { chain, latents, cotangent, threads }: PublishedOptions,
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
