/** @file Datasets: where the versions of one collection of faces are kept. */
import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { enumType, idArg, intArg, list, nonNull, objectType } from '../nexus.ts';
import { imageWidthArgument, signedImageUrl } from '../samples/image-url.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';
import { requireKey } from '../shared/require-key.ts';

/** Most cover images of one dataset. */
const MAX_COVER_IMAGES = 24;

export const Visibility = enumType({
  name: 'Visibility',
  description: 'Who may see a dataset.',
  members: [
    { name: 'PRIVATE', description: 'Whoever made it, and maintainers and owners of the team.' },
    { name: 'TEAM', description: 'Every member of the team.' },
    { name: 'PUBLIC', description: 'Everybody who is signed in.' },
  ],
});

export const Dataset = objectType({
  name: 'Dataset',
  description: 'A collection of synthetic faces, kept as a row of versions that never change.',
  definition(t) {
    t.implements('Node');
    t.string('slug', { description: 'Its part of addresses, unique in its team.' });
    t.string('title', { description: 'What people call it.' });
    t.string('description', { description: 'What it is for; empty where nobody said.' });
    t.list.string('tags', { description: 'Words to find it by.' });
    t.field('visibility', { type: 'Visibility', description: 'Who may see it.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.field('team', {
      type: 'Team',
      description: 'The team it belongs to.',
      resolve: async (dataset, _args, { loaders }) =>
        present(await loaders.team.load(dataset.teamId), 'team'),
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who made it; null where you share no team with them.',
      resolve: (dataset, _args, { loaders }) => loaders.person.load(dataset.createdById),
    });
    t.nullable.field('budget', {
      type: 'IdentityBudget',
      description: 'The most that it may hold; null where none of its own is set.',
      resolve: (dataset, _args, { loaders }) => loaders.budgetByDataset.load(dataset.id),
    });
    t.nullable.field('latestVersion', {
      type: 'DatasetVersion',
      description: 'The version with the highest number; null where there is none yet.',
      resolve: (dataset, _args, { loaders }) => loaders.latestVersionByDataset.load(dataset.id),
    });
    t.list.string('coverImages', {
      description:
        'Signed addresses of a few references of the latest version, as for `Sample.imageUrl`; empty where there is no version.',
      args: {
        first: intArg({ default: 6, description: `How many: 0 to ${MAX_COVER_IMAGES}.` }),
        width: imageWidthArgument,
      },
      resolve: async (dataset, { first, width }, { loaders, signer, now }) => {
        const count = Math.min(Math.max(first ?? 6, 0), MAX_COVER_IMAGES);
        if (count === 0) return [];
        const covers = await loaders.coversByDataset.load({ id: dataset.id, count });
        const urls = covers.map((sample) =>
          signedImageUrl(sample, { width, loaders, signer, now }),
        );
        return Promise.all(urls);
      },
    });
    t.field('versions', {
      type: 'DatasetVersionConnection',
      description: 'Its versions, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (dataset, page, context) => {
        const scope = { actor: requireActor(context), datasetId: dataset.id };
        return connectionOf(page, {
          page: (page) => context.catalog.versions.listVersions({ ...scope, page }),
          count: () => context.catalog.versions.countVersions(scope),
        });
      },
    });
    t.nullable.field('version', {
      type: 'DatasetVersion',
      description: 'The version with this number; null where there is none.',
      args: { number: nonNull(intArg({ description: 'Versions are numbered from 1.' })) },
      resolve: (dataset, { number }, context) =>
        context.catalog.versions.versionByNumber({
          actor: requireActor(context),
          datasetId: dataset.id,
          number,
        }),
    });
    t.field('releases', {
      type: 'ReleaseConnection',
      description: 'Its releases, newest first; outsiders see those published for everybody.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (dataset, page, context) => {
        const scope = { actor: requireActor(context), datasetId: dataset.id };
        return connectionOf(page, {
          page: (page) => context.catalog.releases.listReleases({ ...scope, page }),
          count: () => context.catalog.releases.countReleases(scope),
        });
      },
    });
    t.nullable.field('release', {
      type: 'Release',
      description: 'The release with this number; null where there is none that you may see.',
      args: { number: nonNull(intArg({ description: 'Releases are numbered from 1.' })) },
      resolve: (dataset, { number }, context) =>
        context.catalog.releases.releaseByNumber({
          actor: requireActor(context),
          datasetId: dataset.id,
          number,
        }),
    });
    t.field('mergeCheck', {
      type: 'MergeCheck',
      description: 'What a merge of some of its versions would meet, without making it.',
      args: {
        versionIds: nonNull(
          list(nonNull(idArg({ description: '2 to 20 different versions of the dataset.' }))),
        ),
      },
      extensions: { price: { assumedSize: 10 } },
      resolve: (_dataset, { versionIds }, context) =>
        context.catalog.subsets.checkMerge({
          actor: requireActor(context),
          versionIds: versionIds.map(
            (id, index) => requireKey('DatasetVersion', id, ['versionIds', String(index)]).id,
          ),
        }),
    });
    t.field('runs', {
      type: 'RunConnection',
      description: 'The runs that were started for it, newest first.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: (dataset, page, context) => {
        const scope = { actor: requireActor(context), scope: { datasetId: dataset.id } };
        return connectionOf(page, {
          page: (page) => context.catalog.runs.listRuns({ ...scope, page }),
          count: () => context.catalog.runs.countRuns(scope),
        });
      },
    });
    t.nullable.field('run', {
      type: 'Run',
      description: 'The run with this number; null where there is none that you may see.',
      args: { number: nonNull(intArg({ description: 'Runs of a dataset are numbered from 1.' })) },
      resolve: (dataset, { number }, context) =>
        context.catalog.runs.runByNumber({
          actor: requireActor(context),
          datasetId: dataset.id,
          number,
        }),
    });
  },
});
