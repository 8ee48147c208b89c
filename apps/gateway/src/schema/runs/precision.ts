/** @file The precision that a stored recipe asks for. */
import { ZRecipe } from '@colloid/sampler/recipe';

/** Recipes from before there was a choice say nothing, which is float32. */
export function precisionOf(definition: unknown): string {
  const stored = definition as { readonly precision?: unknown } | null;
  return ZRecipe.shape.precision.parse(stored?.precision);
}
