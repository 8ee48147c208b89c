/** @file Versions of generators and recognisers. */
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
    t.field('createdAt', { type: 'DateTime', description: 'When it was registered.' });
  },
});
