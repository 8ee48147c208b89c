/** @file Every operator that is inferred or differentiated, as data: what OPS.md and `./colloid models operators` show. */
import { registeredGradients } from './grad/registry.ts';
import type { OperatorGradient } from './grad/rule.ts';
import { inferredOperators } from './infer/infer-node.ts';
import { unsupportedOperators } from './infer/unsupported.ts';

/** Whether a gradient flows through an operator: it has a rule, none exists in mathematics, it is refused, or no rule is written yet. */
export type GradientState = 'rule' | 'none exists' | 'refused' | 'not yet';

/** One operator of the standard domain. */
export interface OperatorSupport {
  readonly operator: string;
  /** First and last opset. */
  readonly opsets: readonly [number, number];
  readonly gradient: GradientState;
  /** The formulation, its limits, or the reason of a refusal. */
  readonly notes: string;
}

const STATES: Readonly<Record<OperatorGradient['state'], GradientState>> = {
  rule: 'rule',
  nonDifferentiable: 'none exists',
  refused: 'refused',
};

/** Every operator that Colloid knows, by name. An operator that is not listed is an error that names it and its node. */
export function listOperators(): readonly OperatorSupport[] {
  const gradients = registeredGradients();
  const withGradient = new Set(gradients.map((g) => g.op));
  return [
    ...gradients.map((g) => ({
      operator: g.op,
      opsets: [g.opsets[0], g.opsets[1]] as const,
      gradient: STATES[g.state],
      notes: g.notes,
    })),
    ...inferredOperators()
      .filter((operator) => !withGradient.has(operator))
      .map((operator) => ({
        operator,
        opsets: [13, 21] as const,
        gradient: 'not yet' as const,
        notes: 'Types are inferred; no gradient rule.',
      })),
    ...unsupportedOperators().map(({ operator, reason }) => ({
      operator,
      opsets: [13, 21] as const,
      gradient: 'refused' as const,
      notes: reason,
    })),
  ].toSorted((a, b) => (a.operator < b.operator ? -1 : 1));
}
