/** @file Threads about a release. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { readRelease } from './mutations.ts';

export const CommentOnReleaseInput = inputObjectType({
  name: 'CommentOnReleaseInput',
  description: 'A comment: in a thread, or the first one of a new thread.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.id('threadId', { description: 'The thread it goes on with; leave it out to begin one.' });
    t.string('subject', {
      description:
        'What a new thread is about, such as `check:LEAKAGE`, `datasheet:2` or `sample:` and an id; left out: the release as a whole.',
    });
    t.nonNull.string('body', { description: 'Markdown: 1 to 10 000 characters.' });
  },
});

export const CommentOnReleasePayload = payloadType('CommentOnReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release with the comment.',
});

export const commentOnReleaseMutation = mutationField('commentOnRelease', {
  type: nonNull('CommentOnReleasePayload'),
  description: 'Say something about a release. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'CommentOnReleaseInput', description: 'The comment.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.commentOnRelease({
        ...input,
        actor: requireActor(context),
        releaseId: readRelease(input),
      }),
    ),
});

export const ResolveThreadInput = inputObjectType({
  name: 'ResolveThreadInput',
  description: 'A thread to be settled, or opened again.',
  definition(t) {
    t.nonNull.id('threadId', { description: 'The thread.' });
    t.nonNull.boolean('isResolved', { description: 'Whether it is settled.' });
  },
});

export const ResolveThreadPayload = payloadType('ResolveThreadPayload', {
  field: 'release',
  type: 'Release',
  description: 'The release with the thread.',
});

export const resolveThreadMutation = mutationField('resolveThread', {
  type: nonNull('ResolveThreadPayload'),
  description: 'Settle a thread, or open it again. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'ResolveThreadInput', description: 'Which thread.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.resolveThread({ ...input, actor: requireActor(context) }),
    ),
});
