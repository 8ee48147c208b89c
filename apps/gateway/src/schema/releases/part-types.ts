/** @file The parts of a release: terms, datasheet, checks, reviews, threads, downloads, and the policy of a team. */
import { standingOf } from '@colloid/catalog';

import { objectType } from '../nexus.ts';

export const ReleaseTerms = objectType({
  name: 'ReleaseTerms',
  description: 'Under which terms a release may be used, and by whom.',
  definition(t) {
    t.string('licence', { description: 'SPDX identifier, such as CC-BY-4.0, or a name.' });
    t.string('text', { description: 'The terms in full; empty where the licence says it all.' });
    t.boolean('isGated', { description: 'Whether everybody has to agree before downloading.' });
    t.field('reach', { type: 'ReleaseReach', description: 'Who gets it once it is published.' });
  },
});

export const DatasheetAnswer = objectType({
  name: 'DatasheetAnswer',
  description: 'One question of the datasheet with its answer.',
  definition(t) {
    t.string('question', { description: 'The question.' });
    t.string('answer', { description: 'The answer; empty where there is none yet.' });
  },
});

export const ReleaseCheck = objectType({
  name: 'ReleaseCheck',
  description: 'What a worker found out about a candidate.',
  definition(t) {
    t.field('kind', { type: 'ReleaseCheckKind', description: 'What it looks at.' });
    t.field('state', { type: 'ReleaseCheckState', description: 'How far it is.' });
    t.float('progress', { description: 'Share of it that is done, 0 to 1.' });
    t.string('step', {
      description:
        'What it is at, such as `shard 12 of 40`; empty unless a worker is at it and has said so.',
    });
    t.string('sentence', { description: 'What it found; empty until it ends.' });
    t.nullable.field('evidence', {
      type: 'JSON',
      description:
        'What that is based on, as an object whose fields depend on the kind; null until it ends.',
    });
    t.nullable.field('startedAt', { type: 'DateTime', description: 'When a worker began it.' });
    t.nullable.field('finishedAt', { type: 'DateTime', description: 'When it ended.' });
    t.boolean('isRequired', {
      description: 'Whether the team publishes nothing that has not passed it.',
    });
  },
});

export const ReleaseReview = objectType({
  name: 'ReleaseReview',
  description: 'What somebody said of one candidate of a release.',
  definition(t) {
    t.id('id', { description: 'Names it within Colloid. Not fetched by `node`.' });
    t.nullable.field('author', {
      type: 'Person',
      description: 'Who; null where you share no team with them any more.',
      resolve: (review, _args, { loaders }) => loaders.person.load(review.authorId),
    });
    t.field('decision', { type: 'ReleaseDecision', description: 'What they decided.' });
    t.string('body', { description: 'Why; Markdown.' });
    t.string('candidateDigest', {
      description: 'The candidate they looked at, which `Release.candidate` gives.',
    });
    t.nullable.field('standing', {
      type: 'ReleaseReviewStanding',
      description:
        'What the team asked for, and how the checks stood, at that moment; null of reviews from before this was kept.',
      resolve: (review) => standingOf(review),
    });
    t.boolean('isVoid', {
      description:
        'Whether it no longer counts: it was of another candidate, or its author has edited this one since.',
    });
    t.field('createdAt', { type: 'DateTime', description: 'When.' });
  },
});

export const ReleaseComment = objectType({
  name: 'ReleaseComment',
  description: 'Something said in a thread.',
  definition(t) {
    t.id('id', { description: 'Names it within Colloid. Not fetched by `node`.' });
    t.nullable.field('author', {
      type: 'Person',
      description: 'Who; null where you share no team with them any more.',
      resolve: (comment, _args, { loaders }) => loaders.person.load(comment.authorId),
    });
    t.string('body', { description: 'Markdown.' });
    t.field('createdAt', { type: 'DateTime', description: 'When.' });
  },
});

export const ReleaseThread = objectType({
  name: 'ReleaseThread',
  description: 'A discussion of a release or of a part of it.',
  definition(t) {
    t.id('id', {
      description: 'For `commentOnRelease` and `resolveThread`. Not fetched by `node`.',
    });
    t.nullable.string('subject', {
      description:
        'The part it is about, such as `check:LEAKAGE` or `datasheet:2`; null: the release as a whole.',
    });
    t.boolean('isResolved', {
      description: 'Whether somebody has settled it.',
      resolve: (thread) => thread.resolvedAt !== null,
    });
    t.nullable.field('resolvedBy', {
      type: 'Person',
      description: 'Who settled it; null where it is open.',
      resolve: ({ resolvedById }, _args, { loaders }) =>
        resolvedById === null ? null : loaders.person.load(resolvedById),
    });
    t.list.field('comments', { type: 'ReleaseComment', description: 'Oldest first.' });
  },
});

export const ReleaseRetraction = objectType({
  name: 'ReleaseRetraction',
  description: 'That a release was taken back, and why.',
  definition(t) {
    t.string('reason', { description: 'Why.' });
    t.field('at', { type: 'DateTime', description: 'When.' });
    t.nullable.field('by', {
      type: 'Person',
      description: 'Who; null where you share no team with them.',
      resolve: ({ byId }, _args, { loaders }) => (byId === null ? null : loaders.person.load(byId)),
    });
  },
});

export const ReleaseKey = objectType({
  name: 'ReleaseKey',
  description: 'The key that signed a manifest.',
  definition(t) {
    t.string('id', {
      description: 'First 16 hexadecimal digits of the SHA-256 of the public key in SPKI form.',
    });
    t.string('publicKey', { description: 'Ed25519, SPKI in PEM.' });
  },
});

export const ReleaseDownload = objectType({
  name: 'ReleaseDownload',
  description: 'That somebody downloaded a file; noted once per person, file and day.',
  definition(t) {
    t.nullable.field('person', {
      type: 'Person',
      description: 'Who; null where you share no team with them.',
      resolve: (download, _args, { loaders }) => loaders.person.load(download.userId),
    });
    t.nullable.string('name', {
      description: 'Their name, whichever teams they are in; null where their account is gone.',
    });
    t.string('personId', {
      description: 'The id of that person.',
      resolve: ({ userId }) => userId,
    });
    t.field('at', {
      type: 'DateTime',
      description: 'When they began.',
      resolve: ({ createdAt }) => createdAt,
    });
    t.string('file', { description: 'Name of the file.' });
  },
});

export const ReleasePolicy = objectType({
  name: 'ReleasePolicy',
  description: 'What a team asks of a release before it is published.',
  definition(t) {
    t.int('approvalsNeeded', {
      description: 'Persons who have to approve, 1 to 10; nobody who edited the release counts.',
    });
    t.field('approverRole', {
      type: 'Role',
      description: 'The least role of somebody whose approval counts: REVIEWER or higher.',
    });
    t.list.field('requiredChecks', {
      type: 'ReleaseCheckKind',
      description: 'Checks that have to have passed, of the very candidate that is published.',
    });
    t.nullable.field('updatedAt', {
      type: 'DateTime',
      description: 'When it was set; null where it is the default.',
    });
  },
});
