/** @file Fetches whatever a global id names. */
import type { GlobalKey } from '../ids.ts';
import type { NodeSource } from '../schema/source-types.ts';
import type { Loaders } from './loaders.ts';

/** The entity with the name of its type, or null where there is none to be seen. */
export async function loadNode(
  loaders: Loaders,
  global: GlobalKey | null,
): Promise<NodeSource | null> {
  if (global === null) return null;
  const entity = await loadEntity(loaders, global);
  return entity === null ? null : ({ ...entity, __typename: global.type } as NodeSource);
}

function loadEntity(loaders: Loaders, { type, key }: GlobalKey): Promise<object | null> {
  switch (type) {
    case 'Team':
      return loaders.team.load(key.id);
    case 'Dataset':
      return loaders.dataset.load(key.id);
    case 'IdentityBudget':
      return loaders.budget.load(key.id);
    case 'ModelVersion':
      return loaders.modelVersion.load(key.id);
    case 'Gallery':
      return loaders.gallery.load(key.id);
    case 'CovariateSet':
      return loaders.covariateSet.load(key.id);
    case 'Recipe':
      return loaders.recipe.load(key.id);
    case 'Run':
      return loaders.run.load(key.id);
    case 'DatasetVersion':
      return loaders.version.load(key.id);
    case 'Subset':
      return loaders.subset.load(key.id);
    case 'Release':
      return loaders.release.load(key.id);
    case 'Identity':
      return loaders.identity.load(key);
    case 'Sample':
      return loaders.sample.load(key);
  }
}
