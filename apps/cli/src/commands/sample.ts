/** @file `./colloid sample recipe.yaml --out DIR`: a dataset from a recipe, with no database and no server. */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { builtInModels } from '@colloid/models';
import {
  computePlan,
  describeFallback,
  objectActivityStore,
  type PartialWork,
  type RunOutput,
  runProgress,
  type RunReporter,
  type RunSets,
  type RunStage,
  runStages,
  secondsLeft,
} from '@colloid/pipeline';
import {
  type GeneratorModel,
  loadGenerator,
  loadRecogniser,
  openRecipeChain,
  openRuntime,
  parseRecipe,
  type Recipe,
  type RecogniserModel,
  type ReferenceStatistics,
} from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';
import { parse as parseYaml } from 'yaml';

import {
  type ModelNote,
  readDatasetFolder,
  STATISTICS_FILE,
  writeDatasetFile,
} from '../dataset-folder.ts';
import { readEnvironment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { place, placeShards, WORK_FOLDER } from '../place-shards.ts';
import { formatSeconds, say, showProgress } from '../terminal.ts';
import { readSets, type SetFiles } from './sample-sets.ts';

export interface SampleOptions extends SetFiles {
  readonly out: string;
  /** Folder of a generator, in place of the one the recipe names among the built-in models. */
  readonly generator?: string;
  readonly recogniser?: string;
}

const NAMES: Record<RunStage, string> = {
  PREPARE: 'Preparing',
  REFERENCES: 'References',
  VARIATIONS: 'Variations',
  RENDER: 'Images',
  MEASURE: 'Measuring',
  COMMIT: 'Writing',
};

/** Where the references of a run that failed are left. */
const PARTIAL = 'partial';

/** What a run has told so far. */
interface Told {
  readonly iterations: ReferenceStatistics[];
  partial: PartialWork | null;
}

/**
 * Runs the recipe into the folder. Stopped at any moment and started again it goes on where it stood.
 *
 * @throws {CliError} `INVALID_RECIPE`, `OUTPUT_FOLDER`, and the sampler's own errors.
 */
export async function sample(recipeFile: string, options: SampleOptions): Promise<void> {
  const environment = readEnvironment();
  const recipe = await readRecipe(recipeFile);
  const out = resolve(options.out);
  await prepareOutput(out);
  const generator = await loadGenerator(options.generator ?? builtInFolder(recipe.generator));
  const recogniser = await loadRecogniser(options.recogniser ?? builtInFolder(recipe.recogniser));
  const sets = await readSets(recipe, options, { generator, recogniser });

  const stop = new AbortController();
  const interrupt = (): void =>
    stop.abort(new CliError('RUN_FAILED', 'Interrupted; run the same command again to go on.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);

  await using stack = new AsyncDisposableStack();
  const store = await openObjectStore({ kind: 'filesystem', root: join(out, WORK_FOLDER) });
  stack.defer(() => store.close());
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const sessions = await openRecipeChain(runtime, {
    generator,
    recogniser,
    recipe,
    mostWeightBytes: environment.COLLOID_WEIGHT_MEMORY_MB * 1024 ** 2,
    onFallback: async (graph, operators) =>
      say(describeFallback(runtime.provider, graph, operators)),
  });
  stack.defer(() => sessions.close());

  const clock = (): number => performance.now() / 1000;
  const startedAt = clock();
  const told: Told = { iterations: [], partial: null };
  const output = await runStages({
    activities: objectActivityStore(store),
    store,
    sessions,
    recipe,
    sets,
    plan: computePlan(
      { generator, recogniser },
      {
        provider: runtime.provider,
        recipe,
        weightMemoryMb: environment.COLLOID_WEIGHT_MEMORY_MB,
      },
    ),
    reporter: terminalReporter(recipe, clock, told),
    signal: stop.signal,
    clock,
  }).catch(async (error: unknown) => {
    await keepPartial(out, told);
    throw error;
  });
  const isAgain = await isDatasetOf(out, recipe);
  await writeDataset(out, {
    recipe,
    generator,
    recogniser,
    sets,
    provider: runtime.provider,
    output,
  });
  await rm(join(out, PARTIAL), { recursive: true, force: true });
  // A run that was whole already tells of no iterations; those of its first time stay, and those of another recipe do not.
  if (told.iterations.length > 0) await writeIterations(out, told);
  else if (!isAgain) await rm(join(out, STATISTICS_FILE), { force: true });
  say(`${recipe.identities} identities in ${formatSeconds(clock() - startedAt)}: ${out}`);
}

/** Whether the folder holds what this recipe made before. */
async function isDatasetOf(out: string, recipe: Recipe): Promise<boolean> {
  const there = await readDatasetFolder(out).catch(() => null);
  return JSON.stringify(there?.['recipe']) === JSON.stringify(recipe);
}

async function readRecipe(file: string): Promise<Recipe> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('INVALID_RECIPE', `The recipe ${file} cannot be read; check its path.`, {
      cause,
    });
  });
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new CliError('INVALID_RECIPE', `The recipe ${file} is not valid YAML: ${reason}`, {
      cause,
    });
  }
  return parseRecipe(document);
}

function builtInFolder(reference: string): string {
  const model = builtInModels.find(
    ({ name }) => reference === name || reference.startsWith(`${name}@`),
  );
  if (model !== undefined) return model.folder;
  const known = builtInModels.map(({ name }) => name).join(', ');
  throw new CliError(
    'INVALID_RECIPE',
    `The recipe names the model '${reference}', which does not come with Colloid (${known} do); give its folder with --generator or --recogniser.`,
  );
}

async function prepareOutput(out: string): Promise<void> {
  try {
    for (const folder of ['images', 'latents', 'embeddings', WORK_FOLDER]) {
      await mkdir(join(out, folder), { recursive: true });
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(
      'OUTPUT_FOLDER',
      `The folder ${out} cannot be written (${reason}); choose another one with --out.`,
      { cause },
    );
  }
}

function terminalReporter(recipe: Recipe, clock: () => number, told: Told): RunReporter {
  const estimate = runProgress(recipe);
  const startedAt = clock();
  let stage: RunStage = 'PREPARE';
  let shareAtStart: number | null = null;
  return {
    startStage: async (next) => {
      stage = next;
    },
    progress: async (shareOfStage) => {
      const share = estimate.overall(stage, shareOfStage);
      shareAtStart ??= share;
      showProgress(
        NAMES[stage],
        share,
        secondsLeft({ seconds: clock() - startedAt, shareAtStart, share }),
      );
    },
    referenceIteration: async (statistics) => {
      // An iteration is told again where it has come further since, as the last one of draws that are tried in turn.
      if (told.iterations.at(-1)?.iteration === statistics.iteration) told.iterations.pop();
      told.iterations.push(statistics);
    },
    variationIterations: async () => undefined,
    preview: async () => undefined,
    checkpoint: async () => undefined,
    partial: async (work) => {
      told.partial = work;
    },
    log: async (_level, message) => say(message),
  };
}

async function writeDataset(
  out: string,
  result: {
    readonly recipe: Recipe;
    readonly generator: GeneratorModel;
    readonly recogniser: RecogniserModel;
    readonly sets: RunSets;
    readonly provider: string;
    readonly output: RunOutput;
  },
): Promise<void> {
  const shards = await placeShards(out, result.output.shards);
  await writeDatasetFile(out, {
    recipe: result.recipe,
    generator: { ...noteOf(result.generator), hasMapping: result.generator.mapping !== null },
    recogniser: noteOf(result.recogniser),
    sets: {
      gallery: result.sets.gallery?.digest ?? null,
      covariates: result.sets.covariates?.digest ?? null,
    },
    provider: result.provider,
    metrics: result.output.measure.metrics,
    shards: [...shards],
  });
}

function noteOf({ name, version, digest, licence }: GeneratorModel | RecogniserModel): ModelNote {
  return { name, version, digest, licence };
}

/** Lays out the references of a run that ends without a dataset, and says where. */
async function keepPartial(out: string, told: Told): Promise<void> {
  const { partial } = told;
  if (partial === null || partial.identities === 0) return;
  const folder = join(out, PARTIAL);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const kind of ['latents', 'embeddings'] as const) {
    await place(join(out, WORK_FOLDER, partial[kind].key), join(folder, `${kind}.npy`));
  }
  if (told.iterations.length > 0) await writeIterations(folder, told);
  say(`${partial.identities} identities as they were last are kept: ${folder}`);
}

async function writeIterations(folder: string, { iterations }: Told): Promise<void> {
  const text = `${JSON.stringify({ references: iterations })}\n`;
  await writeFile(join(folder, STATISTICS_FILE), text);
}
