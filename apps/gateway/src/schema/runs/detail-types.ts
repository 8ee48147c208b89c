/** @file What a run shows while it goes. */
import { objectType } from '../nexus.ts';

export const StageSeconds = objectType({
  name: 'StageSeconds',
  description: 'Time that one stage takes.',
  definition(t) {
    t.field('stage', { type: 'RunStage', description: 'Which stage.' });
    t.float('seconds', { description: 'Seconds.' });
  },
});

export const SeparationSummary = objectType({
  name: 'SeparationSummary',
  description: 'How far apart the references of all pairs of identities are.',
  definition(t) {
    t.float('thetaMin', { description: 'Least angular distance of a pair, in radians.' });
    t.float('thetaMean', { description: 'Mean angular distance over all pairs, in radians.' });
    t.float('aboveIct', {
      description: 'Share of pairs above the inter-class threshold (ICT) of the recipe: 0 to 1.',
    });
  },
});

export const RunSummary = objectType({
  name: 'RunSummary',
  description: 'What the run did to the distances between identities.',
  definition(t) {
    t.field('before', {
      type: 'SeparationSummary',
      description: 'Of the random draw it began with.',
    });
    t.field('after', {
      type: 'SeparationSummary',
      description: 'Of the references it ended with.',
    });
    t.nullable.float('intraBelowInter', {
      description:
        'Share of identities whose own images stay closer together than the next identity is: 0 to 1; null without variations.',
    });
  },
});

export const RunIteration = objectType({
  name: 'RunIteration',
  description: 'Statistics of one iteration.',
  definition(t) {
    t.field('stage', { type: 'RunStage', description: 'The stage it belongs to.' });
    t.int('iteration', { description: 'Its number in the stage, from 0.' });
    t.nullable.float('thetaMin', { description: 'Least angular distance of a pair, in radians.' });
    t.nullable.float('thetaMean', { description: 'Mean angular distance, in radians.' });
    t.nullable.float('thetaMax', {
      description: 'Greatest angular distance of a pair, in radians.',
    });
    t.nullable.float('aboveIct', {
      description: 'Share of pairs above the inter-class threshold (ICT): 0 to 1.',
    });
    t.nullable.float('timestep', { description: 'Length of the time step of the update.' });
    t.field('statistics', {
      type: 'JSON',
      description: 'Everything else that the algorithm reports: forces, latent distances, seconds.',
    });
  },
});

export const RunPreview = objectType({
  name: 'RunPreview',
  description: 'One image with a sheet of faces as they stood at an iteration.',
  definition(t) {
    t.int('iteration', { description: 'The iteration it shows.' });
    t.string('url', {
      description:
        "Where the image is: a path on this server's address, signed and good for about an hour.",
      resolve: (preview, _args, { signer, now }) =>
        signer.sign({ objectKey: preview.objectKey }, { nowMs: now() }),
    });
    t.int('columns', { description: 'Faces beside each other.' });
    t.int('rows', { description: 'Faces above each other.' });
  },
});

export const RunLogLine = objectType({
  name: 'RunLogLine',
  description: 'Something a run reported.',
  definition(t) {
    t.int('sequence', {
      description: 'Its number in the log of the run; later lines have higher ones.',
    });
    t.string('level', { description: 'debug, info, warn or error.' });
    t.string('message', { description: 'One sentence.' });
    t.field('createdAt', { type: 'DateTime', description: 'When it was reported.' });
  },
});
