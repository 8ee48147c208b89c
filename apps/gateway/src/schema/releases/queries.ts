/** @file Looking for releases beyond one's own teams, and watching one. */
import { DATASHEET_QUESTIONS } from '@colloid/formats';

import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { keyOf } from '../../ids.ts';
import { watchRelease } from '../../live/watch-release.ts';
import { idArg, nonNull, queryField, subscriptionField } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

export const publishedReleasesQuery = queryField('publishedReleases', {
  type: nonNull('ReleaseConnection'),
  description:
    'What all teams have published for everybody, newest first, and what of it was taken back.',
  args: pageArguments,
  extensions: pagePrice,
  resolve: (_root, page, context) => {
    const actor = requireActor(context);
    return connectionOf(page, {
      page: (page) => context.catalog.releases.listPublishedReleases({ actor, page }),
      count: () => context.catalog.releases.countPublishedReleases({ actor }),
    });
  },
});

export const datasheetQuestionsQuery = queryField((t) => {
  t.list.string('datasheetQuestions', {
    description: 'What the datasheet of a release has to answer, in order.',
    extensions: { price: { assumedSize: DATASHEET_QUESTIONS.length } },
    resolve: () => [...DATASHEET_QUESTIONS],
  });
});

export const releaseChangedSubscription = subscriptionField('releaseChanged', {
  type: nonNull('Release'),
  description:
    'The release as it stands, and again after everything that happens to it: edits, reviews, comments, checks. Ends when you may no longer see it.',
  args: { releaseId: nonNull(idArg({ description: 'The release.' })) },
  subscribe: async (_root, { releaseId }, context) => {
    requireActor(context);
    const key = keyOf('Release', releaseId);
    const release = key === null ? null : await context.loaders.release.load(key.id);
    return watchRelease(context, present(release, 'release').id);
  },
  resolve: (event) => event as never,
});
