/** @file Changing one's own account. Passwords and sessions are the auth library's. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';

export const RenameViewerInput = inputObjectType({
  name: 'RenameViewerInput',
  description: 'Another name for yourself.',
  definition(t) {
    t.nonNull.string('name', { description: 'What others see: 1 to 100 characters.' });
  },
});

export const RenameViewerPayload = payloadType('RenameViewerPayload', {
  field: 'viewer',
  type: 'Viewer',
  description: 'You, by your new name.',
});

export const renameViewerMutation = mutationField('renameViewer', {
  type: nonNull('RenameViewerPayload'),
  description: 'Take another name. The audit log keeps the old one on what you did before.',
  args: { input: nonNull(arg({ type: 'RenameViewerInput', description: 'The new name.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('viewer', () =>
      context.catalog.people.renameSelf({ actor: requireActor(context), name: input.name }),
    ),
});
