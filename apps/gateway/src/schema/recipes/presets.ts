/** @file Presets, and whether the person who asks has the models and sets for them. */
import type { Actor, Catalog } from '@colloid/catalog';
import { namedSets } from '@colloid/pipeline/client';
import { PRESETS } from '@colloid/sampler/recipe';

import type { RecipePresetSource } from './catalogue.ts';

/** Sets of a team that are looked through for the one of a preset. */
const SETS_LOOKED_AT = 500;

/** All presets; one can run when some team of the actor has everything that it names ready. */
export async function presetsFor(
  catalog: Catalog,
  actor: Actor | null,
): Promise<RecipePresetSource[]> {
  const ready = actor === null ? [] : await readyThings(catalog, actor);
  return PRESETS.map(({ id, title, description, recipe }) => {
    const { gallery, covariates } = namedSets(recipe);
    const wanted = [recipe.generator, recipe.recogniser, gallery, covariates].filter(
      (name) => name !== null,
    );
    const isRunnable = ready.some((things) => wanted.every((name) => things.has(name)));
    const reason = isRunnable ? null : reasonAgainst(wanted, ready);
    return { name: id, title, description, definition: recipe, isRunnable, reason };
  });
}

/** Models and sets that each team has ready, name@version. */
async function readyThings(catalog: Catalog, actor: Actor): Promise<ReadonlySet<string>[]> {
  const teams = await catalog.teams.teamsOf({ actor });
  return Promise.all(
    teams.map(async ({ team }) => {
      const scope = { actor, teamId: team.id };
      const page = { first: SETS_LOOKED_AT };
      const [models, galleries, covariates] = await Promise.all([
        catalog.models.listModelVersions(scope),
        catalog.galleries.listGalleries({ ...scope, page }),
        catalog.covariateSets.listCovariateSets({ ...scope, page }),
      ]);
      const sets = [...galleries.edges, ...covariates.edges].map(({ node }) => node);
      return new Set(
        [...models, ...sets]
          .filter(({ state }) => state === 'READY')
          .map(({ name, version }) => `${name}@${version}`),
      );
    }),
  );
}

function reasonAgainst(wanted: readonly string[], ready: readonly ReadonlySet<string>[]): string {
  const missing = wanted.filter((name) => !ready.some((things) => things.has(name)));
  return missing.length === 0
    ? 'No team of yours has everything that it names ready; register it in one team.'
    : `No team of yours has ${missing.map((name) => `'${name}'`).join(' and ')} ready; register ${missing.length === 1 ? 'it' : 'them'} first.`;
}
