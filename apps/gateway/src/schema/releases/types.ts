/** @file Releases: versions of datasets on their way to those who use them. */
import { datasheetOf, termsOf } from '@colloid/catalog';
import type { Release as ReleaseRow } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import type { GatewayContext } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { toGlobalId } from '../../ids.ts';
import { nonNull, objectType, stringArg } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

const standingOf = async ({ id }: ReleaseRow, { loaders }: GatewayContext) =>
  present(await loaders.releaseStanding.load(id), 'release');

const placeOf = async ({ id }: ReleaseRow, { loaders }: GatewayContext) =>
  present(await loaders.releasePlace.load(id), 'release');

export const Release = objectType({
  name: 'Release',
  description:
    'One version of a dataset with its terms and datasheet: drafted, checked, reviewed, published, and taken back if need be.',
  definition(t) {
    t.implements('Node');
    t.int('number', { description: 'Its number in the dataset, from 1.' });
    t.field('state', { type: 'ReleaseState', description: 'Where it stands.' });
    t.string('title', { description: 'What people call it.' });
    t.string('notes', { description: 'What is new in it; Markdown.' });
    t.string('semanticVersion', {
      description:
        'Such as 1.2.0: unique in the dataset, and greater than all that were published before.',
    });
    t.string('candidateDigest', {
      description:
        'SHA-256 of all that reviewers approve: the version’s digest, semantic version, title, notes, terms, datasheet and galleries. Any edit changes it.',
    });
    t.nullable.field('candidate', {
      type: 'ReleaseCandidate',
      description:
        'What it is, or was before an edit; null where it was never so, or you are an outsider.',
      args: {
        digest: nonNull(
          stringArg({
            description: '`Release.candidateDigest` of that time, as a review names it.',
          }),
        ),
      },
      resolve: ({ id: releaseId }, { digest }, { loaders }) =>
        loaders.candidate.load({ releaseId, digest }),
    });
    t.nullable.field('version', {
      type: 'DatasetVersion',
      description: 'What is released; null where you may see the release and not its dataset.',
      resolve: (release, _args, { loaders }) => loaders.version.load(release.versionId),
    });
    t.nullable.field('dataset', {
      type: 'Dataset',
      description: 'The dataset; null where you may see the release and not its dataset.',
      resolve: (release, _args, { loaders }) => loaders.dataset.load(release.datasetId),
    });
    t.string('teamSlug', {
      description: 'The team’s part of addresses.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).teamSlug,
    });
    t.string('teamName', {
      description: 'What people call the team.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).teamName,
    });
    t.string('datasetSlug', {
      description: 'The dataset’s part of addresses.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).datasetSlug,
    });
    t.string('datasetTitle', {
      description: 'What people call the dataset.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).datasetTitle,
    });
    t.int('versionNumber', {
      description: 'Number of the version in its dataset.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).versionNumber,
    });
    t.string('versionDigest', {
      description: 'Digest of the version.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).versionDigest,
    });
    t.int('identityCount', {
      description: 'Identities in the version.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).identityCount,
    });
    t.int('sampleCount', {
      description: 'Images in the version.',
      resolve: async (release, _args, context) => (await placeOf(release, context)).sampleCount,
    });
    t.nullable.field('author', {
      type: 'Person',
      description: 'Who drafted it; null where you share no team with them.',
      resolve: (release, _args, { loaders }) => loaders.person.load(release.authorId),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was drafted.' });
    t.field('updatedAt', { type: 'DateTime', description: 'When it last changed.' });
    t.field('terms', {
      type: 'ReleaseTerms',
      description: 'Under which terms it may be used.',
      resolve: termsOf,
    });
    t.list.field('datasheet', {
      type: 'DatasheetAnswer',
      description: 'What there is to know of the dataset, question by question.',
      resolve: (release) => datasheetOf(release),
    });
    t.list.field('galleries', {
      type: 'Gallery',
      description: 'Galleries it is checked against for leakage, by name; empty for outsiders.',
      extensions: { price: { assumedSize: 5 } },
      resolve: (release, _args, { loaders }) => loaders.galleriesByRelease.load(release.id),
    });
    t.list.field('checks', {
      type: 'ReleaseCheck',
      description: 'The newest check of each kind; empty until checks were begun.',
      extensions: { price: { assumedSize: 7 } },
      resolve: async (release, _args, context) => [...(await standingOf(release, context)).checks],
    });
    t.list.field('reviews', {
      type: 'ReleaseReview',
      description: 'Every review, oldest first, void ones too; empty for outsiders.',
      extensions: { price: { assumedSize: 10 } },
      resolve: async (release, _args, context) => [...(await standingOf(release, context)).reviews],
    });
    t.list.field('requestedReviewers', {
      type: 'Person',
      description: 'Who was asked for a review; empty for outsiders.',
      extensions: { price: { assumedSize: 5 } },
      resolve: async (release, _args, context) => {
        const { requestedReviewerIds } = await standingOf(release, context);
        const people = await Promise.all(
          requestedReviewerIds.map((id) => context.loaders.person.load(id)),
        );
        return people.filter((person) => person !== null);
      },
    });
    t.int('approvalsNeeded', {
      description: 'How many persons have to approve, by the team’s policy today.',
      resolve: async (release, _args, context) =>
        (await standingOf(release, context)).approvalsNeeded,
    });
    t.int('approvalsGiven', {
      description:
        'How many approvals count: of this candidate, by persons with the role that the policy asks for.',
      resolve: async (release, _args, context) =>
        (await standingOf(release, context)).approvalsGiven,
    });
    t.list.field('threads', {
      type: 'ReleaseThread',
      description: 'Discussions, oldest first; empty for outsiders.',
      extensions: { price: { assumedSize: 10 } },
      resolve: (release, _args, { loaders }) => loaders.threadsByRelease.load(release.id),
    });
    t.list.string('blockers', {
      description:
        'What stands between it and its next state, as sentences; empty: nothing, or you are an outsider.',
      resolve: async (release, _args, context) => [
        ...(await standingOf(release, context)).blockers,
      ],
    });
    t.list.field('viewerCan', {
      type: 'ReleaseAction',
      description: 'What you can do with it now.',
      resolve: async (release, _args, context) => [
        ...(await standingOf(release, context)).viewerCan,
      ],
    });
    t.nullable.field('previousRelease', {
      type: 'Release',
      description: 'What the dataset published before it, as far as you may see it.',
      resolve: (release, _args, { loaders }) => loaders.previousRelease.load(release.id),
    });
    t.nullable.field('publishedAt', {
      type: 'DateTime',
      description: 'When it was published; null where it was not.',
    });
    t.nullable.field('publishedBy', {
      type: 'Person',
      description: 'Who published it; null where nobody did or you share no team with them.',
      resolve: ({ publishedById }, _args, { loaders }) =>
        publishedById === null ? null : loaders.person.load(publishedById),
    });
    t.nullable.field('retraction', {
      type: 'ReleaseRetraction',
      description: 'Why it was taken back; null where it was not.',
      resolve: ({ retractedAt: at, retractedById: byId, retractionReason: reason }) =>
        at === null || reason === null ? null : { at, byId, reason },
    });
    t.nullable.string('manifestUrl', {
      description:
        'Path of the signed manifest on this server, beside which its files lie; null unless it is published.',
      resolve: ({ id, state }) =>
        state === 'PUBLISHED'
          ? `/api/releases/${toGlobalId('Release', { id })}/manifest.json`
          : null,
    });
    t.nullable.field('signingKey', {
      type: 'ReleaseKey',
      description: 'The key that signed the manifest; null where it was never published.',
      resolve: (release, _args, { loaders }) => loaders.keyByRelease.load(release.id),
    });
    t.field('downloads', {
      type: 'ReleaseDownloadConnection',
      description: 'Who downloaded what, newest first. Needs the role MAINTAINER.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (release, page, context) => {
        const scope = { actor: requireActor(context), releaseId: release.id };
        return connectionOf(page, {
          page: (page) => context.catalog.releases.listDownloads({ ...scope, page }),
          count: () => context.catalog.releases.countDownloads(scope),
        });
      },
    });
    t.int('downloadCount', {
      description: 'How often files of it were downloaded, counted once per person, file and day.',
      resolve: async (release, _args, { loaders }) =>
        (await loaders.downloadCountByRelease.load(release.id)) ?? 0,
    });
    t.boolean('hasAcceptedTerms', {
      description: 'Whether you have agreed to its terms.',
      resolve: async (release, _args, context) =>
        (await standingOf(release, context)).hasAcceptedTerms,
    });
  },
});
