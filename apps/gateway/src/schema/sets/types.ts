/** @file Galleries, and the types that covariate sets share with them. */
import { ZGallerySource, ZStoredGalleryReport } from '@colloid/pipeline/client';

import { present } from '../../graphql/errors.ts';
import { enumType, objectType } from '../nexus.ts';
import { addSetFields } from './set-fields.ts';

export const SetState = enumType({
  name: 'SetState',
  description: 'Whether a gallery or covariate set may be used.',
  members: [
    { name: 'CHECKING', description: 'It is being made from what was uploaded.' },
    { name: 'READY', description: 'It may be named in recipes, and never changes.' },
    { name: 'REFUSED', description: 'It could not be made; `refusal` says why.' },
  ],
});

export const GallerySourceKind = enumType({
  name: 'GallerySourceKind',
  description: 'What a gallery was made from.',
  members: [
    { name: 'EMBEDDINGS', description: 'An npy file of embeddings.' },
    { name: 'IMAGES', description: 'An archive of images, of which the embeddings are kept.' },
  ],
});

export const SetFile = objectType({
  name: 'SetFile',
  description: 'A file that a gallery or covariate set was made from.',
  definition(t) {
    t.string('name', { description: 'Its name as it was uploaded.' });
    t.string('digest', { description: 'SHA-256 of its content, in hexadecimal.' });
  },
});

export const GalleryFailure = objectType({
  name: 'GalleryFailure',
  description: 'An image that could not become part of a gallery.',
  definition(t) {
    t.string('file', { description: 'Its path in the archive.' });
    t.string('reason', { description: 'Why, in one sentence.' });
  },
});

export const GalleryNorms = objectType({
  name: 'GalleryNorms',
  description: 'Lengths of the embeddings before they were made unit.',
  definition(t) {
    t.float('min', { description: 'The shortest, in units of the recogniser.' });
    t.float('mean', { description: 'The mean, in units of the recogniser.' });
    t.float('max', { description: 'The longest, in units of the recogniser.' });
  },
});

export const GalleryReport = objectType({
  name: 'GalleryReport',
  description: 'What the making of a gallery found.',
  definition(t) {
    t.field('norms', { type: 'GalleryNorms', description: 'Lengths of its rows as they came.' });
    t.list.field('failures', {
      type: 'GalleryFailure',
      description: 'Images that are not in it; empty for a gallery of embeddings.',
      extensions: { price: { assumedSize: 20 } },
    });
  },
});

export const Gallery = objectType({
  name: 'Gallery',
  description:
    'Embeddings of one recogniser, never images: identities can be kept away from them, and leaks to them measured.',
  definition(t) {
    addSetFields(t);
    t.field('state', { type: 'SetState', description: 'Whether it may be used.' });
    t.string('description', { description: 'What it holds, in the words of who registered it.' });
    t.field('recogniser', {
      type: 'ModelVersion',
      description: 'The recogniser whose embeddings these are.',
      resolve: async ({ recogniserVersionId }, _args, { loaders }) =>
        present(await loaders.modelVersion.load(recogniserVersionId), 'model'),
    });
    t.nullable.int('count', { description: 'Embeddings in it; null until it is READY.' });
    t.nullable.int('people', {
      description: 'People it shows; null where it does not say who its rows are.',
    });
    t.nullable.string('digest', {
      description: 'SHA-256 of its unit rows as an npy file, in hexadecimal; null until READY.',
    });
    t.field('sourceKind', {
      type: 'GallerySourceKind',
      description: 'What it was made from.',
      resolve: ({ source }) => ZGallerySource.parse(source).kind,
    });
    t.list.field('sourceFiles', {
      type: 'SetFile',
      description: 'The files it was made from.',
      extensions: { price: { assumedSize: 2 } },
      resolve: ({ source }) => {
        const parsed = ZGallerySource.parse(source);
        const { labels } = parsed;
        const rows = parsed.kind === 'EMBEDDINGS' ? parsed.embeddings : parsed.images;
        return labels === undefined ? [rows] : [rows, labels];
      },
    });
    t.nullable.field('report', {
      type: 'GalleryReport',
      description: 'What its making found; null while it goes on.',
      resolve: ({ report }) => ZStoredGalleryReport.safeParse(report).data ?? null,
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who registered it; null where you share no team with them.',
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
