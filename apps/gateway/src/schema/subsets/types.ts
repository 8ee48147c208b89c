/** @file Saved subsets. */
import type { SampleQuery } from '@colloid/catalog';

import { present } from '../../graphql/errors.ts';
import { objectType } from '../nexus.ts';

export const Subset = objectType({
  name: 'Subset',
  description:
    'A query over a version, saved under a name. The name may change; the query never does.',
  definition(t) {
    t.implements('Node');
    t.string('name', { description: 'Its name, unique in the dataset.' });
    t.field('query', { type: 'JSON', description: 'The query, as a SampleQueryInput.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it was saved.' });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who saved it; null where you share no team with them.',
      resolve: (subset, _args, { loaders }) => loaders.person.load(subset.createdById),
    });
    t.field('version', {
      type: 'DatasetVersion',
      description: 'The version it is a query over.',
      resolve: async (subset, _args, { loaders }) =>
        present(await loaders.version.load(subset.versionId), 'version'),
    });
    t.field('selection', {
      type: 'SampleSelection',
      description: 'What it selects.',
      resolve: ({ versionId, query }) => ({ versionId, query: query as SampleQuery }),
    });
  },
});
