/** @file Identity budgets. */
import { objectType } from '../nexus.ts';

export const IdentityBudget = objectType({
  name: 'IdentityBudget',
  description:
    'How much a team or a dataset may hold. A run reserves from every budget above it when it is made, and gives back what it did not use.',
  definition(t) {
    t.implements('Node');
    t.int('maxIdentities', { description: 'Most identities.' });
    t.int('maxSamples', { description: 'Most samples (images), references included.' });
    t.float('minSeparation', {
      description:
        'Least angular distance between two identities that recipes may aim for, in radians.',
    });
    t.int('reservedIdentities', {
      description: 'Identities promised to runs that have not ended.',
    });
    t.int('reservedSamples', { description: 'Samples promised to runs that have not ended.' });
    t.int('usedIdentities', { description: 'Identities made by runs that succeeded.' });
    t.int('usedSamples', { description: 'Samples made by runs that succeeded.' });
    t.int('remainingIdentities', {
      description: 'Identities that a new run could still reserve.',
      resolve: (budget) =>
        Math.max(0, budget.maxIdentities - budget.reservedIdentities - budget.usedIdentities),
    });
    t.int('remainingSamples', {
      description: 'Samples that a new run could still reserve.',
      resolve: (budget) =>
        Math.max(0, budget.maxSamples - budget.reservedSamples - budget.usedSamples),
    });
    t.list.field('history', {
      type: 'BudgetPoint',
      description:
        'How it was used up: one point whenever a run reserved, settled or gave back, oldest first; the latest 200.',
      extensions: { price: { assumedSize: 20 } },
      resolve: (budget, _args, { loaders }) => loaders.historyByBudget.load(budget.id),
    });
  },
});

export const BudgetPoint = objectType({
  name: 'BudgetPoint',
  description: 'What of a budget was used and promised at a moment, after what happened then.',
  definition(t) {
    t.field('at', { type: 'DateTime', description: 'The moment.' });
    t.int('usedIdentities', { description: 'Identities made by runs until then.' });
    t.int('reservedIdentities', { description: 'Identities promised to runs at that time.' });
    t.int('usedSamples', { description: 'Samples made by runs until then.' });
    t.int('reservedSamples', { description: 'Samples promised to runs at that time.' });
  },
});
