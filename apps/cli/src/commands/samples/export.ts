/** @file `./colloid samples export DIR --output samples.h5`: latents and embeddings in the layout of the authors' package. */

import { type CollectionSample, writeSampleCollection, writeStatistics } from '@colloid/formats';
import type { ReferenceStatistics } from '@colloid/sampler';

import {
  type DatasetFile,
  readDatasetFolder,
  readIterations,
  readShardRows,
} from '../../dataset-folder.ts';
import { CliError } from '../../errors.ts';
import { say, showProgress } from '../../terminal.ts';

export interface ExportOptions {
  readonly output: string;
  /** Where the statistics of the iterations go; absent: they are left out. */
  readonly stats?: string;
}

/** @throws {CliError} DATASET_FOLDER; FormatError where the file cannot be written */
export async function exportSamples(folder: string, options: ExportOptions): Promise<void> {
  const dataset = await readDatasetFolder(folder);
  const { identities, samples } = await writeSampleCollection(
    options.output,
    collection(folder, dataset),
  );
  say(`${identities} identities with ${samples} samples: ${options.output}`);
  if (options.stats === undefined) return;
  const iterations = await readIterations(folder);
  if (iterations.length === 0) {
    throw new CliError(
      'DATASET_FOLDER',
      `${folder} keeps no statistics of iterations; leave out --stats, or sample the recipe into a new folder.`,
    );
  }
  await writeStatistics(options.stats, byStatistic(iterations));
  say(`${iterations.length} iterations: ${options.stats}`);
}

async function* collection(
  folder: string,
  dataset: DatasetFile,
): AsyncGenerator<CollectionSample, void> {
  for (const [number, shard] of dataset.shards.entries()) {
    showProgress('Samples', number / dataset.shards.length, null);
    const { places, latents, embeddings } = await readShardRows(folder, shard);
    const row = (values: Float32Array, index: number): Float32Array => {
      const width = values.length / places.length;
      return values.slice(index * width, (index + 1) * width);
    };
    for (const [index, place] of places.entries()) {
      const w = row(latents, index);
      yield {
        ...place,
        // Without a mapping network w is the draw. With one, a latent that has moved is the image of no draw that is known.
        z: dataset.generator.hasMapping === false ? w : new Float32Array(w.length).fill(Number.NaN),
        w,
        embedding: row(embeddings, index),
        networkType: dataset.generator.name,
        embeddingType: dataset.recogniser.name,
      };
    }
  }
}

/** Under the names of the authors' package, by their place in the file; `timestep` is ours. */
const THREES = {
  dist: ({ theta }) => theta,
  w2wd: ({ latentDistance }) => latentDistance,
  intf: ({ forces }) => forces?.interaction,
  rndf: ({ forces }) => forces?.random,
  latf: ({ forces }) => forces?.latent,
  totf: ({ forces }) => forces?.total,
} satisfies Record<string, (one: ReferenceStatistics) => ReferenceStatistics['theta'] | undefined>;
const ENDS = { min: 'min', avg: 'mean', max: 'max' } as const;

/** One array per statistic with a number per iteration; NaN for what the last state has not, from which no step is taken. */
function byStatistic(iterations: readonly ReferenceStatistics[]): Map<string, Float32Array> {
  const length = 1 + Math.max(...iterations.map(({ iteration }) => iteration));
  const found = new Map<string, Float32Array>();
  const put = (name: string, iteration: number, value: number | null | undefined): void => {
    const series = found.get(name) ?? new Float32Array(length).fill(Number.NaN);
    found.set(name, series);
    series[iteration] = value ?? Number.NaN;
  };
  let total = 0;
  for (const one of iterations) {
    const { iteration } = one;
    for (const [name, of] of Object.entries(THREES)) {
      for (const [end, key] of Object.entries(ENDS)) {
        put(`${name}_${end}`, iteration, of(one)?.[key]);
      }
    }
    put('prop_ict', iteration, one.aboveIct);
    put('wavg_avg', iteration, one.meanRadius);
    put('timestep', iteration, one.timestep);
    const seconds = Object.values(one.seconds).reduce((sum, phase) => sum + phase, 0);
    total += seconds;
    put('time_iter', iteration, seconds);
    put('time_total', iteration, total);
  }
  return found;
}
