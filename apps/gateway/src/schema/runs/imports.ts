/** @file Imports: runs that read images from outside in, and where these come from. */
import { CatalogError } from '@colloid/catalog';
import { MOST_IMPORT_FILES, runNeeds } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { redeemFiles } from '../../uploads/redeem.ts';
import {
  arg,
  enumType,
  inputObjectType,
  list,
  mutationField,
  nonNull,
  objectType,
} from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';
import { readImportFiles } from './stored-json.ts';

export const ImportSource = enumType({
  name: 'ImportSource',
  description: 'How the images of an import are told apart.',
  members: [
    { name: 'FOLDER', description: 'A folder for each identity: `identity/image.png`.' },
    {
      name: 'WEBDATASET',
      description:
        'By the key: its folder is the identity, or a .json with `identity` or a .cls beside the image says it.',
    },
  ],
});

export const RunImportFile = objectType({
  name: 'RunImportFile',
  description: 'One uploaded tar file of an import.',
  definition(t) {
    t.string('name', { description: 'Its name.' });
    t.string('digest', { description: 'SHA-256 of its bytes, hexadecimal.' });
    t.float('sizeBytes', { description: 'Its size in bytes.' });
  },
});

export const RunImport = objectType({
  name: 'RunImport',
  description: 'Where imported images come from, as whoever imported them said; it never changes.',
  definition(t) {
    t.field('source', { type: 'ImportSource', description: 'How the images were told apart.' });
    t.string('name', { description: 'What the folder or the dataset is called.' });
    t.nullable.string('licence', {
      description: 'The terms of the images; null where nobody stated any.',
    });
    t.boolean('isSynthetic', {
      description: 'Whether a model made them; they are then marked as synthetic.',
    });
    t.nullable.field('recogniser', {
      type: 'ModelVersion',
      description: 'What embeds them; null where nothing is measured.',
      resolve: ({ recogniserVersionId: id }, _args, { loaders }) =>
        id === null ? null : loaders.modelVersion.load(id),
    });
    t.float('interClassThreshold', {
      description: 'Angle by which the identities are measured, radians.',
    });
    t.list.field('files', {
      type: 'RunImportFile',
      description: 'The uploaded tar files, in order.',
      extensions: { price: { assumedSize: 10 } },
      resolve: ({ files }) => readImportFiles(files),
    });
    t.string('digest', { description: 'SHA-256 over the list of the files, hexadecimal.' });
  },
});

export const CreateImportInput = inputObjectType({
  name: 'CreateImportInput',
  description: 'Images to be imported, whose tar files have been uploaded.',
  definition(t) {
    t.nonNull.id('datasetId', { description: 'The dataset that will get a new version.' });
    t.nonNull.field('source', {
      type: 'ImportSource',
      description: 'How the images are told apart.',
    });
    t.nonNull.string('name', {
      description: 'What the folder or the dataset is called: 1 to 200 characters.',
    });
    t.string('licence', {
      description:
        'The terms of the images, best by their SPDX identifier: at most 200 characters.',
    });
    t.nonNull.boolean('isSynthetic', {
      description:
        'Whether a model made the images: each then gets the mark of synthetic media. Nothing else in a file changes.',
    });
    t.id('recogniserVersionId', {
      description:
        'The recogniser that embeds the images, which have to be cropped as it sees faces; without one nothing is measured.',
    });
    t.float('interClassThreshold', {
      description:
        'Angle by which the identities are measured, above 0 and at most π; 1 if left out.',
    });
    t.string('message', { description: 'What it is for: at most 2000 characters.' });
    t.string('idempotencyKey', {
      description:
        'A word of your choice: the same one again gives back the run that it started, instead of starting another.',
    });
    t.nonNull.field('uploads', {
      type: list(nonNull('String')),
      description: `What \`PUT /uploads/images/TEAM/NAME\` answered as \`upload\` for each tar file, at most ${MOST_IMPORT_FILES}; good for a day.`,
    });
  },
});

export const CreateImportPayload = payloadType('CreateImportPayload', {
  field: 'run',
  type: 'Run',
  description: 'The run that imports them, queued.',
});

export const createImportMutation = mutationField('createImport', {
  type: nonNull('CreateImportPayload'),
  description:
    'Import images as a version. What the run needs of the budgets is reserved once it has read the source, and it fails where that does not fit. Needs the role CONTRIBUTOR.',
  args: {
    input: nonNull(arg({ type: 'CreateImportInput', description: 'The uploaded images.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const actor = requireActor(context);
      const { id: datasetId } = requireKey('Dataset', input.datasetId, ['datasetId']);
      const { uploads, recogniserVersionId: recogniser, ...rest } = input;
      const dataset = await context.loaders.dataset.load(datasetId);
      if (dataset === null) throw noDataset();
      const { teamId } = dataset;
      const files = redeemFiles(context, { actor, teamId, uploads, mostFiles: MOST_IMPORT_FILES });
      const recogniserVersionId =
        recogniser == null
          ? null
          : requireKey('ModelVersion', recogniser, ['recogniserVersionId']).id;
      return context.catalog.runs.createImport(
        {
          ...rest,
          actor,
          datasetId,
          recogniserVersionId,
          files: files.map(({ name, digest, sizeBytes }) => ({ name, digest, sizeBytes })),
        },
        (tx, runId, definition) => context.queue.enqueueRun(tx, runId, runNeeds(definition)),
      );
    }),
});

function noDataset(): CatalogError {
  return new CatalogError('NOT_FOUND', 'There is no such dataset, or you may not see it.', {
    path: ['datasetId'],
  });
}
