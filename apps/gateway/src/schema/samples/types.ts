/** @file Identities and their samples. */
import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { enumType, objectType } from '../nexus.ts';
import { connectionOf, pageArguments, pagePrice } from '../shared/connections.ts';
import { readSampleCovariates } from './covariates.ts';
import { imageWidthArgument, signedImageUrl } from './image-url.ts';

export const SampleKind = enumType({
  name: 'SampleKind',
  description: 'What a sample is to its identity.',
  members: [
    { name: 'REFERENCE', description: 'The one image that defines the identity.' },
    { name: 'VARIATION', description: 'Another image of the same identity.' },
  ],
});

export const Identity = objectType({
  name: 'Identity',
  description: 'A person who does not exist: one reference and its variations.',
  definition(t) {
    t.implements('Node');
    t.int('ordinal', { description: 'Its number in the run that made it, from 0.' });
    t.int('runNumber', {
      description:
        'Number of that run in its dataset, from 1. With `ordinal` it names the identity in every version of the dataset.',
      resolve: async ({ runId }, _args, { loaders }) =>
        present(await loaders.runNumber.load(runId), 'identity'),
    });
    t.nullable.field('madeIn', {
      type: 'DatasetVersion',
      description:
        'The version that its run made, which holds all of its samples; null where you may not see it.',
      resolve: async ({ runId }, _args, { loaders }) =>
        (await loaders.versionsByRun.load(runId))[0] ?? null,
    });
    t.string('name', {
      description: 'Its number as it stands in exported files, such as identity-000042.',
      resolve: (identity) => `identity-${String(identity.ordinal).padStart(6, '0')}`,
    });
    t.nullable.field('nearest', {
      type: 'Identity',
      description:
        'The identity of its run whose reference is closest; null where there is no other.',
      resolve: ({ runId, nearestOrdinal }, _args, { loaders }) =>
        nearestOrdinal === null ? null : loaders.identity.load({ runId, ordinal: nearestOrdinal }),
    });
    t.nullable.float('nearestDistance', {
      description: 'Angular distance to the nearest identity of its run, in radians.',
    });
    t.nullable.float('intraDistance', {
      description:
        'Greatest angular distance between the reference and one of the variations, in radians; null without variations.',
    });
    t.field('reference', {
      type: 'Sample',
      description: 'The image that defines it.',
      resolve: async ({ runId, ordinal: identityOrdinal }, _args, { loaders }) =>
        present(await loaders.sample.load({ runId, identityOrdinal, ordinal: 0 }), 'sample'),
    });
    t.field('samples', {
      type: 'SampleConnection',
      description:
        'All images of it that its run made, the reference first. Those that a version selects of them are among its `samples`.',
      args: pageArguments,
      extensions: pagePrice,
      resolve: ({ runId, ordinal }, page, context) => {
        const scope = { actor: requireActor(context), key: { runId, ordinal } };
        return connectionOf(page, {
          page: (page) => context.catalog.samples.listSamplesOfIdentity({ ...scope, page }),
          count: () => context.catalog.samples.countSamplesOfIdentity(scope),
        });
      },
    });
  },
});

export const Sample = objectType({
  name: 'Sample',
  description: 'One image.',
  definition(t) {
    t.implements('Node');
    t.int('ordinal', { description: 'Its number in its identity; 0 is the reference.' });
    t.field('kind', { type: 'SampleKind', description: 'What it is to its identity.' });
    t.nullable.float('distanceToReference', {
      description:
        'Angular distance to the reference of its identity, in radians; 0 for the reference, null where nothing was embedded.',
    });
    t.nullable.field('covariates', {
      type: 'SampleCovariates',
      description: 'Where it was placed along covariate directions; null without any.',
      resolve: ({ covariates }) => readSampleCovariates(covariates),
    });
    t.field('identity', {
      type: 'Identity',
      description: 'Who it shows.',
      resolve: async ({ runId, identityOrdinal: ordinal }, _args, { loaders }) =>
        present(await loaders.identity.load({ runId, ordinal }), 'identity'),
    });
    t.string('imageUrl', {
      description:
        "Where the image is: a path on this server's address, signed and good for about an hour.",
      args: { width: imageWidthArgument },
      resolve: (sample, { width }, { loaders, signer, now }) =>
        signedImageUrl(sample, { width, loaders, signer, now }),
    });
    t.int('imageBytes', {
      description: 'Size of the stored image in bytes.',
      resolve: (sample) => sample.imageLength,
    });
  },
});
