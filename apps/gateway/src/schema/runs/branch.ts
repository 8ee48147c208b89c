/** @file Branching: a run that begins with a state that another one kept. */
import { branchRefusal, runNeeds, runPlan } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull, objectType } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const RunCheckpoint = objectType({
  name: 'RunCheckpoint',
  description:
    'A state of the references that stays as long as the run: `branchRun` can begin with it.',
  definition(t) {
    t.int('iteration', { description: 'Iterations done, counted from the random draw.' });
    t.string('digest', {
      description: 'SHA-256 over the state: equal latents at equal iterations have equal ones.',
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was kept.' });
  },
});

export const RunBranchPoint = objectType({
  name: 'RunBranchPoint',
  description: 'Where a run was branched from another one.',
  definition(t) {
    t.nullable.field('run', {
      type: 'Run',
      description: 'The run it was branched from.',
      resolve: ({ runId }, _args, { loaders }) => loaders.run.load(runId),
    });
    t.int('iteration', { description: 'Iterations of that run which this one builds on.' });
  },
});

export const RunPartialWork = objectType({
  name: 'RunPartialWork',
  description: 'References as far as a run has come.',
  definition(t) {
    t.int('iteration', {
      description: 'Iterations done; draws, where identities are placed one after another.',
    });
    t.int('identities', { description: 'Identities that are placed.' });
    t.string('latentsDigest', { description: 'SHA-256 of their latents, an npy file.' });
    t.string('embeddingsDigest', { description: 'SHA-256 of their embeddings, an npy file.' });
  },
});

export const BranchRunInput = inputObjectType({
  name: 'BranchRunInput',
  description: 'A run to be branched from another one.',
  definition(t) {
    t.nonNull.id('runId', { description: 'The run that has kept the checkpoint, in any state.' });
    t.nonNull.int('iteration', {
      description: 'The iteration to go on from: one of `Run.checkpoints`.',
    });
    t.nonNull.id('recipeId', {
      description:
        'The parameters to go on with: a recipe with the same models, identities, seed and truncation, whose iterations count from the random draw.',
    });
    t.string('message', { description: 'What it is for: at most 2000 characters.' });
    t.string('idempotencyKey', {
      description:
        'A word of your choice: the same one again gives back the run that it started, instead of starting another.',
    });
  },
});

export const BranchRunPayload = payloadType('BranchRunPayload', {
  field: 'run',
  type: 'Run',
  description: 'The new run, queued.',
});

export const branchRunMutation = mutationField('branchRun', {
  type: nonNull('BranchRunPayload'),
  description:
    'Start a run of the same dataset whose references go on from a checkpoint of another run with other parameters. Reserves what it needs as `createRun` does. Needs the role CONTRIBUTOR.',
  args: {
    input: nonNull(arg({ type: 'BranchRunInput', description: 'The run to be branched.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const { id: runId } = requireKey('Run', input.runId, ['runId']);
      const { id: recipeId } = requireKey('Recipe', input.recipeId, ['recipeId']);
      return context.catalog.runs.branchRun(
        {
          ...input,
          actor: requireActor(context),
          runId,
          recipeId,
          plan: runPlan,
          checkBranch: branchRefusal,
        },
        (tx, queuedId, definition) => context.queue.enqueueRun(tx, queuedId, runNeeds(definition)),
      );
    }),
});
