/** @file What a query selects from a version: its samples in pages, and its numbers. */
import type { SampleQuery } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import { arg, objectType } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';

/** A query over a version; nothing has been read yet. */
export interface SampleSelectionSource {
  readonly versionId: string;
  readonly query: SampleQuery;
}

export const SampleSelection = objectType({
  name: 'SampleSelection',
  description: 'The samples that a query selects from a version.',
  definition(t) {
    t.field('samples', {
      type: 'SampleConnection',
      description: 'The samples.',
      args: {
        ...pageArguments,
        orderBy: arg({
          type: 'SampleOrder',
          default: 'ORDINAL',
          description: "In which order; RANDOM goes by the query's seed.",
        }),
      },
      extensions: pagePrice,
      resolve: ({ versionId, query }, { orderBy, ...page }, context) => {
        const scope = { actor: requireActor(context), versionId, query };
        return connectionOf(page, {
          page: (page) => context.catalog.samples.listSamples({ ...scope, orderBy, page }),
          count: () => context.catalog.samples.countSamples(scope),
        });
      },
    });
    t.field('facets', {
      type: 'SampleFacets',
      description: 'Its numbers; they take one look at every selected sample.',
      resolve: ({ versionId, query }, _args, context) =>
        context.catalog.samples.facetsOf({ actor: requireActor(context), versionId, query }),
    });
  },
});

export const SampleFacets = objectType({
  name: 'SampleFacets',
  description: 'Numbers of a selection of samples.',
  definition(t) {
    t.int('sampleCount', { description: 'Number of samples.' });
    t.int('identityCount', { description: 'Number of identities they are of.' });
    t.list.field('kinds', { type: 'SampleKindCount', description: 'Samples of each kind.' });
    t.field('distanceToReference', {
      type: 'FacetHistogram',
      description: 'Variations by angular distance to their reference, in radians.',
    });
    t.field('nearestDistance', {
      type: 'FacetHistogram',
      description: 'Identities by angular distance to the nearest one of their run, in radians.',
    });
  },
});

export const SampleKindCount = objectType({
  name: 'SampleKindCount',
  description: 'How many samples are of a kind.',
  definition(t) {
    t.field('kind', { type: 'SampleKind', description: 'The kind.' });
    t.int('count', { description: 'Number of samples.' });
  },
});

export const FacetHistogram = objectType({
  name: 'FacetHistogram',
  description: 'Counts in buckets of equal width.',
  definition(t) {
    t.float('from', {
      description: 'Where the first bucket begins, in the unit of what is counted.',
    });
    t.float('to', {
      description: 'Where the last bucket ends, in the same unit; what lies beyond counts in it.',
    });
    t.list.int('counts', {
      description: 'Of each bucket.',
      resolve: ({ counts }) => [...counts],
    });
  },
});
