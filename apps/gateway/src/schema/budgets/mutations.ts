/** @file Setting a budget. */
import { CatalogError } from '@colloid/catalog';
import type { BudgetScope } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const SetIdentityBudgetInput = inputObjectType({
  name: 'SetIdentityBudgetInput',
  description: 'A budget for a team or for a dataset: give exactly one of the two.',
  definition(t) {
    t.id('teamId', { description: 'The team whose datasets share the budget.' });
    t.id('datasetId', { description: 'The dataset that the budget is for.' });
    t.nonNull.int('maxIdentities', { description: 'Most identities, 0 or more.' });
    t.nonNull.int('maxSamples', {
      description: 'Most samples (images), references included; 0 or more.',
    });
    t.nonNull.float('minSeparation', {
      description: 'Least angular distance between two identities, in radians: 0 to π.',
    });
  },
});

export const SetIdentityBudgetPayload = payloadType('SetIdentityBudgetPayload', {
  field: 'budget',
  type: 'IdentityBudget',
  description: 'The budget as it is now.',
});

export const setIdentityBudgetMutation = mutationField('setIdentityBudget', {
  type: nonNull('SetIdentityBudgetPayload'),
  description:
    'Set how much a team or a dataset may hold; never below what is used and reserved. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'SetIdentityBudgetInput', description: 'The budget.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('budget', async () => {
      const { maxIdentities, maxSamples, minSeparation } = input;
      return context.catalog.budgets.setIdentityBudget({
        actor: requireActor(context),
        scope: scopeOf(input),
        maxIdentities,
        maxSamples,
        minSeparation,
      });
    }),
});

function scopeOf(input: {
  readonly teamId?: string | null;
  readonly datasetId?: string | null;
}): BudgetScope {
  const { teamId, datasetId } = input;
  if (teamId != null && datasetId == null) {
    return { teamId: requireKey('Team', teamId, ['teamId']).id };
  }
  if (datasetId != null && teamId == null) {
    return { datasetId: requireKey('Dataset', datasetId, ['datasetId']).id };
  }
  throw new CatalogError(
    'INVALID',
    `A budget is for a team or for a dataset; give ${teamId == null ? "'teamId' or 'datasetId'" : "only one of 'teamId' and 'datasetId'"}.`,
    { path: ['teamId'] },
  );
}
