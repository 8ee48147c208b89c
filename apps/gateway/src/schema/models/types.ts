/** @file Versions of generators and recognisers. */
import { ZStoredModelReport } from '@colloid/pipeline/client';

import { enumType, objectType } from '../nexus.ts';

export const ModelKind = enumType({
  name: 'ModelKind',
  description: 'What a model does.',
  members: [
    { name: 'GENERATOR', description: 'Makes a face image from a latent vector.' },
    {
      name: 'RECOGNISER',
      description: 'Makes an embedding, by which identities are told apart, from a face image.',
    },
  ],
});

export const ModelState = enumType({
  name: 'ModelState',
  description: 'Whether a model may be used.',
  members: [
    { name: 'CHECKING', description: 'Its files are being validated.' },
    { name: 'READY', description: 'It may be used in recipes.' },
    { name: 'REFUSED', description: 'Validation found a reason against it.' },
  ],
});

export const ModelVersion = objectType({
  name: 'ModelVersion',
  description: 'One version of a generator or recogniser; its files never change.',
  definition(t) {
    t.implements('Node');
    t.field('kind', { type: 'ModelKind', description: 'What it does.' });
    t.string('name', { description: 'Its name; recipes refer to it as name@version.' });
    t.string('version', { description: 'Its version.' });
    t.string('digest', { description: 'SHA-256 over its files, in hexadecimal.' });
    t.string('licence', { description: 'The terms it may be used under.' });
    t.field('state', { type: 'ModelState', description: 'Whether it may be used.' });
    t.boolean('isBuiltIn', { description: 'Whether it comes with Colloid.' });
    t.field('manifest', {
      type: 'JSON',
      description: 'Its manifest as registered: inputs, outputs, shapes, sources.',
    });
    t.nullable.string('refusal', {
      description: 'Why it is REFUSED, with what to do; null in every other state.',
    });
    t.nullable.field('report', {
      type: 'ModelReport',
      description:
        'What its checks found; null while they go on, and for models that come with Colloid.',
      resolve: ({ report }) => ZStoredModelReport.safeParse(report).data ?? null,
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who registered it; null for models that come with Colloid.',
      resolve: ({ createdById }, _args, { loaders }) =>
        createdById === null ? null : loaders.person.load(createdById),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was registered.' });
    t.nullable.field('checkedAt', {
      type: 'DateTime',
      description: 'When its checks ended; null while they go on.',
    });
  },
});
