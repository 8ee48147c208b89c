/** @file What a run would take, scaled by how long the stages of a past run with the same models really took. */
import { estimate } from '@colloid/sampler/recipe';
import type { Estimate, Recipe, Throughput } from '@colloid/sampler/recipe';
import type { Actor, Run } from '@colloid/catalog';

import type { GatewayContext } from '../../context.ts';
import { readSecondsPerStage } from '../runs/stored-json.ts';
import type { StageSeconds } from '../runs/stored-json.ts';
import { RUN_STAGES } from '../runs/stages.ts';
import type { RunStageName } from '../runs/stages.ts';

/** See the GraphQL type RunEstimate. */
export interface RunEstimateSource {
  readonly identities: number;
  readonly samples: number;
  readonly images: number;
  readonly seconds: number;
  readonly sizeBytes: number;
  readonly secondsPerStage: StageSeconds[];
  readonly basis: string;
}

/** Stages whose time grows with the recipe. */
const SCALED = { REFERENCES: 'references', VARIATIONS: 'variations', RENDER: 'render' } as const;

/** The built-in pair on two CPU cores. */
const DEFAULT_THROUGHPUT: Throughput = { imagesPerSecond: 100, gradientsPerSecond: 30 };
const DEFAULT_BASIS =
  'Stated figures for the built-in models on two CPU cores; after the first run they are measured ones.';

/** Past runs that are looked through for one with the same models. */
const RUNS_LOOKED_AT = 30;

/** A run that tells how fast things go here. */
interface Precedent {
  readonly run: Run;
  readonly recipe: Recipe;
}

/** What a run of `recipe` would take for a team. */
export async function estimateFor(
  context: GatewayContext,
  options: { readonly actor: Actor; readonly teamId: string; readonly recipe: Recipe },
): Promise<RunEstimateSource> {
  const { recipe } = options;
  const guess = estimate(recipe, DEFAULT_THROUGHPUT);
  const precedent = await findPrecedent(context, options);
  const secondsPerStage = precedent === null ? stagesOf(guess) : scaledStages(guess, precedent);
  const bytesPerImage = precedent === null ? null : await measuredBytes(context, precedent.run);
  return {
    identities: recipe.identities,
    samples: guess.images,
    images: guess.images,
    seconds: secondsPerStage.reduce((sum, { seconds }) => sum + seconds, 0),
    sizeBytes: bytesPerImage === null ? guess.bytes : bytesPerImage * guess.images,
    secondsPerStage,
    basis: precedent === null ? DEFAULT_BASIS : await basisOf(context, precedent.run),
  };
}

async function findPrecedent(
  { catalog, loaders }: GatewayContext,
  options: { readonly actor: Actor; readonly teamId: string; readonly recipe: Recipe },
): Promise<Precedent | null> {
  const { actor, teamId, recipe } = options;
  const page = await catalog.runs.listRuns({
    actor,
    scope: { teamId },
    page: { first: RUNS_LOOKED_AT },
  });
  const succeeded = page.edges.flatMap(({ node: run }) =>
    run.state === 'SUCCEEDED' && run.recipeId !== null ? { run, recipeId: run.recipeId } : [],
  );
  const recipes = await Promise.all(succeeded.map((past) => loaders.recipe.load(past.recipeId)));
  for (const [index, { run }] of succeeded.entries()) {
    // What is in the catalog was checked when it was written.
    const past = recipes[index]?.definition as Recipe | undefined;
    if (past?.generator === recipe.generator && past.recogniser === recipe.recogniser) {
      return { run, recipe: past };
    }
  }
  return null;
}

function stagesOf(guess: Estimate): StageSeconds[] {
  return Object.entries(SCALED).map(([stage, name]) => ({
    stage: stage as RunStageName,
    seconds: guess.seconds[name],
  }));
}

/** Scales what grows with the recipe; the other stages take about what they took. */
function scaledStages(guess: Estimate, precedent: Precedent): StageSeconds[] {
  const past = estimate(precedent.recipe, DEFAULT_THROUGHPUT);
  const measured = new Map(
    readSecondsPerStage(precedent.run.secondsPerStage).map(({ stage, seconds }) => [
      stage,
      seconds,
    ]),
  );
  return RUN_STAGES.flatMap((stage): StageSeconds[] => {
    const seconds = measured.get(stage);
    if (!isScaled(stage)) return seconds === undefined ? [] : [{ stage, seconds }];
    const [now, then] = [guess.seconds[SCALED[stage]], past.seconds[SCALED[stage]]];
    return [{ stage, seconds: seconds === undefined || then === 0 ? now : (now * seconds) / then }];
  });
}

function isScaled(stage: RunStageName): stage is keyof typeof SCALED {
  return Object.hasOwn(SCALED, stage);
}

async function measuredBytes({ catalog }: GatewayContext, run: Run): Promise<number | null> {
  const shards = await catalog.rows.shardsOfRun(run.id);
  const bytes = shards.reduce((sum, shard) => sum + Number(shard.sizeBytes), 0);
  const images = run.identityCount * run.samplesPerIdentity;
  return images === 0 || bytes === 0 ? null : bytes / images;
}

async function basisOf({ loaders }: GatewayContext, run: Run): Promise<string> {
  // Runs are numbered in each dataset, and this one may be of another.
  const dataset = await loaders.dataset.load(run.datasetId);
  const which = `${dataset === null ? '' : `${dataset.title}, `}run ${run.number}`;
  const where = [run.provider, run.machine].filter((part) => part !== null).join(' on ');
  return `Measured in ${which}, with the same models${where === '' ? '' : ` (${where})`}.`;
}
