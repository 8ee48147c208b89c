/** @file A recipe document from outside, checked by the sampler's own schema. */
import { ZRecipe } from '@colloid/sampler/recipe';
import type { Recipe } from '@colloid/sampler/recipe';

import { InputProblems } from '../../graphql/errors.ts';

/**
 * The recipe with its defaults filled in.
 *
 * @throws InputProblems with one entry for everything that is wrong with it, not only the first.
 */
export function readRecipe(definition: unknown): Recipe {
  const parsed = ZRecipe.safeParse(definition);
  if (parsed.success) return parsed.data;
  throw new InputProblems(
    parsed.error.issues.map((issue) => {
      const path = issue.path.map(String);
      const name = path.length === 0 ? 'The recipe' : `'${path.join('.')}'`;
      const sentence = `${name}: ${issue.message.replace(/\.$/, '')}.`;
      return { code: 'INVALID', message: sentence, path: ['definition', ...path] };
    }),
  );
}
