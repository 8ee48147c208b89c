/** @file A person with a team, models, a dataset, a budget and a recipe: what every test begins with. */
import type { Actor, Catalog, Dataset, Recipe, Run, Team } from '@colloid/catalog';
import { runPlan } from '@colloid/pipeline/client';
import { PRESETS } from '@colloid/sampler/recipe';

import { ensureUser } from '../auth/users.ts';

/** Password of every seeded person. */
export const SEED_PASSWORD = 'correct horse battery';

/** What {@link seedTeam} made. */
export interface SeededTeam {
  readonly actor: Actor;
  readonly email: string;
  readonly team: Team;
  readonly dataset: Dataset;
  readonly recipe: Recipe;
}

/** Makes `<name>@example.org`, owner of the team `<name>-lab`. */
export async function seedTeam(options: {
  readonly catalog: Catalog;
  readonly secret: string;
  /** Lower-case letters. */
  readonly name: string;
  readonly identities: number;
  readonly variations: number;
}): Promise<SeededTeam> {
  const { catalog, secret, name } = options;
  const email = `${name}@example.org`;
  const { id: userId } = await ensureUser({
    catalog,
    secret,
    email,
    name,
    password: SEED_PASSWORD,
  });
  const actor = { userId };
  const team = await catalog.teams.createTeam({
    actor,
    slug: `${name}-lab`,
    name: `${name}'s lab`,
  });
  const [generator, recogniser] = await seedModels(catalog, team.id);
  const dataset = await catalog.datasets.createDataset({
    actor,
    teamId: team.id,
    slug: 'faces',
    title: 'Faces',
    description: 'A dataset for tests.',
    tags: ['test'],
  });
  const limits = { maxIdentities: 1000, maxSamples: 20_000, minSeparation: 0.5 };
  const scopes = [{ teamId: team.id }, { datasetId: dataset.id }];
  for (const scope of scopes) await catalog.budgets.setIdentityBudget({ actor, scope, ...limits });
  const recipe = await catalog.recipes.createRecipe({
    actor,
    teamId: team.id,
    name: 'quick',
    definition: seedDefinition(options),
    generatorVersionId: generator,
    recogniserVersionId: recogniser,
  });
  return { actor, email, team, dataset, recipe };
}

/** A queued run of the seeded recipe; no job is enqueued. */
export function seedRun(
  catalog: Catalog,
  seeded: SeededTeam,
  message = 'A run for tests.',
): Promise<Run> {
  return catalog.runs.createRun(
    {
      actor: seeded.actor,
      datasetId: seeded.dataset.id,
      recipeId: seeded.recipe.id,
      message,
      plan: runPlan,
    },
    () => Promise.resolve(),
  );
}

/** A recipe document of the quick preset with that many identities and variations. */
export function seedDefinition(size: {
  readonly identities: number;
  readonly variations: number;
}): Record<string, never> {
  const [preset] = PRESETS;
  if (preset === undefined) throw new Error('The sampler has no preset to seed from.');
  const parameters = { variations: size.variations };
  const variations = { algorithm: 'dispersion', parameters };
  const recipe = { ...preset.recipe, identities: size.identities, variations };
  return JSON.parse(JSON.stringify(recipe)) as Record<string, never>;
}

async function seedModels(catalog: Catalog, teamId: string): Promise<[string, string]> {
  const kinds = ['GENERATOR', 'RECOGNISER'] as const;
  const names = { GENERATOR: 'parametric-head', RECOGNISER: 'parametric-head-id' };
  const models = [];
  for (const kind of kinds) {
    models.push(
      await catalog.models.ensureBuiltInModel({
        teamId,
        kind,
        name: names[kind],
        version: '1',
        digest: kind === 'GENERATOR' ? 'a'.repeat(64) : 'b'.repeat(64),
        licence: 'MIT',
        manifest: { kind: kind.toLowerCase() },
        files: {},
        state: 'READY',
      }),
    );
  }
  return [models[0]?.id ?? '', models[1]?.id ?? ''];
}
