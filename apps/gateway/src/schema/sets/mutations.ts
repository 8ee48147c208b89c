/** @file Registering galleries and covariate sets. */
import { covariateSource, gallerySource, isPipelineError } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { InputProblems, withUserErrors } from '../../graphql/errors.ts';
import { redeemUploads } from '../../uploads/redeem.ts';
import { arg, inputObjectType, list, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

/** An archive or array and a table. */
const MOST_FILES = 2;

export const RegisterGalleryInput = inputObjectType({
  name: 'RegisterGalleryInput',
  description: 'A gallery whose file has been uploaded.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team that gets the gallery.' });
    t.nonNull.string('name', {
      description: 'Its name: 1 to 64 lower-case letters, digits and hyphens.',
    });
    t.nonNull.string('version', {
      description: 'Its version: 1 to 32 letters, digits, dots, dashes and underscores.',
    });
    t.string('description', { description: 'What it holds: at most 2000 characters.' });
    t.string('licence', {
      description: 'The terms its source may be used under: at most 200 characters.',
    });
    t.nonNull.id('recogniserVersionId', {
      description: 'The recogniser whose embeddings these are.',
    });
    t.nonNull.field('uploads', {
      type: list(nonNull('String')),
      description:
        'What `PUT /uploads/galleries/TEAM/NAME` answered as `upload` for one .npy file of float32 embeddings, a row each, or one .zip archive of faces as the recogniser sees them; and perhaps one .csv table with the column label, a line per row, that says who they are (of an archive also file). Good for a day.',
    });
  },
});

export const RegisterGalleryPayload = payloadType('RegisterGalleryPayload', {
  field: 'gallery',
  type: 'Gallery',
  description: 'The gallery, which is being made.',
});

export const registerGalleryMutation = mutationField('registerGallery', {
  type: nonNull('RegisterGalleryPayload'),
  description:
    'Register a gallery: its rows are checked and made unit in the background, and it may be used once it is READY. A REFUSED one may be replaced. Needs the role MAINTAINER.',
  args: {
    input: nonNull(arg({ type: 'RegisterGalleryInput', description: 'The uploaded gallery.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('gallery', async () => {
      const actor = requireActor(context);
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const { id } = requireKey('ModelVersion', input.recogniserVersionId, ['recogniserVersionId']);
      const { uploads, name, version, description, licence } = input;
      const files = redeemUploads(context, { actor, teamId, uploads, mostFiles: MOST_FILES });
      const source = withSetProblems(() => gallerySource(files));
      return context.catalog.galleries.registerGallery(
        { actor, teamId, name, version, description, licence, source, recogniserVersionId: id },
        (tx, galleryId) => context.queue.enqueueGallery(tx, galleryId),
      );
    }),
});

export const RegisterCovariateSetInput = inputObjectType({
  name: 'RegisterCovariateSetInput',
  description: 'A covariate set whose files have been uploaded.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team that gets the set.' });
    t.nonNull.string('name', {
      description: 'Its name: 1 to 64 lower-case letters, digits and hyphens.',
    });
    t.nonNull.string('version', {
      description: 'Its version: 1 to 32 letters, digits, dots, dashes and underscores.',
    });
    t.string('description', { description: 'What it is: at most 2000 characters.' });
    t.string('licence', {
      description: 'The terms its source may be used under: at most 200 characters.',
    });
    t.nonNull.id('generatorVersionId', { description: 'The generator whose latents it is for.' });
    t.id('recogniserVersionId', {
      description:
        'The recogniser that compares faces while images are projected; needed for images, else left out.',
    });
    t.nonNull.field('uploads', {
      type: list(nonNull('String')),
      description:
        'What `PUT /uploads/covariates/TEAM/NAME` answered as `upload` for a .csv table of labels, and one .npy file of latents or one .zip archive of images; good for a day.',
    });
  },
});

export const RegisterCovariateSetPayload = payloadType('RegisterCovariateSetPayload', {
  field: 'covariateSet',
  type: 'CovariateSet',
  description: 'The set, which is being made.',
});

export const registerCovariateSetMutation = mutationField('registerCovariateSet', {
  type: nonNull('RegisterCovariateSetPayload'),
  description:
    'Register a covariate set: images are projected and directions fitted in the background, and it may be used once it is READY. A REFUSED one may be replaced. Needs the role MAINTAINER.',
  args: {
    input: nonNull(
      arg({ type: 'RegisterCovariateSetInput', description: 'The uploaded covariate set.' }),
    ),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('covariateSet', async () => {
      const actor = requireActor(context);
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const { id: generatorVersionId } = requireKey('ModelVersion', input.generatorVersionId, [
        'generatorVersionId',
      ]);
      const { uploads, name, version, description, licence } = input;
      const files = redeemUploads(context, { actor, teamId, uploads, mostFiles: MOST_FILES });
      const source = withSetProblems(() => covariateSource(files));
      const recogniserVersionId = recogniserFor(source.kind, input.recogniserVersionId ?? null);
      return context.catalog.covariateSets.registerCovariateSet(
        {
          actor,
          teamId,
          name,
          version,
          description,
          licence,
          source,
          generatorVersionId,
          recogniserVersionId,
        },
        (tx, setId) => context.queue.enqueueCovariates(tx, setId),
      );
    }),
});

/** Images are projected with a recogniser, latents are not. */
function recogniserFor(kind: string, id: string | null): string | null {
  if (kind !== 'IMAGES') return null;
  if (id !== null) return requireKey('ModelVersion', id, ['recogniserVersionId']).id;
  throw new InputProblems([
    {
      code: 'INVALID',
      message:
        'Images are projected by comparing faces, which needs a recogniser; choose one of the team.',
      path: ['recogniserVersionId'],
    },
  ]);
}

function withSetProblems<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isPipelineError(error) || error.code !== 'SET_INCOMPLETE') throw error;
    throw new InputProblems([{ code: 'INVALID', message: error.message, path: ['uploads'] }]);
  }
}
