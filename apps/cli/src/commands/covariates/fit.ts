/** @file `./colloid covariates fit`: directions from labelled latents. */

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import {
  encodeCovariateDirections,
  fitCovariates,
  type LabelledLatents,
  loadGenerator,
  parseLatentLabels,
} from '@colloid/sampler';

import { CliError } from '../../errors.ts';
import { say, showProgress } from '../../terminal.ts';
import { messageOf, readLatents, readPairs, readText } from './read-inputs.ts';
import { directionsJson, directionsTable } from './table.ts';

export interface FitOptions {
  readonly latents: string;
  readonly labels: string;
  /** Folder of the generator that the latents belong to. */
  readonly generator?: string;
  readonly pair: readonly string[];
  readonly output: string;
  readonly json?: boolean;
}

/**
 * Fits, writes the file and prints what is known of each direction. Latents with a failure in the table are left out.
 *
 * @throws CliError, and CovariateError for labels that make no pair
 */
export async function fit(options: FitOptions): Promise<void> {
  const pairs = readPairs(options.pair);
  const read = await readLatents(options.latents);
  if (options.generator !== undefined) {
    const { name, version, latentDim } = await loadGenerator(options.generator);
    if (latentDim !== read.latentDim) {
      throw new CliError(
        'INPUT_FILE',
        `${options.latents} has latents of ${read.latentDim} numbers, and those of ${name}@${version} have ${latentDim}; choose the generator that they belong to.`,
      );
    }
  }
  const rows = parseLatentLabels(await readText(options.labels));
  const data = withoutFailures({ ...read, labels: rows });
  const left = rows.length - data.labels.length;
  if (left > 0) say(`${left} of ${rows.length} latents are left out: their projection failed.`);
  const set = await fitCovariates(data, {
    pairs,
    onProgress: async (done, of) => showProgress('Fitting', done / of, null),
  });
  await writeOutput(options.output, encodeCovariateDirections(set));
  if (options.json === true) process.stdout.write(`${JSON.stringify(directionsJson(set))}\n`);
  else {
    say(resolve(options.output));
    console.log(directionsTable(set));
  }
}

/** @throws CliError OUTPUT_FOLDER */
export async function writeOutput(file: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, bytes);
  } catch (cause) {
    throw new CliError(
      'OUTPUT_FOLDER',
      `${file} cannot be written (${messageOf(cause)}); choose another place with --output.`,
      { cause },
    );
  }
}

type Rows = Omit<LabelledLatents, 'labels'> & {
  readonly labels: ReturnType<typeof parseLatentLabels>;
};

function withoutFailures({ latents, latentDim: D, labels }: Rows): LabelledLatents {
  // Counted first: a table of another length is not the table of these latents.
  if (latents.length !== labels.length * D) return { latents, latentDim: D, labels };
  const kept = labels.flatMap(({ failure }, row) => (failure === null ? [row] : []));
  if (kept.length === labels.length) return { latents, latentDim: D, labels };
  const rest = new Float32Array(kept.length * D);
  kept.forEach((row, at) => rest.set(latents.subarray(row * D, (row + 1) * D), at * D));
  return { latents: rest, latentDim: D, labels: kept.flatMap((row) => labels[row] ?? []) };
}
