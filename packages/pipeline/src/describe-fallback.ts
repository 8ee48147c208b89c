/** @file What a person reads of operators that a GPU leaves to the CPU. */

import type { OperatorFallback } from '@colloid/sampler';

export function describeFallback(
  provider: string,
  graph: string,
  operators: readonly OperatorFallback[],
): string {
  const named = operators.map(({ operator, nodes }) => `${operator} (${nodes})`).join(', ');
  return `The ${provider} provider lacks operators of '${graph}', which run on the CPU: ${named}.`;
}
