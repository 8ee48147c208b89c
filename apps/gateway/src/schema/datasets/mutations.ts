/** @file Making a dataset. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { requireKey } from '../shared/require-key.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';

export const CreateDatasetInput = inputObjectType({
  name: 'CreateDatasetInput',
  description: 'A dataset to be made.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team it will belong to.' });
    t.nonNull.string('slug', {
      description:
        'Its part of addresses: 1 to 64 lower-case letters, digits and hyphens, unique in the team.',
    });
    t.nonNull.string('title', { description: 'What people call it: 1 to 200 characters.' });
    t.string('description', { description: 'What it is for: at most 10 000 characters.' });
    t.list.nonNull.string('tags', { description: 'At most 20 words to find it by.' });
    t.field('visibility', {
      type: 'Visibility',
      description: 'Who may see it; TEAM where nothing is said.',
    });
  },
});

export const CreateDatasetPayload = payloadType('CreateDatasetPayload', {
  field: 'dataset',
  type: 'Dataset',
  description: 'The new dataset.',
});

export const createDatasetMutation = mutationField('createDataset', {
  type: nonNull('CreateDatasetPayload'),
  description: 'Make a dataset without any version. Needs the role CONTRIBUTOR.',
  args: {
    input: nonNull(arg({ type: 'CreateDatasetInput', description: 'The dataset to be made.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('dataset', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.datasets.createDataset({
        ...input,
        actor: requireActor(context),
        teamId,
      });
    }),
});
