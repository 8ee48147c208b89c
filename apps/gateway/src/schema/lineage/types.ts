/** @file Lineage: what made something, and what came of it. */
import { LINEAGE_LIMITS } from '@colloid/catalog';

import {
  arg,
  enumType,
  idArg,
  intArg,
  nonNull,
  nullable,
  objectType,
  queryField,
} from '../nexus.ts';
import { labelOf } from './label.ts';
import { globalIdOf, readLicences, readLineage } from './read-lineage.ts';

export const LineageDirection = enumType({
  name: 'LineageDirection',
  description: 'Which way a lineage is followed.',
  members: [
    { name: 'UPSTREAM', description: 'What made it.' },
    { name: 'DOWNSTREAM', description: 'What came of it.' },
    { name: 'BOTH', description: 'Both, each on its own: not what else came of what made it.' },
  ],
});

export const LineageRelation = enumType({
  name: 'LineageRelation',
  description: 'What one thing was to the making of another.',
  members: [
    { name: 'GENERATOR', description: 'The generator of a recipe or covariate set.' },
    {
      name: 'RECOGNISER',
      description: 'The recogniser of a recipe, gallery, covariate set or import.',
    },
    { name: 'GALLERY', description: 'The gallery that a recipe keeps its identities away from.' },
    { name: 'COVARIATES', description: 'The covariate set that a recipe varies along.' },
    { name: 'RECIPE', description: 'The recipe of a run.' },
    { name: 'BRANCH', description: 'The run from whose checkpoint another began.' },
    { name: 'OUTPUT', description: 'The run that made a version.' },
    { name: 'PARENT', description: 'The version that another was selected from or merged of.' },
    { name: 'QUERIED', description: 'The version that a saved subset is a query over.' },
    { name: 'MATERIALISED', description: 'The saved subset that a version was made of.' },
    { name: 'RELEASED', description: 'The version that a release is of.' },
    { name: 'MEASURED_AGAINST', description: 'A gallery that a version was measured against.' },
    { name: 'CHECKED_AGAINST', description: 'A gallery that a release was checked against.' },
  ],
});

export const LineageNode = objectType({
  name: 'LineageNode',
  description: 'One thing in a lineage.',
  definition(t) {
    t.id('id', { description: 'The id of its entity.', resolve: globalIdOf });
    t.field('entity', { type: 'Node', description: 'The thing itself.' });
    t.string('label', {
      description: 'What people call it, such as name@version, or the number of a run.',
      resolve: ({ entity }, _args, { loaders }) => labelOf(entity, loaders),
    });
    t.int('depth', {
      description:
        'Steps from where the lineage starts: negative for what made it, positive for what came of it.',
    });
    t.boolean('continues', {
      description: 'Whether the answer ends here although there is more beyond.',
    });
  },
});

export const LineageEdge = objectType({
  name: 'LineageEdge',
  description: 'From something to what it was used to make.',
  definition(t) {
    t.id('sourceId', {
      description: 'Id of what was used.',
      resolve: ({ source }) => globalIdOf(source),
    });
    t.id('targetId', {
      description: 'Id of what came of it.',
      resolve: ({ target }) => globalIdOf(target),
    });
    t.field('relation', { type: 'LineageRelation', description: 'What the one is to the other.' });
  },
});

export const LineageLicence = objectType({
  name: 'LineageLicence',
  description: 'Terms under which something upstream may be used.',
  definition(t) {
    t.nullable.string('licence', {
      description: 'The terms as they were registered; null where nobody stated any.',
    });
    t.list.field('entities', {
      type: 'Node',
      description: 'The models, galleries, covariate sets and imports under these terms.',
      extensions: { price: { assumedSize: 10 } },
      resolve: ({ entities }) => [...entities],
    });
  },
});

export const LineageGraph = objectType({
  name: 'LineageGraph',
  description: 'The part of the lineage around something, as far as you may see it.',
  definition(t) {
    t.list.field('nodes', {
      type: 'LineageNode',
      description: `Where it starts, then by distance; at most ${LINEAGE_LIMITS.nodes}.`,
      extensions: { price: { assumedSize: 100 } },
      resolve: ({ nodes }) => [...nodes],
    });
    t.list.field('edges', {
      type: 'LineageEdge',
      description: 'Everything by which the nodes hang together.',
      extensions: { price: { assumedSize: 100 } },
      resolve: ({ edges }) => [...edges],
    });
    t.list.field('licences', {
      type: 'LineageLicence',
      description:
        'The terms of all models, galleries, covariate sets and imports upstream of where it starts, at whatever distance; those that nobody stated first.',
      extensions: { price: { assumedSize: 5 } },
      resolve: ({ request }, _args, context) => readLicences(context, request),
    });
    t.list.field('openLineage', {
      type: 'JSON',
      description:
        'The same graph as events of OpenLineage 2-0-2, oldest first: RunEvent, JobEvent and DatasetEvent documents.',
      extensions: { price: { assumedSize: 200 } },
      resolve: async ({ request }, _args, { catalog }) => {
        const events = await catalog.lineage.openLineageOf(request);
        return [...(events ?? [])];
      },
    });
    t.boolean('isTruncated', {
      description: 'Whether there is more than an answer holds; the newest is kept.',
    });
  },
});

export const lineageQuery = queryField('lineage', {
  type: nullable('LineageGraph'),
  description:
    'What made something and what came of it; null for what you may not see, and for what has no lineage (a team, a budget).',
  args: {
    id: nonNull(
      idArg({
        description:
          'A model, gallery, covariate set, recipe, run, version, subset or release; a dataset for all of its versions; an identity or sample for the run that made it.',
      }),
    ),
    direction: arg({
      type: 'LineageDirection',
      default: 'BOTH',
      description: 'Which way to follow it.',
    }),
    depth: intArg({
      default: LINEAGE_LIMITS.defaultDepth,
      description: `Steps in each direction: 1 to ${LINEAGE_LIMITS.depth}.`,
    }),
  },
  resolve: (_root, request, context) => readLineage(context, request),
});
