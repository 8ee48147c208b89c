/** @file What two versions differ in, and which identities are alike. */
import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { intArg, objectType } from '../nexus.ts';

const firstArgument = intArg({ description: 'How many: 0 to 100, 24 where nothing is said.' });
const shownPrice = { price: { sizeArguments: ['first'], assumedSize: 24 } };

export const VersionComparison = objectType({
  name: 'VersionComparison',
  description: 'From one version to another.',
  definition(t) {
    t.field('before', { type: 'DatasetVersion', description: 'The one version.' });
    t.field('after', { type: 'DatasetVersion', description: 'The other version.' });
    t.field('identities', {
      type: 'MemberDifference',
      description: 'Identities; one is kept as long as any sample of it is.',
    });
    t.field('samples', { type: 'MemberDifference', description: 'Samples.' });
    t.list.field('metrics', {
      type: 'MetricDifference',
      description: 'Every number that was measured in one of them.',
    });
    t.list.field('addedIdentities', {
      type: 'Identity',
      description: 'The first identities that only `after` has.',
      args: { first: firstArgument },
      extensions: shownPrice,
      resolve: ({ before, after }, { first }, context) =>
        context.catalog.subsets.identitiesOnlyIn({
          actor: requireActor(context),
          versionId: after.id,
          withoutId: before.id,
          first: first ?? 24,
        }),
    });
    t.list.field('removedIdentities', {
      type: 'Identity',
      description: 'The first identities that only `before` has.',
      args: { first: firstArgument },
      extensions: shownPrice,
      resolve: ({ before, after }, { first }, context) =>
        context.catalog.subsets.identitiesOnlyIn({
          actor: requireActor(context),
          versionId: before.id,
          withoutId: after.id,
          first: first ?? 24,
        }),
    });
  },
});

export const MemberDifference = objectType({
  name: 'MemberDifference',
  description: 'Members of two versions.',
  definition(t) {
    t.int('kept', { description: 'Number that both have.' });
    t.int('added', { description: 'Number that only the later one has.' });
    t.int('removed', { description: 'Number that only the earlier one has.' });
  },
});

export const MetricDifference = objectType({
  name: 'MetricDifference',
  description: 'One number of the metrics of two versions.',
  definition(t) {
    t.string('name', { description: 'Its place in the metrics, with dots: theta.min.' });
    t.nullable.float('before', {
      description: 'In the unit of the metric; null where it was not measured.',
    });
    t.nullable.float('after', {
      description: 'In the unit of the metric; null where it was not measured.',
    });
  },
});

export const SimilarIdentity = objectType({
  name: 'SimilarIdentity',
  description: 'An identity that looks like another.',
  definition(t) {
    t.float('distance', { description: 'Angular distance of the references, in radians.' });
    t.field('identity', {
      type: 'Identity',
      description: 'Who it is.',
      resolve: async ({ runId, ordinal }, _args, { loaders }) =>
        present(await loaders.identity.load({ runId, ordinal }), 'identity'),
    });
  },
});
