/** @file Compares what a run would take with what the budget has left. Pure. */
import type { BudgetFiguresFragment } from '@/generated/graphql.ts';
import { formatCount, formatRadians } from '@/lib/format.ts';

/** What the run asks for. */
export interface Demand {
  readonly identities: number;
  readonly samples: number;
  /** The recipe's ICT, radians; null where it has none. */
  readonly threshold: number | null;
}

/** Problems by parameter path; an empty object where the run fits. */
export function budgetProblems(
  budget: BudgetFiguresFragment | null,
  demand: Demand,
): Readonly<Record<string, string>> {
  if (budget === null) return {};
  const problems: Record<string, string> = {};
  if (demand.identities > budget.remainingIdentities) {
    problems['identities'] =
      `The budget has ${formatCount(budget.remainingIdentities)} identities left. Ask for fewer, or have the budget raised.`;
  }
  if (demand.samples > budget.remainingSamples) {
    problems['variations.parameters.variations'] =
      `This makes ${formatCount(demand.samples)} images; the budget has ${formatCount(budget.remainingSamples)} left.`;
  }
  if (demand.threshold !== null && demand.threshold < budget.minSeparation) {
    problems['references.parameters.interClassThreshold'] =
      `The budget asks for at least ${formatRadians(budget.minSeparation)} rad.`;
  }
  return problems;
}
