/** @file What people call the things in a lineage. */
import type { Loaders } from '../../loaders/loaders.ts';
import type { NodeSource } from '../source-types.ts';

/** A short name; a run or version is told by its dataset and number. */
export async function labelOf(entity: NodeSource, loaders: Loaders): Promise<string> {
  switch (entity.__typename) {
    case 'ModelVersion':
    case 'Gallery':
    case 'CovariateSet':
      return `${entity.name}@${entity.version}`;
    case 'Recipe':
      return `${entity.name} ${entity.version}`;
    case 'Run':
    case 'DatasetVersion': {
      const title = (await loaders.dataset.load(entity.datasetId))?.title ?? '';
      const what = entity.__typename === 'Run' ? 'run' : 'version';
      return `${title}, ${what} ${entity.number}`;
    }
    case 'Release': {
      const place = await loaders.releasePlace.load(entity.id);
      return `${place?.datasetTitle ?? entity.title}, release ${entity.semanticVersion}`;
    }
    case 'Subset':
    case 'Team':
      return entity.name;
    case 'Dataset':
      return entity.title;
    case 'Identity':
    case 'Sample':
    case 'IdentityBudget':
      return entity.__typename;
  }
}
