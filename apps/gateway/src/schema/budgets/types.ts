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
  },
});
