/** @file Covariate sets. */
import { ZCovariateSource, ZStoredDirections, ZStoredProjection } from '@colloid/pipeline/client';

import { present } from '../../graphql/errors.ts';
import { enumType, objectType } from '../nexus.ts';
import { addSetFields } from './set-fields.ts';

export const CovariateSourceKind = enumType({
  name: 'CovariateSourceKind',
  description: 'What a covariate set was made from.',
  members: [
    { name: 'LATENTS', description: 'Labelled latents.' },
    { name: 'IMAGES', description: 'Labelled images, which were projected first.' },
    { name: 'BUILT_IN', description: 'The labelled factors of a model that comes with Colloid.' },
  ],
});

export const CovariateSide = objectType({
  name: 'CovariateSide',
  description: 'Signed distances of the latents of one class to the plane of a direction.',
  definition(t) {
    t.int('count', { description: 'Latents of that class.' });
    t.float('min', { description: 'Least distance, in latent units.' });
    t.float('max', { description: 'Greatest distance, in latent units.' });
    t.float('mean', { description: 'Mean distance, in latent units.' });
    t.float('deviation', { description: 'Standard deviation, in latent units.' });
  },
});

export const CovariateStrip = objectType({
  name: 'CovariateStrip',
  description: 'Faces that are moved along a direction, laid out as one image.',
  definition(t) {
    t.string('url', {
      description:
        "Where the image is: a path on this server's address, signed and good for about an hour.",
      resolve: ({ objectKey }, _args, { signer, now }) =>
        signer.sign({ objectKey }, { nowMs: now() }),
    });
    t.int('columns', { description: 'Steps from the negative to the positive side.' });
    t.int('rows', { description: 'Faces that are moved, one per row.' });
    t.list.float('offsets', {
      description: 'Signed distance of each column to the plane, in latent units.',
    });
  },
});

export const CovariateDirection = objectType({
  name: 'CovariateDirection',
  description: 'The direction of the latent space that tells two classes of a covariate apart.',
  definition(t) {
    t.string('covariate', { description: 'Such as pose, illumination or expression.' });
    t.string('negative', { description: 'The class on its negative side, such as left.' });
    t.string('positive', { description: 'The class on its positive side, such as right.' });
    t.field('negativeSide', {
      type: 'CovariateSide',
      description: 'Where the latents of the negative class lie.',
    });
    t.field('positiveSide', {
      type: 'CovariateSide',
      description: 'Where the latents of the positive class lie.',
    });
    t.float('trainingAccuracy', {
      description: 'Share of the latents it was fitted to that lie on their own side: 0 to 1.',
    });
    t.nullable.float('heldOutAccuracy', {
      description:
        'The same share for identities that a fit has not seen: 0 to 1; null where there are too few identities.',
    });
    t.field('strip', { type: 'CovariateStrip', description: 'Faces from minus to plus.' });
  },
});

export const ProjectedImage = objectType({
  name: 'ProjectedImage',
  description: 'A labelled image after its projection into the latent space.',
  definition(t) {
    t.string('file', { description: 'Its path in the archive.' });
    t.string('identity', { description: 'Who it shows, as labelled.' });
    t.string('covariate', { description: 'The covariate it is labelled for.' });
    t.string('class', { description: 'Its class of that covariate.' });
    t.nullable.float('pixelResidual', {
      description:
        'Root mean square difference of the pixels, 0 to 1; null where it could not be projected.',
    });
    t.nullable.float('theta', {
      description:
        'Angle between the embeddings of the image and of its projection, in radians; null where it could not be projected.',
    });
    t.nullable.string('failure', {
      description: 'Why it was left out of the fit; null where it was used.',
    });
  },
});

export const ProjectionReport = objectType({
  name: 'ProjectionReport',
  description: 'How labelled images became latents.',
  definition(t) {
    t.int('imageCount', {
      description: 'Labelled images.',
      resolve: ({ images }) => images.length,
    });
    t.int('failureCount', {
      description: 'Images that were left out of the fit.',
      resolve: ({ images }) => images.filter(({ failure }) => failure !== null).length,
    });
    t.list.field('images', {
      type: 'ProjectedImage',
      description: 'The images, flagged failures first, then by their residual, worst first.',
      extensions: { price: { assumedSize: 200 } },
      resolve: ({ images }) =>
        images.toSorted(
          (a, b) =>
            Number(b.failure !== null) - Number(a.failure !== null) ||
            (b.pixelResidual ?? 0) - (a.pixelResidual ?? 0),
        ),
    });
    t.int('steps', { description: 'Steps of the optimiser for each image.' });
    t.float('seconds', { description: 'How long it took, in seconds.' });
  },
});

export const CovariateSet = objectType({
  name: 'CovariateSet',
  description:
    'Directions of the latent space of one generator along which a face changes its pose, light or expression.',
  definition(t) {
    addSetFields(t);
    t.field('state', { type: 'SetState', description: 'Whether it may be used.' });
    t.string('description', { description: 'What it is, in the words of who registered it.' });
    t.boolean('isBuiltIn', { description: 'Whether it comes with Colloid.' });
    t.field('generator', {
      type: 'ModelVersion',
      description: 'The generator whose latents it is for.',
      resolve: async ({ generatorVersionId }, _args, { loaders }) =>
        present(await loaders.modelVersion.load(generatorVersionId), 'model'),
    });
    t.nullable.field('recogniser', {
      type: 'ModelVersion',
      description: 'The recogniser that projection compared faces with; null without projection.',
      resolve: ({ recogniserVersionId }, _args, { loaders }) =>
        recogniserVersionId === null ? null : loaders.modelVersion.load(recogniserVersionId),
    });
    t.nullable.string('digest', {
      description: 'SHA-256 of its encoded directions, in hexadecimal; null until READY.',
    });
    t.field('sourceKind', {
      type: 'CovariateSourceKind',
      description: 'What it was made from.',
      resolve: ({ source }) => ZCovariateSource.parse(source).kind,
    });
    t.list.field('sourceFiles', {
      type: 'SetFile',
      description: 'The files it was made from; none for a set that comes with Colloid.',
      extensions: { price: { assumedSize: 2 } },
      resolve: ({ source }) => {
        const parsed = ZCovariateSource.parse(source);
        if (parsed.kind === 'BUILT_IN') return [];
        return [parsed.kind === 'LATENTS' ? parsed.latents : parsed.images, parsed.labels];
      },
    });
    t.list.field('directions', {
      type: 'CovariateDirection',
      description: 'Its directions; empty until it is READY.',
      extensions: { price: { assumedSize: 10 } },
      resolve: ({ directions }) => ZStoredDirections.safeParse(directions).data ?? [],
    });
    t.nullable.field('projection', {
      type: 'ProjectionReport',
      description: 'How its images became latents; null where there were none.',
      resolve: ({ report }) => ZStoredProjection.safeParse(report).data ?? null,
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who registered it; null for a set that comes with Colloid.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.person.load(createdById),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was registered.' });
    t.nullable.field('checkedAt', {
      type: 'DateTime',
      description: 'When its making ended; null while it goes on.',
    });
  },
});
