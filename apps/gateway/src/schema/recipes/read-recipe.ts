/** @file A recipe document from outside, checked by the sampler's own schema. */
import { readAuthorsOptions, ZRecipe } from '@colloid/sampler/recipe';
import type { Recipe } from '@colloid/sampler/recipe';
import type { z } from 'zod';

import { InputProblems } from '../../graphql/errors.ts';
import type { UserErrorSource } from '../../graphql/errors.ts';

/** The recipe with its defaults filled in, or everything that is wrong with it. */
export type CheckedRecipe =
  | { readonly recipe: Recipe; readonly problems: readonly [] }
  | { readonly recipe: null; readonly problems: readonly UserErrorSource[] };

/** Checks a recipe document; every problem has its path, which begins with `definition`. */
export function checkRecipe(definition: unknown): CheckedRecipe {
  const { document, problems } = readAuthorsOptions(definition);
  const parsed = ZRecipe.safeParse(document);
  if (parsed.success && problems.length === 0) return { recipe: parsed.data, problems: [] };
  const issues = parsed.error?.issues.map((issue) => ({
    path: issue.path,
    message: describe(issue),
  }));
  return { recipe: null, problems: [...problems, ...(issues ?? [])].map(toProblem) };
}

/**
 * The recipe with its defaults filled in.
 *
 * @throws InputProblems with one entry for everything that is wrong with it, not only the first.
 */
export function readRecipe(definition: unknown): Recipe {
  const { recipe, problems } = checkRecipe(definition);
  if (recipe === null) throw new InputProblems(problems);
  return recipe;
}

function toProblem(problem: {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}): UserErrorSource {
  const path = problem.path.map(String);
  const name = path.length === 0 ? 'The recipe' : `'${path.join('.')}'`;
  const sentence = `${name} ${problem.message.replace(/\.$/, '')}.`;
  return { code: 'INVALID', message: sentence, path: ['definition', ...path] };
}

/** What is wrong, as the end of a sentence. The sampler words its own ranges; these are the others. */
function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_type':
      return `is missing or of the wrong type: expected ${issue.expected}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'is none of the forms it may have; see its description in recipeParameters';
    case 'unrecognized_keys':
      return `has no place for ${issue.keys.map((key) => `'${key}'`).join(', ')}; leave it out`;
    default:
      return issue.message;
  }
}
