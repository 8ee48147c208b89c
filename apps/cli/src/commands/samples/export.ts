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

/** One array per statistic and iteration; minimum, mean and maximum where there are three. */
function byStatistic(
  iterations: readonly ReferenceStatistics[],
): Map<string, Map<number, Float32Array>> {
  const found = new Map<string, Map<number, Float32Array>>();
  const add = (name: string, iteration: number, values: readonly number[]): void => {
    const series = found.get(name) ?? new Map<number, Float32Array>();
    found.set(name, series.set(iteration, Float32Array.from(values)));
  };
  const three = ({ min, mean, max }: ReferenceStatistics['theta']): readonly number[] => [
    min,
    mean,
    max,
  ];
  for (const {
    iteration,
    theta,
    aboveIct,
    latentDistance,
    meanRadius,
    forces,
    timestep,
  } of iterations) {
    add('theta', iteration, three(theta));
    add('above_ict', iteration, [aboveIct]);
    add('latent_distance', iteration, three(latentDistance));
    add('mean_radius', iteration, [meanRadius]);
    if (timestep !== null) add('timestep', iteration, [timestep]);
    if (forces === null) continue;
    add('interaction_force', iteration, three(forces.interaction));
    add('latent_force', iteration, three(forces.latent));
    add('random_force', iteration, three(forces.random));
    add('total_force', iteration, three(forces.total));
  }
  return found;
}
