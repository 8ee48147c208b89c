/** @file The nearest other identity within a version: of the list's edges, since an identity has one in each version that holds it. */
import type { Identity } from '@colloid/catalog';

import { present } from '../../graphql/errors.ts';
import { extendType, objectType } from '../nexus.ts';
import type { Edge } from '../shared/connections.ts';

/** An identity in the list of a version. */
export interface IdentityInVersion extends Edge<Identity> {
  readonly versionId: string;
}

export const IdentityEdgeNearest = extendType({
  type: 'IdentityEdge',
  definition(t) {
    t.nullable.field('nearest', {
      type: 'NearestIdentity',
      description:
        'The nearest other identity of this version, of whichever run; null where there is none, or where `isNearestKnown` of the version is false.',
      resolve: ({ versionId, node: { runId, ordinal } }, _args, { loaders }) =>
        loaders.nearestInVersion.load({ versionId, runId, ordinal }),
    });
  },
});

export const NearestIdentity = objectType({
  name: 'NearestIdentity',
  description: 'The identity that is nearest to another one within a version.',
  definition(t) {
    t.float('distance', { description: 'Angular distance of the references, in radians.' });
    t.field('identity', {
      type: 'Identity',
      description: 'Who it is.',
      resolve: async ({ nearestRunId: runId, nearestOrdinal: ordinal }, _args, { loaders }) =>
        present(await loaders.identity.load({ runId, ordinal }), 'identity'),
    });
  },
});
