/** @file What the demo makes: a person, a team, a dataset, a budget, a recipe and one run. */

import type { Actor, Catalog } from '@colloid/catalog';
import { createOneTimeSignIn, ensureUser } from '@colloid/gateway';
import { installBuiltInModels, type Queue, runNeeds, runPlan } from '@colloid/pipeline';
import { PRESETS, type Recipe } from '@colloid/sampler/recipe';
import type { ObjectStore } from '@colloid/storage';

const EMAIL = 'demo@colloid.example';
const TEAM = { slug: 'demo', name: 'Demo team' };
const DATASET = {
  slug: 'first-faces',
  title: 'First faces',
  description:
    'A hundred identities of the built-in parametric head, moved apart by Langevin dynamics, with eight variations each.',
  tags: ['demo', 'parametric-head'],
};
const IDENTITIES = 100;
const VARIATIONS = 8;
const PRESET = 'built-in-quick';
const SIGN_IN_MINUTES = 24 * 60;

export interface DemoContext {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly queue: Queue;
  readonly secret: string;
}

export interface DemoDataset {
  readonly actor: Actor;
  readonly teamSlug: string;
  readonly datasetSlug: string;
  readonly datasetId: string;
  readonly runId: string;
  readonly runNumber: number;
}

/** Makes what is missing; a second call finds the same dataset and the same run. */
export async function prepareDemo({
  catalog,
  store,
  queue,
  secret,
}: DemoContext): Promise<DemoDataset> {
  const user = await ensureUser({ catalog, secret, email: EMAIL, name: 'Demo' });
  const actor: Actor = { userId: user.id };
  const team =
    (await catalog.teams.teamBySlug({ actor, slug: TEAM.slug })) ??
    (await catalog.teams.createTeam({ actor, ...TEAM }));
  await installBuiltInModels({ catalog, store, teamId: team.id });

  let dataset = await catalog.datasets.datasetBySlug({
    actor,
    teamId: team.id,
    slug: DATASET.slug,
  });
  const definition = demoRecipe();
  const plan = runPlan(definition);
  if (dataset === null) {
    dataset = await catalog.datasets.createDataset({ actor, teamId: team.id, ...DATASET });
    await catalog.budgets.setIdentityBudget({
      actor,
      scope: { datasetId: dataset.id },
      maxIdentities: IDENTITIES,
      maxSamples: IDENTITIES * plan.samplesPerIdentity,
      minSeparation: plan.separation,
    });
  }
  const models = await catalog.models.listModelVersions({ actor, teamId: team.id });
  const versionOf = (kind: 'GENERATOR' | 'RECOGNISER'): string => {
    const model = models.find((one) => one.kind === kind && one.isBuiltIn);
    if (model === undefined) throw new Error(`the built-in ${kind} was not registered`);
    return model.id;
  };
  const recipe = await catalog.recipes.createRecipe({
    actor,
    teamId: team.id,
    name: 'Langevin and Dispersion, first look',
    definition: JSON.parse(JSON.stringify(definition)) as Record<string, never>,
    generatorVersionId: versionOf('GENERATOR'),
    recogniserVersionId: versionOf('RECOGNISER'),
  });
  const run = await catalog.runs.createRun(
    {
      actor,
      datasetId: dataset.id,
      recipeId: recipe.id,
      message: 'First faces',
      idempotencyKey: 'demo',
      plan: runPlan,
    },
    (transaction, runId) => queue.enqueueRun(transaction, runId, runNeeds(definition)),
  );
  return {
    actor,
    teamSlug: team.slug,
    datasetSlug: dataset.slug,
    datasetId: dataset.id,
    runId: run.id,
    runNumber: run.number,
  };
}

/** Path of the one-time sign-in, which then goes on to `next`. */
export async function demoSignIn(
  { catalog, secret }: Pick<DemoContext, 'catalog' | 'secret'>,
  next: string,
): Promise<string> {
  const { path } = await createOneTimeSignIn({
    catalog,
    secret,
    email: EMAIL,
    validForMinutes: SIGN_IN_MINUTES,
  });
  return `${path}&next=${encodeURIComponent(next)}`;
}

function demoRecipe(): Recipe {
  const preset = PRESETS.find(({ id }) => id === PRESET);
  if (preset === undefined) throw new Error(`there is no preset ${PRESET}`);
  const { recipe } = preset;
  if (recipe.variations?.algorithm !== 'dispersion') {
    throw new Error(`the preset ${PRESET} has no Dispersion`);
  }
  return {
    ...recipe,
    identities: IDENTITIES,
    variations: {
      ...recipe.variations,
      parameters: { ...recipe.variations.parameters, variations: VARIATIONS },
    },
  };
}
