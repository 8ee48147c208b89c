/** @file What a branch may change: the parameters of Langevin that act from some iteration on. Pure. */
import type { RecipeFieldFragment } from '@/generated/graphql.ts';
import { readPath, type RecipeValue } from '../recipe/recipe-values.ts';

const PREFIX = 'references.parameters.';

/** Fields of the references' own algorithm, in the order of the form. */
export function branchFields(
  fields: readonly RecipeFieldFragment[],
  definition: unknown,
): readonly RecipeFieldFragment[] {
  const algorithm = readPath(definition, 'references.algorithm');
  return fields.filter(
    ({ path, algorithms }) =>
      path.startsWith(PREFIX) &&
      typeof algorithm === 'string' &&
      algorithms?.includes(algorithm) === true &&
      typeof readPath(definition, path) === 'number',
  );
}

/** The definition with those values in place of its own. */
export function changedDefinition(
  definition: unknown,
  values: Readonly<Record<string, RecipeValue>>,
): Record<string, unknown> {
  const changed = structuredClone(definition) as Record<string, unknown>;
  const references = changed['references'] as { parameters: Record<string, unknown> };
  for (const [path, value] of Object.entries(values)) {
    references.parameters[path.slice(PREFIX.length)] = value;
  }
  return changed;
}

/** Whether a branch of `source` may go on with `other`: the same models, identities, seed and truncation, both by Langevin. */
export function isBranchable(source: unknown, other: unknown): boolean {
  const same = ['generator', 'recogniser', 'identities', 'seed', 'truncation'];
  return (
    same.every((path) => readPath(source, path) === readPath(other, path)) &&
    readPath(other, 'references.algorithm') === 'langevin'
  );
}
