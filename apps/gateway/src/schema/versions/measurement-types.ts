/** @file Measurements of a version that were asked for after it was made. */
import { enumType, objectType } from '../nexus.ts';
import { readLeakage } from './stored-measures.ts';

export const MeasurementState = enumType({
  name: 'MeasurementState',
  description: 'How far a measurement is.',
  members: [
    { name: 'QUEUED', description: 'It waits for a worker.' },
    { name: 'RUNNING', description: 'A worker measures.' },
    { name: 'DONE', description: 'It was measured, and never changes.' },
    { name: 'FAILED', description: 'It could not be measured; `failure` says why.' },
  ],
});

export const VersionMeasurement = objectType({
  name: 'VersionMeasurement',
  description: 'What is measured of a version apart from it: alone, or against one gallery.',
  definition(t) {
    t.id('id', { description: 'Its id.' });
    t.nullable.field('gallery', {
      type: 'Gallery',
      description: 'What it is compared with; null where it is measured alone.',
      resolve: ({ galleryId }, _args, { loaders }) =>
        galleryId === null ? null : loaders.gallery.load(galleryId),
    });
    t.boolean('isAlone', {
      description: 'Whether it is of the version alone.',
      resolve: ({ galleryId }) => galleryId === null,
    });
    t.field('state', { type: 'MeasurementState', description: 'How far it is.' });
    t.float('progress', { description: 'Share of it that is done, from 0 to 1.' });
    t.nullable.string('failure', {
      description: 'Why it FAILED, with what to do; null in every other state.',
    });
    t.nullable.string('inputsDigest', {
      description:
        'SHA-256 of everything that it depends on, in hexadecimal; null until it is DONE.',
    });
    t.nullable.field('leakage', {
      type: 'LeakageMeasures',
      description: 'What was found of the gallery; null until it is DONE.',
      resolve: ({ versionId, metrics }) => readLeakage(versionId, metrics),
    });
    t.nullable.field('askedBy', {
      type: 'Person',
      description: 'Who asked for it last; null where you share no team with them.',
      resolve: ({ createdById }, _args, { loaders }) => loaders.person.load(createdById),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was first asked for.' });
    t.nullable.field('finishedAt', {
      type: 'DateTime',
      description: 'When it ended; null while it goes on.',
    });
  },
});
