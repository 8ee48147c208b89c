/** @file What two recipes differ in, with the labels of the form. */
import { compareRecipes } from '@colloid/sampler/recipe';
import type { RecipeDifference } from '@colloid/sampler/recipe';

import { recipeParameters } from './catalogue.ts';

/** See the GraphQL type RecipeDifference. */
export interface RecipeDifferenceSource extends RecipeDifference {
  readonly label: string;
}

/** Labels of models, which the form does not list among the parameters. */
const MODEL_LABELS: Readonly<Record<string, string>> = {
  generator: 'Generator',
  recogniser: 'Recogniser',
  variations: 'Variations',
};

/** The differences with the labels of the form. */
export function labelledDifferences(before: unknown, after: unknown): RecipeDifferenceSource[] {
  const labels = new Map(recipeParameters().map(({ path, label }) => [path, label]));
  return compareRecipes(before, after).map((difference) =>
    Object.assign({}, difference, {
      label: labels.get(difference.path) ?? MODEL_LABELS[difference.path] ?? difference.path,
    }),
  );
}
