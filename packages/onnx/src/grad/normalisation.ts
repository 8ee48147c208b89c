/** @file What normalisations over axes of their own input share. */
import type { Value } from '../build/core-builder.ts';
import type { GraphBuilder } from '../build/graph-builder.ts';

export interface Standardised {
  readonly axes: readonly number[];
  /** (x - mean) · k */
  readonly normalised: Value;
  /** 1 / sqrt(variance + epsilon) */
  readonly inverse: Value;
}

/** Mean 0 and variance 1 over the axes, by the population variance. */
export function standardise(
  b: GraphBuilder,
  x: Value,
  { axes, epsilon }: { readonly axes: readonly number[]; readonly epsilon: number },
): Standardised {
  const centred = b.sub(x, b.reduceMean(x, { axes }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes });
  const inverse = b.reciprocal(b.sqrt(b.add(variance, epsilon)));
  return { axes, inverse, normalised: b.mul(centred, inverse) };
}

/** dx for y = normalised, cotangent g: the part of g along 1 and along the normalised values is taken away. */
export function normalisationGradient(
  b: GraphBuilder,
  { axes, normalised, inverse }: Standardised,
  g: Value,
): Value {
  const along = b.mul(normalised, b.reduceMean(b.mul(g, normalised), { axes }));
  return b.mul(inverse, b.sub(b.sub(g, b.reduceMean(g, { axes })), along));
}
