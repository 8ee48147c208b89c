/** @file Publishing a release, taking it back, giving it up, agreeing to its terms; and what a team asks before. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';
import { readRelease } from './mutations.ts';

export const PublishReleaseInput = inputObjectType({
  name: 'PublishReleaseInput',
  description: 'A release to be published.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.nonNull.string('candidateDigest', {
      description: '`Release.candidateDigest` of what you mean to publish.',
    });
  },
});

export const PublishReleasePayload = payloadType('PublishReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, published.',
});

export const publishReleaseMutation = mutationField('publishRelease', {
  type: nonNull('PublishReleasePayload'),
  description:
    'Publish an approved release with a signed manifest; refused with everything that the team’s policy still asks for. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'PublishReleaseInput', description: 'Which candidate.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.publishRelease(
        { ...input, actor: requireActor(context), releaseId: readRelease(input) },
        context.sealRelease,
      ),
    ),
});

export const RetractReleaseInput = inputObjectType({
  name: 'RetractReleaseInput',
  description: 'A release to be taken back.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.nonNull.string('reason', {
      description: 'Why, for everybody who has it or looks for it: 1 to 2000 characters.',
    });
  },
});

export const RetractReleasePayload = payloadType('RetractReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, retracted.',
});

export const retractReleaseMutation = mutationField('retractRelease', {
  type: nonNull('RetractReleasePayload'),
  description:
    'Take a published release back: its record and the reason stay, its downloads end. Needs the role MAINTAINER.',
  args: { input: nonNull(arg({ type: 'RetractReleaseInput', description: 'Which, and why.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.retractRelease({
        ...input,
        actor: requireActor(context),
        releaseId: readRelease(input),
      }),
    ),
});

export const WithdrawReleaseInput = inputObjectType({
  name: 'WithdrawReleaseInput',
  description: 'A release to be given up.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
  },
});

export const WithdrawReleasePayload = payloadType('WithdrawReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, withdrawn.',
});

export const withdrawReleaseMutation = mutationField('withdrawRelease', {
  type: nonNull('WithdrawReleasePayload'),
  description:
    'Give up a release before it is published; its semantic version is free again. Its author can, and a MAINTAINER. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'WithdrawReleaseInput', description: 'Which release.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.withdrawRelease({
        actor: requireActor(context),
        releaseId: readRelease(input),
      }),
    ),
});

export const AcceptReleaseTermsInput = inputObjectType({
  name: 'AcceptReleaseTermsInput',
  description: 'A release whose terms you agree to.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
  },
});

export const AcceptReleaseTermsPayload = payloadType('AcceptReleaseTermsPayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, which you can download now.',
});

export const acceptReleaseTermsMutation = mutationField('acceptReleaseTerms', {
  type: nonNull('AcceptReleaseTermsPayload'),
  description:
    'Agree to the terms of a published release that is gated; kept with your name, address and the time.',
  args: {
    input: nonNull(arg({ type: 'AcceptReleaseTermsInput', description: 'Which release.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.acceptReleaseTerms({
        actor: requireActor(context),
        releaseId: readRelease(input),
      }),
    ),
});

export const SetReleasePolicyInput = inputObjectType({
  name: 'SetReleasePolicyInput',
  description: 'What a team asks of its releases; what is left out stays.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team.' });
    t.int('approvalsNeeded', { description: 'Persons who have to approve: 1 to 10.' });
    t.field('approverRole', {
      type: 'Role',
      description: 'The least role of those whose approval counts: REVIEWER or higher.',
    });
    t.list.nonNull.field('requiredChecks', {
      type: 'ReleaseCheckKind',
      description: 'Checks that have to pass; SHARD_INTEGRITY has to be among them.',
    });
  },
});

export const SetReleasePolicyPayload = payloadType('SetReleasePolicyPayload', {
  field: 'policy',
  type: 'ReleasePolicy',
  description: 'The policy as it is now.',
});

export const setReleasePolicyMutation = mutationField('setReleasePolicy', {
  type: nonNull('SetReleasePolicyPayload'),
  description:
    'Set what a team asks of its releases; those in review are at once where it puts them. Not for API keys. Needs the role OWNER.',
  args: { input: nonNull(arg({ type: 'SetReleasePolicyInput', description: 'The policy.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('policy', async () =>
      context.catalog.releases.setReleasePolicy({
        ...input,
        actor: requireActor(context),
        teamId: requireKey('Team', input.teamId, ['teamId']).id,
      }),
    ),
});
