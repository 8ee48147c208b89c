/** @file Ids inside inputs. */
import { CatalogError } from '@colloid/catalog';

import { keyOf } from '../../ids.ts';
import type { KeyOfType, NodeTypeName } from '../../ids.ts';

const WORDS = {
  Team: 'team',
  Dataset: 'dataset',
  IdentityBudget: 'identity budget',
  ModelVersion: 'model',
  Gallery: 'gallery',
  CovariateSet: 'covariate set',
  Recipe: 'recipe',
  Run: 'run',
  DatasetVersion: 'version',
  Subset: 'subset',
  Release: 'release',
  Identity: 'identity',
  Sample: 'sample',
} as const satisfies Record<NodeTypeName, string>;

/**
 * The key in a global id of an input.
 *
 * @throws CatalogError NOT_FOUND with `path`, the same answer as for an id of something invisible.
 */
export function requireKey<Name extends NodeTypeName>(
  type: Name,
  id: string,
  path: readonly string[],
): KeyOfType[Name] {
  const key = keyOf(type, id);
  if (key !== null) return key;
  throw new CatalogError('NOT_FOUND', `There is no such ${WORDS[type]}, or you may not see it.`, {
    path,
  });
}
