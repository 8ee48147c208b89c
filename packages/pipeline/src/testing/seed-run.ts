/** @file A queued run of a small recipe on the built-in pair, made through the same services that people use. */

import { randomUUID } from 'node:crypto';

import type { Catalog } from '@colloid/catalog';
import { findPreset, parseRecipe, type Recipe } from '@colloid/sampler/recipe';
import type { ObjectStore } from '@colloid/storage';

import { installBuiltInModels } from '../built-in-models.ts';
import { namedSets } from '../recipe-sets.ts';
import { runPlan } from '../run-plan.ts';
import type { SqlExecutor } from '../queue/queue.ts';

export interface SeedOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly recipe: Recipe;
  /** Gives the team the pair of the recipe. @default the built-in pair */
  readonly installModels?: typeof installBuiltInModels;
  readonly enqueue: (transaction: SqlExecutor, runId: string) => Promise<void>;
}

export interface SeededRun {
  readonly actor: { readonly userId: string };
  readonly teamId: string;
  readonly datasetId: string;
  readonly runId: string;
}

/** The built-in pair's quick preset, made smaller. */
export function smallRecipe(size: {
  readonly identities: number;
  readonly iterations: number;
  readonly variations: number;
  readonly variationIterations: number;
}): Recipe {
  const preset = findPreset('built-in-quick');
  if (preset?.recipe.variations == null) throw new Error('the preset built-in-quick is gone');
  const { references, variations } = preset.recipe;
  return parseRecipe({
    ...preset.recipe,
    identities: size.identities,
    references: {
      ...references,
      parameters: { ...references.parameters, iterations: size.iterations },
    },
    variations: {
      ...variations,
      parameters: {
        ...variations.parameters,
        variations: size.variations,
        iterations: size.variationIterations,
      },
    },
  });
}

/** Makes a user, a team, a dataset with a budget for exactly one such run, the recipe, and the run. */
export async function seedRun({
  catalog,
  store,
  recipe,
  installModels = installBuiltInModels,
  enqueue,
}: SeedOptions): Promise<SeededRun> {
  const userId = randomUUID();
  await catalog.prisma.user.create({
    data: { id: userId, name: 'Test', email: `${userId}@colloid.example` },
  });
  const actor = { userId };
  const team = await catalog.teams.createTeam({
    actor,
    slug: `team-${userId.slice(0, 8)}`,
    name: 'Team',
  });
  await installModels({ catalog, store, teamId: team.id });
  const dataset = await catalog.datasets.createDataset({
    actor,
    teamId: team.id,
    slug: 'dataset',
    title: 'Dataset',
  });
  const plan = runPlan(recipe);
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { datasetId: dataset.id },
    maxIdentities: plan.identityCount,
    maxSamples: plan.identityCount * plan.samplesPerIdentity,
    minSeparation: plan.separation,
  });
  const models = await catalog.models.listModelVersions({ actor, teamId: team.id });
  const idOf = (kind: string): string => models.find((model) => model.kind === kind)?.id ?? '';
  const row = await catalog.recipes.createRecipe({
    actor,
    teamId: team.id,
    name: 'recipe',
    definition: JSON.parse(JSON.stringify(recipe)) as Record<string, never>,
    generatorVersionId: idOf('GENERATOR'),
    recogniserVersionId: idOf('RECOGNISER'),
    ...namedSets(recipe),
  });
  const run = await catalog.runs.createRun(
    { actor, datasetId: dataset.id, recipeId: row.id, plan: runPlan },
    enqueue,
  );
  return { actor, teamId: team.id, datasetId: dataset.id, runId: run.id };
}
