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

export const AskForEmailInput = inputObjectType({
  name: 'AskForEmailInput',
  description: 'Another e-mail address for yourself.',
  definition(t) {
    t.nonNull.string('email', {
      description: 'The new address; the present one takes back what you asked for.',
    });
  },
});

export const AskForEmailPayload = payloadType('AskForEmailPayload', {
  field: 'viewer',
  type: 'Viewer',
  description: 'You, with the address that you asked for.',
});

export const askForEmailMutation = mutationField('askForEmail', {
  type: nonNull('AskForEmailPayload'),
  description:
    'Ask for another e-mail address. It is yours once you have confirmed it by what an owner of your team, or whoever runs Colloid, sends there.',
  args: { input: nonNull(arg({ type: 'AskForEmailInput', description: 'The new address.' })) },
  resolve: (_root, { input: { email } }, context) =>
    withUserErrors('viewer', () =>
      context.catalog.emailChanges.askForEmail({ actor: requireActor(context), email }),
    ),
});

export const ConfirmEmailInput = inputObjectType({
  name: 'ConfirmEmailInput',
  description: 'What confirms the e-mail address that you asked for.',
  definition(t) {
    t.nonNull.string('token', { description: 'From the address that was sent there.' });
  },
});

export const ConfirmEmailPayload = payloadType('ConfirmEmailPayload', {
  field: 'viewer',
  type: 'Viewer',
  description: 'You, by your new address.',
});

export const confirmEmailMutation = mutationField('confirmEmail', {
  type: nonNull('ConfirmEmailPayload'),
  description: 'Take the e-mail address that you asked for. Ends every other session of yours.',
  args: { input: nonNull(arg({ type: 'ConfirmEmailInput', description: 'The confirmation.' })) },
  resolve: (_root, { input: { token } }, context) =>
    withUserErrors('viewer', () =>
      context.catalog.emailChanges.confirmEmail({ actor: requireActor(context), token }),
    ),
});
