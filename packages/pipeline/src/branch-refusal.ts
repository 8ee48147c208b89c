/** @file Whether a recipe can go on from a state that another one's run has kept. */

import { parseRecipe } from '@colloid/sampler/recipe';

/**
 * Why not, as a sentence, or null where it can: only what moves identities may differ, not what they are.
 *
 * @throws {RecipeError} where a definition is no recipe.
 */
export function branchRefusal(recipes: {
  /** Recipe documents, as `Recipe.definition` keeps them. */
  readonly source: unknown;
  readonly branch: unknown;
  /** Iterations done where the branch begins. */
  readonly iteration: number;
}): string | null {
  const { iteration } = recipes;
  const source = parseRecipe(recipes.source);
  const branch = parseRecipe(recipes.branch);
  for (const [stage, whose] of [
    [source.references, "the run's recipe"],
    [branch.references, 'the recipe'],
  ] as const) {
    if (stage.algorithm === 'langevin') continue;
    return `The reference algorithm of ${whose} is '${stage.algorithm}', and only langevin moves all identities together, so that it can go on from a state; choose recipes with langevin.`;
  }
  for (const name of ['identities', 'seed', 'truncation'] as const) {
    if (source[name] === branch[name]) continue;
    return `The recipe has ${name} ${branch[name]}, and the run's recipe ${source[name]}; a branch goes on with the same identities, so ${name} has to stay as it is.`;
  }
  const total =
    branch.references.algorithm === 'langevin' ? branch.references.parameters.iterations : 0;
  return total >= iteration
    ? null
    : `The recipe has iterations ${total}, and the branch begins after ${iteration}; set iterations to at least ${iteration}, counted from the random draw.`;
}
