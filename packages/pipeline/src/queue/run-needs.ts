/** @file What a run needs of the worker that computes it, by its stored recipe. */
import { ZRecipe } from '@colloid/sampler/recipe';

/** Only workers that have all of it take the run. */
export interface RunNeeds {
  /** It computes in float16, which a CPU would only emulate. */
  readonly gpu: boolean;
}

/** What the run of a recipe needs. */
export function runNeeds(definition: unknown): RunNeeds {
  return { gpu: precisionOf(definition) === 'float16' };
}

/** The precision that a stored recipe asks for. Recipes from before there was a choice say nothing, which is float32. */
export function precisionOf(definition: unknown): string {
  const stored = definition as { readonly precision?: unknown } | null;
  return ZRecipe.shape.precision.parse(stored?.precision);
}
