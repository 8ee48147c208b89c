/** @file Drafting releases, editing them, asking for reviews and giving them. */
import { requireActor } from '../../context.ts';
import type { GatewayContext } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const ReleaseTermsInput = inputObjectType({
  name: 'ReleaseTermsInput',
  description: 'Under which terms a release may be used.',
  definition(t) {
    t.nonNull.string('licence', {
      description: 'SPDX identifier, such as CC-BY-4.0: 1 to 200 characters.',
    });
    t.string('text', {
      description:
        'The terms in full: at most 50 000 characters; has to be given where they are gated.',
    });
    t.boolean('isGated', { description: 'Whether everybody has to agree first; false by itself.' });
    t.field('reach', { type: 'ReleaseReach', description: 'Who gets it; TEAM by itself.' });
  },
});

export const DatasheetAnswerInput = inputObjectType({
  name: 'DatasheetAnswerInput',
  description: 'One answer of a datasheet.',
  definition(t) {
    t.nonNull.string('question', { description: '1 to 500 characters.' });
    t.nonNull.string('answer', { description: 'At most 20 000 characters.' });
  },
});

export const CreateReleaseInput = inputObjectType({
  name: 'CreateReleaseInput',
  description: 'A release to be drafted.',
  definition(t) {
    t.nonNull.id('versionId', { description: 'The version that is to be released.' });
    t.nonNull.string('semanticVersion', {
      description: 'Such as 1.2.0 or 2.0.0-beta.1; after all that the dataset has published.',
    });
    t.nonNull.string('title', { description: '1 to 200 characters.' });
    t.string('notes', { description: 'What is new, in Markdown: at most 20 000 characters.' });
    t.nonNull.field('terms', { type: 'ReleaseTermsInput', description: 'The terms.' });
    t.list.nonNull.field('datasheet', {
      type: 'DatasheetAnswerInput',
      description: 'Answers, each question once: at most 200.',
    });
    t.list.nonNull.id('galleryIds', {
      description: 'READY galleries of the team to check for leakage against: at most 20.',
    });
  },
});

export const CreateReleasePayload = payloadType('CreateReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The draft.',
});

export const createReleaseMutation = mutationField('createRelease', {
  type: nonNull('CreateReleasePayload'),
  description: 'Draft a release of a version. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'CreateReleaseInput', description: 'The release.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.createRelease({
        ...input,
        actor: requireActor(context),
        versionId: requireKey('DatasetVersion', input.versionId, ['versionId']).id,
        galleryIds: readGalleries(input.galleryIds),
      }),
    ),
});

export const UpdateReleaseInput = inputObjectType({
  name: 'UpdateReleaseInput',
  description: 'What is to change of a release; what is left out stays.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.id('versionId', { description: 'Another version of the same dataset.' });
    t.string('semanticVersion', { description: 'Another one.' });
    t.string('title', { description: 'Another one.' });
    t.string('notes', { description: 'Others.' });
    t.field('terms', { type: 'ReleaseTermsInput', description: 'Others, all of them.' });
    t.list.nonNull.field('datasheet', {
      type: 'DatasheetAnswerInput',
      description: 'Other answers, all of them.',
    });
    t.list.nonNull.id('galleryIds', { description: 'Other galleries, all of them.' });
  },
});

export const UpdateReleasePayload = payloadType('UpdateReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, a draft again where anything has changed.',
});

export const updateReleaseMutation = mutationField('updateRelease', {
  type: nonNull('UpdateReleasePayload'),
  description:
    'Edit a release that is not published. Approvals of what it was become void, and whoever edits it cannot review it. Its author can, and a MAINTAINER. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'UpdateReleaseInput', description: 'The changes.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.updateRelease({
        ...input,
        actor: requireActor(context),
        releaseId: readRelease(input),
        versionId:
          input.versionId == null
            ? null
            : requireKey('DatasetVersion', input.versionId, ['versionId']).id,
        galleryIds: readGalleries(input.galleryIds),
      }),
    ),
});

export const RequestReviewInput = inputObjectType({
  name: 'RequestReviewInput',
  description: 'A request for reviews.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.list.nonNull.id('reviewerIds', {
      description:
        'Whom to ask: `TeamMember.userId` of members with the role REVIEWER or higher who have not edited it; at most 20.',
    });
  },
});

export const RequestReviewPayload = payloadType('RequestReviewPayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, in review.',
});

export const requestReviewMutation = mutationField('requestReview', {
  type: nonNull('RequestReviewPayload'),
  description:
    'Send a draft into review, which begins its checks; while it is in review, ask more people. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'RequestReviewInput', description: 'The request.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.requestReview(
        { ...input, actor: requireActor(context), releaseId: readRelease(input) },
        enqueueChecks(context),
      ),
    ),
});

export const ReviewReleaseInput = inputObjectType({
  name: 'ReviewReleaseInput',
  description: 'A review.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
    t.nonNull.string('candidateDigest', {
      description: '`Release.candidateDigest` of what you looked at.',
    });
    t.nonNull.field('decision', { type: 'ReleaseDecision', description: 'What it comes to.' });
    t.string('body', {
      description:
        'Why, in Markdown: at most 10 000 characters; has to be given with REQUEST_CHANGES.',
    });
  },
});

export const ReviewReleasePayload = payloadType('ReviewReleasePayload', {
  field: 'release',
  type: 'Release',
  description: 'The release in the state that follows.',
});

export const reviewReleaseMutation = mutationField('reviewRelease', {
  type: nonNull('ReviewReleasePayload'),
  description:
    'Approve a release or ask for changes; your last review of a candidate counts. Not for whoever edited it, nor for API keys. Needs the role REVIEWER.',
  args: { input: nonNull(arg({ type: 'ReviewReleaseInput', description: 'The review.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.reviewRelease({
        ...input,
        actor: requireActor(context),
        releaseId: readRelease(input),
      }),
    ),
});

export const RunReleaseChecksInput = inputObjectType({
  name: 'RunReleaseChecksInput',
  description: 'A release to be checked.',
  definition(t) {
    t.nonNull.id('releaseId', { description: 'The release.' });
  },
});

export const RunReleaseChecksPayload = payloadType('RunReleaseChecksPayload', {
  field: 'release',
  type: 'Release',
  description: 'The release, its checks waiting for workers.',
});

export const runReleaseChecksMutation = mutationField('runReleaseChecks', {
  type: nonNull('RunReleaseChecksPayload'),
  description:
    'Begin every check of a release that is not published anew. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'RunReleaseChecksInput', description: 'Which release.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('release', async () =>
      context.catalog.releases.runReleaseChecks(
        { actor: requireActor(context), releaseId: readRelease(input) },
        enqueueChecks(context),
      ),
    ),
});

/** The release of an input. @throws CatalogError NOT_FOUND */
export function readRelease({ releaseId }: { readonly releaseId: string }): string {
  return requireKey('Release', releaseId, ['releaseId']).id;
}

function readGalleries(ids: readonly string[] | null | undefined): string[] | null {
  if (ids == null) return null;
  return ids.map((id, index) => requireKey('Gallery', id, ['galleryIds', String(index)]).id);
}

function enqueueChecks({
  queue,
}: GatewayContext): Parameters<GatewayContext['catalog']['releases']['runReleaseChecks']>[1] {
  return async (tx, checks) => {
    for (const check of checks) await queue.enqueueReleaseCheck(tx, check);
  };
}
