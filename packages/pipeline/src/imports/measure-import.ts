/** @file How far apart imported identities are: the measures of runs, on embeddings alone and with as many images each as there are. */

import {
  angleBetween,
  measure as measureDataset,
  type Runtime,
  type VariationShard,
} from '@colloid/sampler';
import type { ObjectStore } from '@colloid/storage';

import { runActivity, type ActivityStore } from '../activities/activity.ts';
import { type ArrayReference, getArray, putArray } from '../activities/arrays.ts';
import { identityTable } from '../activities/measure.ts';
import type { Json } from '../digest.ts';
import { metricsOf } from '../measurements/metrics.ts';
import type { ImportLayout } from './plan-import.ts';

/** What the embeddings of an import say. */
export interface ImportMeasures {
  readonly [key: string]: Json;
  /** As `DatasetVersion.metrics` keeps them; empty for a single identity, which has no other to be far from. */
  readonly metrics: { readonly [key: string]: Json };
  /** `[N, 3]`, as of runs. */
  readonly identities: ArrayReference;
  /** θ of every sample to the reference of its identity, in the order of the shards, `[S, 1]`, radians. */
  readonly theta: ArrayReference;
}

export interface MeasureImportOptions {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly runtime: Runtime;
  readonly layout: ImportLayout;
  /** Embeddings of the shards in order, unit rows. */
  readonly embeddings: readonly ArrayReference[];
  /** Radians. */
  readonly ict: number;
  readonly signal: AbortSignal;
}

/** Measures what was embedded. Memory holds the references, one angle a sample and the images of one identity. */
export async function measureImport(options: MeasureImportOptions): Promise<ImportMeasures> {
  const { activities, store, layout, embeddings, ict } = options;
  return runActivity<ImportMeasures>(activities, {
    name: 'import-measure',
    version: 1,
    inputs: { embeddings: embeddings.map(({ digest }) => digest), counts: [...layout.counts], ict },
    compute: async () => {
      const found = await collect(options);
      const measured = await measuresOf(options, found);
      return {
        metrics: measured.metrics,
        identities: await putArray(store, measured.table, 3),
        theta: await putArray(store, found.theta, 1),
      };
    },
  });
}

interface Collected {
  readonly embeddingDim: number;
  /** `[N, E]` */
  readonly references: Float32Array;
  readonly theta: Float32Array;
}

async function measuresOf(
  options: MeasureImportOptions,
  { embeddingDim, references, theta }: Collected,
): Promise<{ readonly metrics: ImportMeasures['metrics']; readonly table: Float32Array }> {
  const { runtime, layout, ict, signal } = options;
  const { counts } = layout;
  if (counts.length < 2) {
    const largest = counts[0] === 1 ? Number.NaN : theta.reduce((a, b) => Math.max(a, b), 0);
    return { metrics: {}, table: Float32Array.of(-1, Number.NaN, largest) };
  }
  const hasVariations = counts.some((count) => count > 1);
  const measures = await measureDataset(runtime, {
    references: { embeddings: references },
    ...(hasVariations ? { variations: variationsOf(options, embeddingDim) } : {}),
    ict,
    embeddingDim,
    seed: 0,
    signal,
  });
  const table = identityTable(measures);
  // Without a variation there is no largest angle, rather than one of 0.
  for (const [identity, count] of counts.entries()) {
    if (count === 1) table[identity * 3 + 2] = Number.NaN;
  }
  return {
    metrics: {
      ...metricsOf(measures, { ict, ownerOf: (identity) => ({ identity }) }),
      leakage: [],
    },
    table,
  };
}

/** References, and the angle of every sample to its own. */
async function collect(options: MeasureImportOptions): Promise<Collected> {
  const { counts } = options.layout;
  const embeddingDim = options.embeddings[0]?.columns ?? 0;
  const references = new Float32Array(counts.length * embeddingDim);
  const theta = new Float32Array(counts.reduce((sum, count) => sum + count, 0));
  let row = 0;
  for await (const { identity, rows } of byIdentity(options, embeddingDim)) {
    references.set(rows.subarray(0, embeddingDim), identity * embeddingDim);
    // The reference's own angle is 0 by what it is, not by what rounding leaves of it.
    for (let j = 1; j < rows.length / embeddingDim; j += 1) {
      theta[row + j] = angleBetween({ a: rows, i: 0, b: rows, j, dim: embeddingDim });
    }
    row += rows.length / embeddingDim;
  }
  return { embeddingDim, references, theta };
}

async function* variationsOf(
  options: MeasureImportOptions,
  embeddingDim: number,
): AsyncGenerator<VariationShard> {
  for await (const { identity, rows } of byIdentity(options, embeddingDim)) {
    const variations = rows.length / embeddingDim - 1;
    yield { firstIdentity: identity, variations, embeddings: rows.subarray(embeddingDim) };
  }
}

/** The rows of one identity after the other, its reference first, wherever shards are cut. */
async function* byIdentity(
  { store, layout, embeddings, signal }: MeasureImportOptions,
  embeddingDim: number,
): AsyncGenerator<{ readonly identity: number; readonly rows: Float32Array }> {
  let identity = 0;
  let filled = 0;
  let rows = new Float32Array((layout.counts[0] ?? 0) * embeddingDim);
  for (const reference of embeddings) {
    signal.throwIfAborted();
    const shard = await getArray(store, reference);
    for (let at = 0; at < shard.length;) {
      const part = shard.subarray(at, at + rows.length - filled);
      rows.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < rows.length) continue;
      yield { identity, rows };
      identity += 1;
      filled = 0;
      rows = new Float32Array((layout.counts[identity] ?? 0) * embeddingDim);
    }
  }
}
