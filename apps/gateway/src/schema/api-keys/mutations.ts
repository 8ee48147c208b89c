/** @file Making and revoking API keys. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull, objectType } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const CreateApiKeyInput = inputObjectType({
  name: 'CreateApiKeyInput',
  description: 'A key to be made.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The one team it works in.' });
    t.nonNull.string('name', { description: 'What it is for: 1 to 100 characters.' });
    t.nonNull.list.nonNull.string('scopes', {
      description:
        'What it may do: names of `permissions` that are scopes, each within your own role. What they cannot do without is added.',
    });
    t.nonNull.int('days', { description: 'Days it works: 1 to 366.' });
  },
});

export const IssuedApiKey = objectType({
  name: 'IssuedApiKey',
  description: 'A new key with its secret, which is shown this once.',
  definition(t) {
    t.field('key', { type: 'ApiKey', description: 'The key.' });
    t.string('secret', { description: 'What is sent as `Authorization: Bearer`.' });
  },
});

export const CreateApiKeyPayload = payloadType('CreateApiKeyPayload', {
  field: 'issued',
  type: 'IssuedApiKey',
  description: 'The key and its secret.',
});

export const createApiKeyMutation = mutationField('createApiKey', {
  type: nonNull('CreateApiKeyPayload'),
  description: 'Make a key that acts for you.',
  args: { input: nonNull(arg({ type: 'CreateApiKeyInput', description: 'The key.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('issued', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      return context.catalog.apiKeys.createApiKey({
        ...input,
        actor: requireActor(context),
        teamId,
      });
    }),
});

export const RevokeApiKeyInput = inputObjectType({
  name: 'RevokeApiKeyInput',
  description: 'A key to be revoked.',
  definition(t) {
    t.nonNull.id('keyId', { description: 'The key.' });
  },
});

export const RevokeApiKeyPayload = payloadType('RevokeApiKeyPayload', {
  field: 'key',
  type: 'ApiKey',
  description: 'The key, revoked.',
});

export const revokeApiKeyMutation = mutationField('revokeApiKey', {
  type: nonNull('RevokeApiKeyPayload'),
  description: 'Revoke a key of yours, or as an owner anybody’s; it stops working at once.',
  args: { input: nonNull(arg({ type: 'RevokeApiKeyInput', description: 'Which one.' })) },
  resolve: (_root, { input: { keyId } }, context) =>
    withUserErrors('key', () =>
      context.catalog.apiKeys.revokeApiKey({ actor: requireActor(context), keyId }),
    ),
});
