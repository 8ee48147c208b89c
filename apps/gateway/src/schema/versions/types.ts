/** @file Dataset versions. */
import { withMeasured } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { arg, enumType, idArg, intArg, nonNull, objectType } from '../nexus.ts';
import { leakageOf } from './leakage-of.ts';
import { readMeasures } from './stored-measures.ts';
import { imageWidthArgument, signedImageUrl } from '../samples/image-url.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';
import { requireKey } from '../shared/require-key.ts';

/** Most cover images of one version. */
const MAX_COVER_IMAGES = 24;

export const VersionOrigin = enumType({
  name: 'VersionOrigin',
  description: 'How a version came to be.',
  members: [
    { name: 'RUN', description: 'A run made it.' },
    { name: 'SUBSET', description: 'It was selected from another version.' },
    { name: 'MERGE', description: 'Several versions were put together.' },
    { name: 'IMPORT', description: 'It was brought in from outside.' },
  ],
});

export const IdentityOrder = enumType({
  name: 'IdentityOrder',
  description: 'Order of identities.',
  members: [
    { name: 'ORDINAL', description: 'By number.' },
    {
      name: 'NEAREST_DISTANCE',
      description: 'Those closest to another identity of their run first.',
    },
    {
      name: 'NEAREST_IN_VERSION',
      description:
        'Those closest to another identity of the version first; refused where `isNearestKnown` is false.',
    },
  ],
});

export const SampleOrder = enumType({
  name: 'SampleOrder',
  description: 'Order of samples, ascending; `last` and `before` read it from its end.',
  members: [
    { name: 'ORDINAL', description: 'By identity, then by number.' },
    { name: 'DISTANCE_TO_REFERENCE', description: 'Those closest to their reference first.' },
    { name: 'QUALITY', description: 'Those of least quality first, those without one last.' },
    { name: 'RANDOM', description: 'Shuffled by the seed: always the same for the same seed.' },
  ],
});

export const DatasetVersion = objectType({
  name: 'DatasetVersion',
  description: 'A state of a dataset that never changes.',
  definition(t) {
    t.implements('Node');
    t.int('number', { description: 'Its number in the dataset, from 1.' });
    t.string('digest', {
      description: 'SHA-256 over the digests of all its shards, in hexadecimal.',
    });
    t.field('origin', { type: 'VersionOrigin', description: 'How it came to be.' });
    t.string('message', { description: 'What it is for, in the words of whoever made it.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.nullable.field('author', {
      type: 'Person',
      description: 'Who made it; null where you share no team with them.',
      resolve: (version, _args, { loaders }) => loaders.person.load(version.authorId),
    });
    t.field('dataset', {
      type: 'Dataset',
      description: 'The dataset it is a state of.',
      resolve: async (version, _args, { loaders }) =>
        present(await loaders.dataset.load(version.datasetId), 'dataset'),
    });
    t.list.field('parents', {
      type: 'DatasetVersion',
      description: 'The versions it was made from: none for a run, one for a subset.',
      extensions: { price: { assumedSize: 2 } },
      resolve: (version, _args, { loaders }) => loaders.parentsByVersion.load(version.id),
    });
    t.list.field('runs', {
      type: 'Run',
      description: 'The runs whose images it holds, as far as you may see them.',
      extensions: { price: { assumedSize: 2 } },
      resolve: (version, _args, { loaders }) => loaders.runsByVersion.load(version.id),
    });
    t.list.int('runNumbers', {
      description:
        'Numbers of all runs whose images it holds, ascending. Where there are several, two of them may have an identity of the same number.',
      resolve: (version, _args, { loaders }) => loaders.runNumbersByVersion.load(version.id),
    });
    t.list.string('coverImages', {
      description: 'Signed addresses of its first references, as for `Sample.imageUrl`.',
      args: {
        first: intArg({ default: 4, description: 'How many: 0 to 24.' }),
        width: imageWidthArgument,
      },
      resolve: async (version, { first, width }, { loaders, signer, now }) => {
        const count = Math.min(Math.max(first ?? 4, 0), MAX_COVER_IMAGES);
        if (count === 0) return [];
        const covers = await loaders.coversByVersion.load({ id: version.id, count });
        return Promise.all(
          covers.map((sample) => signedImageUrl(sample, { width, loaders, signer, now })),
        );
      },
    });
    t.list.string('tags', {
      description: 'Names that this version has and no other of the dataset.',
      resolve: async (version, _args, { loaders }) =>
        (await loaders.tagsByVersion.load(version.id)).map((tag) => tag.name),
    });
    t.list.field('subsets', {
      type: 'Subset',
      description: 'The queries that were saved over it, by name; only those you may see.',
      extensions: { price: { assumedSize: 20 } },
      resolve: (version, _args, { loaders }) => loaders.subsetsByVersion.load(version.id),
    });
    t.list.field('releases', {
      type: 'Release',
      description: 'Releases of it, oldest first; only those you may see.',
      extensions: { price: { assumedSize: 5 } },
      resolve: (version, _args, { loaders }) => loaders.releasesByVersion.load(version.id),
    });
    t.nullable.field('query', {
      type: 'JSON',
      description:
        'What selected it, where its origin is SUBSET: { query, subset: name or null, parentDigest }.',
    });
    t.field('comparedWith', {
      type: 'VersionComparison',
      description: 'What is different in it from another version.',
      args: {
        id: nonNull(idArg({ description: 'The other version: the one before.' })),
      },
      resolve: (version, { id }, context) =>
        context.catalog.subsets.compareVersions({
          actor: requireActor(context),
          beforeId: requireKey('DatasetVersion', id, ['id']).id,
          afterId: version.id,
        }),
    });
    t.list.field('similarIdentities', {
      type: 'SimilarIdentity',
      description:
        'The identities of this version whose references look most like a given one, by angular distance of their embeddings; the given one is left out.',
      args: {
        to: nonNull(
          idArg({ description: 'The identity to compare with; it has to be in this version.' }),
        ),
        first: intArg({ description: 'How many: 1 to 500, 20 where nothing is said.' }),
      },
      extensions: { price: { sizeArguments: ['first'], assumedSize: 20 } },
      resolve: (version, { to, first }, context) =>
        context.similarity.nearest({
          actor: requireActor(context),
          versionId: version.id,
          to: requireKey('Identity', to, ['to']),
          first: first ?? 20,
        }),
    });
    t.int('identityCount', { description: 'Number of identities.' });
    t.int('sampleCount', { description: 'Number of samples (images), references included.' });
    t.field('metrics', {
      type: 'JSON',
      description:
        'What was measured, by its run or since: { theta: {min, mean, max}, aboveIct, ict, intraBelowInter, intraHistogram, interHistogram, eer, tarAtFar, before, after }. Angles in radians, shares from 0 to 1.',
      resolve: async (version, _args, { loaders }) =>
        withMeasured(version, await loaders.measuredByVersion.load(version.id)),
    });
    t.nullable.field('measures', {
      type: 'VersionMeasures',
      description:
        'Everything measured of it alone, typed; null where that was not measured yet, or is measured now.',
      resolve: async (version, _args, { loaders }) => {
        const measured = await loaders.measuredByVersion.load(version.id);
        return readMeasures(version.id, withMeasured(version, measured));
      },
    });
    t.list.field('leakage', {
      type: 'LeakageMeasures',
      description:
        'What was found of galleries, one for each: by its run of that of the recipe, and by measurements since, as far as you may see them.',
      extensions: { price: { assumedSize: 2 } },
      resolve: (version, _args, { loaders }) => leakageOf(version, loaders),
    });
    t.list.field('measurements', {
      type: 'VersionMeasurement',
      description:
        'Measurements that were asked for since it was made: that of it alone first, then by gallery, oldest first; empty for whoever is not of its team.',
      extensions: { price: { assumedSize: 3 } },
      resolve: (version, _args, { loaders }) => loaders.measurementsByVersion.load(version.id),
    });
    t.boolean('isNearestKnown', {
      description:
        'Whether the nearest other identity of each within this version is known: it is one whole run, or was measured alone.',
      resolve: async (version, _args, { loaders }) =>
        (await loaders.isNearestKnown.load(version.id)) ?? false,
    });
    t.field('identities', {
      type: 'IdentityConnection',
      description: 'Its identities.',
      args: {
        ...pageArguments,
        orderBy: arg({
          type: 'IdentityOrder',
          default: 'ORDINAL',
          description: 'In which order.',
        }),
        where: arg({
          type: 'IdentityWhere',
          description: 'Only identities for which all of this holds.',
        }),
      },
      extensions: pagePrice,
      resolve: (version, { orderBy, where, ...page }, context) => {
        const scope = { actor: requireActor(context), versionId: version.id, where };
        return connectionOf(page, {
          page: async (page) => {
            const list = context.catalog.samples.listIdentities({ ...scope, orderBy, page });
            const { edges, ...rest } = await list;
            return {
              ...rest,
              edges: edges.map(({ cursor, node }) => ({ cursor, node, versionId: version.id })),
            };
          },
          count: () => context.catalog.samples.countIdentities(scope),
        });
      },
    });
    t.nullable.field('identity', {
      type: 'Identity',
      description: 'The identity with this number; null where there is none.',
      args: {
        ordinal: nonNull(intArg({ description: 'Identities are numbered by their run, from 0.' })),
        run: intArg({
          description:
            'Number of its run; needed only where several runs of the version have an identity of this number.',
        }),
      },
      resolve: (version, { ordinal, run: runNumber }, context) =>
        context.catalog.samples.identityOfVersion({
          actor: requireActor(context),
          versionId: version.id,
          ordinal,
          runNumber,
        }),
    });
    t.field('samples', {
      type: 'SampleConnection',
      description: 'Its samples, by identity and number.',
      args: {
        ...pageArguments,
        where: arg({
          type: 'SampleWhere',
          description: 'Only samples for which all of this holds.',
        }),
        orderBy: arg({ type: 'SampleOrder', default: 'ORDINAL', description: 'In which order.' }),
        seed: intArg({ description: 'Of the shuffle where the order is RANDOM; 0 when left out.' }),
      },
      extensions: pagePrice,
      resolve: (version, { where, orderBy, seed, ...page }, context) => {
        const scope = { actor: requireActor(context), versionId: version.id };
        const query = { where, seed };
        return connectionOf(page, {
          page: (page) => context.catalog.samples.listSamples({ ...scope, query, orderBy, page }),
          count: () => context.catalog.samples.countSamples({ ...scope, query }),
        });
      },
    });
    t.field('selection', {
      type: 'SampleSelection',
      description: 'What a query selects from it: what a subset with that query would be.',
      args: {
        query: nonNull(arg({ type: 'SampleQueryInput', description: 'Which samples.' })),
      },
      resolve: (version, { query }) => ({ versionId: version.id, query }),
    });
  },
});
