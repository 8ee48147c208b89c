/** @file What reviewers looked at: an earlier candidate of a release, and how things stood when they gave their word. */
import { datasheetOf, termsOf } from '@colloid/catalog';

import { objectType } from '../nexus.ts';

export const ReleaseCandidate = objectType({
  name: 'ReleaseCandidate',
  description: 'What a release was under one digest. It never changes.',
  definition(t) {
    t.string('digest', {
      description: '`Release.candidateDigest` of the release while it was this.',
    });
    t.nullable.field('version', {
      type: 'DatasetVersion',
      description: 'What was to be released; null where you may not see it.',
      resolve: ({ versionId }, _args, { loaders }) => loaders.version.load(versionId),
    });
    t.string('semanticVersion', { description: 'Such as 1.2.0.' });
    t.string('title', { description: 'What people called it.' });
    t.string('notes', { description: 'What was new in it; Markdown.' });
    t.field('terms', {
      type: 'ReleaseTerms',
      description: 'Under which terms it was to be used.',
      resolve: termsOf,
    });
    t.list.field('datasheet', {
      type: 'DatasheetAnswer',
      description: 'What there was to know of the dataset, question by question.',
      resolve: (candidate) => datasheetOf(candidate),
    });
    t.list.string('galleries', {
      description:
        'Name and version of each gallery it was checked against for leakage, such as people@1.',
    });
    t.field('createdAt', { type: 'DateTime', description: 'When somebody first wrote it so.' });
  },
});

export const ReleaseReviewStanding = objectType({
  name: 'ReleaseReviewStanding',
  description: 'What a team asked for, and how checks stood, when somebody gave their review.',
  definition(t) {
    t.int('approvalsNeeded', {
      description: 'How many persons had to approve.',
      resolve: ({ policy }) => policy.approvalsNeeded,
    });
    t.field('approverRole', {
      type: 'Role',
      description: 'The least role of those whose approval counted.',
      resolve: ({ policy }) => policy.approverRole,
    });
    t.list.field('requiredChecks', {
      type: 'ReleaseCheckKind',
      description: 'Checks that had to have passed.',
      resolve: ({ policy }) => [...policy.requiredChecks],
    });
    t.list.field('checks', {
      type: 'ReleaseCheckThen',
      description: 'Every check that had been begun.',
      extensions: { price: { assumedSize: 7 } },
      resolve: ({ checks }) => [...checks],
    });
  },
});

export const ReleaseCheckThen = objectType({
  name: 'ReleaseCheckThen',
  description: 'A check as it stood when somebody gave their review.',
  definition(t) {
    t.field('kind', { type: 'ReleaseCheckKind', description: 'What it looks at.' });
    t.field('state', { type: 'ReleaseCheckState', description: 'How far it was.' });
    t.string('sentence', {
      description: 'What it had found; empty where it had not ended.',
    });
  },
});
