/** @file Checking models again, and removing them. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const RecheckModelInput = inputObjectType({
  name: 'RecheckModelInput',
  description: 'A model to be checked again.',
  definition(t) {
    t.nonNull.id('modelVersionId', { description: 'The version.' });
  },
});

export const RecheckModelPayload = payloadType('RecheckModelPayload', {
  field: 'modelVersion',
  type: 'ModelVersion',
  description: 'The version, which is being checked.',
});

export const recheckModelMutation = mutationField('recheckModel', {
  type: nonNull('RecheckModelPayload'),
  description:
    'Check a model again with the Colloid that runs now, from the files that are stored: it is CHECKING until then, and READY or REFUSED afterwards. What refers to it stays. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'RecheckModelInput', description: 'The model.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('modelVersion', async () => {
      const { id } = requireKey('ModelVersion', input.modelVersionId, ['modelVersionId']);
      return context.catalog.modelChanges.recheckModelVersion(
        { actor: requireActor(context), modelVersionId: id },
        (tx, modelVersionId) => context.queue.enqueueModelCheck(tx, modelVersionId),
      );
    }),
});

export const RemoveModelInput = inputObjectType({
  name: 'RemoveModelInput',
  description: 'A model to be removed.',
  definition(t) {
    t.nonNull.id('modelVersionId', { description: 'The version.' });
  },
});

export const RemoveModelPayload = payloadType('RemoveModelPayload', {
  field: 'team',
  type: 'Team',
  description: 'The team without it.',
});

export const removeModelMutation = mutationField('removeModel', {
  type: nonNull('RemoveModelPayload'),
  description:
    'Remove a model that no recipe, gallery or covariate set refers to. Its name and version may then be registered again. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'RemoveModelInput', description: 'The model.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('team', async () => {
      const { id } = requireKey('ModelVersion', input.modelVersionId, ['modelVersionId']);
      const { teamId } = await context.catalog.modelChanges.removeModelVersion({
        actor: requireActor(context),
        modelVersionId: id,
      });
      return context.loaders.team.load(teamId);
    }),
});
