/** @file What kinds of runs there are, and where one can stand. */
import { enumType } from '../nexus.ts';

export const RunKind = enumType({
  name: 'RunKind',
  description: 'What a run does.',
  members: [
    { name: 'SAMPLING', description: 'It executes a recipe.' },
    { name: 'IMPORT', description: 'It reads in images that somebody uploaded.' },
  ],
});

export const RunState = enumType({
  name: 'RunState',
  description: 'How far a run is.',
  members: [
    { name: 'QUEUED', description: 'It waits for a worker.' },
    { name: 'RUNNING', description: 'A worker is at it.' },
    { name: 'PAUSED', description: 'Somebody stopped it where it can go on; see `resumeRun`.' },
    { name: 'SUCCEEDED', description: 'It has made a version.' },
    { name: 'FAILED', description: 'It stopped for a reason that `failure` tells.' },
    { name: 'CANCELLED', description: 'Somebody stopped it.' },
  ],
});

export const RunStage = enumType({
  name: 'RunStage',
  description: 'The parts of a run, in their order.',
  members: [
    {
      name: 'PREPARE',
      description: 'Load the models and build the gradient graphs; read the source of an import.',
    },
    { name: 'REFERENCES', description: 'Draw one latent per identity and move them apart.' },
    { name: 'VARIATIONS', description: 'Find variations around each reference.' },
    {
      name: 'RENDER',
      description: 'Make the images, or take those of an import, and pack them into shards.',
    },
    { name: 'MEASURE', description: 'Compute distances and metrics.' },
    { name: 'COMMIT', description: 'Write the version and settle the budget.' },
  ],
});
