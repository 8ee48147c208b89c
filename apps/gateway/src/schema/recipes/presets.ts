/** @file Presets, and whether the person who asks has the models for them. */
import type { Actor, Catalog } from '@colloid/catalog';
import { PRESETS } from '@colloid/sampler/recipe';

import type { RecipePresetSource } from './catalogue.ts';

/** All presets; one can run when some team of the actor has both of its models ready. */
export async function presetsFor(
  catalog: Catalog,
  actor: Actor | null,
): Promise<RecipePresetSource[]> {
  const ready = actor === null ? [] : await readyModels(catalog, actor);
  return PRESETS.map(({ id, title, description, recipe }) => {
    const wanted = [recipe.generator, recipe.recogniser];
    const isRunnable = ready.some((models) => wanted.every((model) => models.has(model)));
    const reason = isRunnable ? null : reasonAgainst(wanted, ready);
    return { name: id, title, description, definition: recipe, isRunnable, reason };
  });
}

async function readyModels(catalog: Catalog, actor: Actor): Promise<ReadonlySet<string>[]> {
  const teams = await catalog.teams.teamsOf({ actor });
  return Promise.all(
    teams.map(async ({ team }) => {
      const models = await catalog.models.listModelVersions({ actor, teamId: team.id });
      const ready = models.filter((model) => model.state === 'READY');
      return new Set(ready.map((model) => `${model.name}@${model.version}`));
    }),
  );
}

function reasonAgainst(wanted: readonly string[], ready: readonly ReadonlySet<string>[]): string {
  const missing = wanted.filter((model) => !ready.some((models) => models.has(model)));
  return missing.length === 0
    ? 'No team of yours has both of its models ready; register them in one team.'
    : `No team of yours has ${missing.map((model) => `'${model}'`).join(' and ')} ready; register ${missing.length === 1 ? 'it' : 'them'} first.`;
}
