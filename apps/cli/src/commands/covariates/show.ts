/** @file `./colloid covariates show`: what is known of directions, and faces moved along them. */

import { resolve } from 'node:path';

import { contactSheet } from '@colloid/formats';
import {
  type CovariateDirections,
  type GeneratorModel,
  loadGenerator,
  moveAlong,
  openGenerator,
  openRuntime,
  stripOffsets,
} from '@colloid/sampler';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { say } from '../../terminal.ts';
import { writeOutput } from './fit.ts';
import { readDirections } from './read-inputs.ts';
import { directionsJson, directionsTable, nameOf } from './table.ts';

export interface ShowOptions {
  readonly generator?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** Steps from the negative to the positive side. */
const COLUMNS = 7;
/** The face that is moved besides the mean one: the same for every set of a generator. */
const DRAWN = { seed: 20, first: 0, count: 1, truncation: 0.7 } as const;

/** Prints the table; with a generator, writes a picture with two rows per direction, the mean face and a drawn one. */
export async function show(file: string, options: ShowOptions): Promise<void> {
  const { generator: folder, output } = options;
  if ((folder === undefined) !== (output === undefined)) {
    throw new CliError(
      'INVALID_OPTION',
      'A picture needs both --generator with its folder and --output with the name of a PNG file; give both, or neither.',
    );
  }
  const set = await readDirections(file);
  if (options.json === true) process.stdout.write(`${JSON.stringify(directionsJson(set))}\n`);
  else console.log(directionsTable(set));
  if (folder === undefined || output === undefined) return;
  const generator = await loadGenerator(folder);
  if (generator.latentDim !== set.latentDim) {
    throw new CliError(
      'INPUT_FILE',
      `${file} has directions of ${set.latentDim} numbers, and latents of ${generator.name}@${generator.version} have ${generator.latentDim}; choose the generator that they were fitted for.`,
    );
  }
  await writeOutput(output, await picture(generator, set));
  const rows = set.directions.map(
    (direction, at) => `${2 * at + 1}-${2 * at + 2} ${nameOf(direction)}`,
  );
  say(`${resolve(output)}, rows ${rows.join('; ')}`);
}

async function picture(generator: GeneratorModel, set: CovariateDirections): Promise<Uint8Array> {
  const environment = readEnvironment();
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const sessions = await openGenerator(runtime, generator);
  stack.defer(() => sessions.close());
  const faces = new Float32Array((1 + DRAWN.count) * generator.latentDim);
  faces.set(sessions.average);
  faces.set(await sessions.drawLatents(DRAWN), generator.latentDim);
  const tiles = [];
  for (const direction of set.directions) {
    const offsets = stripOffsets(direction, COLUMNS);
    const { count, height, width, data } = await sessions.images(
      moveAlong(faces, direction.normal, offsets),
    );
    const size = height * width * 3;
    for (let at = 0; at < count; at++) {
      tiles.push({ pixels: data.slice(at * size, (at + 1) * size), width, height });
    }
  }
  return contactSheet(tiles, { columns: COLUMNS });
}
