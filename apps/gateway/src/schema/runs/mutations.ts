/** @file Starting runs, cancelling, pausing and resuming them. */
import { runNeeds, runPlan } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const CreateRunInput = inputObjectType({
  name: 'CreateRunInput',
  description: 'A run to be started.',
  definition(t) {
    t.nonNull.id('datasetId', { description: 'The dataset that will get a new version.' });
    t.nonNull.id('recipeId', { description: 'What to compute; a recipe of the same team.' });
    t.string('message', { description: 'What it is for: at most 2000 characters.' });
    t.string('idempotencyKey', {
      description:
        'A word of your choice: the same one again gives back the run that it started, instead of starting another.',
    });
  },
});

export const CreateRunPayload = payloadType('CreateRunPayload', {
  field: 'run',
  type: 'Run',
  description: 'The run, queued.',
});

export const createRunMutation = mutationField('createRun', {
  type: nonNull('CreateRunPayload'),
  description:
    'Start a run: reserves what it needs from every budget above it and queues it, or does neither. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'CreateRunInput', description: 'The run to be started.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const { id: datasetId } = requireKey('Dataset', input.datasetId, ['datasetId']);
      const { id: recipeId } = requireKey('Recipe', input.recipeId, ['recipeId']);
      return context.catalog.runs.createRun(
        { ...input, actor: requireActor(context), datasetId, recipeId, plan: runPlan },
        (tx, runId, definition) => context.queue.enqueueRun(tx, runId, runNeeds(definition)),
      );
    }),
});

export const CancelRunInput = inputObjectType({
  name: 'CancelRunInput',
  description: 'A run to be cancelled.',
  definition(t) {
    t.nonNull.id('runId', { description: 'The run.' });
  },
});

export const CancelRunPayload = payloadType('CancelRunPayload', {
  field: 'run',
  type: 'Run',
  description: 'The run: cancelled if it was queued or paused, else about to stop.',
});

export const cancelRunMutation = mutationField('cancelRun', {
  type: nonNull('CancelRunPayload'),
  description:
    'Cancel a run. A queued or paused one ends at once, a running one once the batch at hand is done; what it reserved is given back. Needs the role CONTRIBUTOR.',
  args: {
    input: nonNull(arg({ type: 'CancelRunInput', description: 'The run to be cancelled.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const { id: runId } = requireKey('Run', input.runId, ['runId']);
      return context.catalog.runs.requestCancel({ actor: requireActor(context), runId });
    }),
});

export const PauseRunInput = inputObjectType({
  name: 'PauseRunInput',
  description: 'A run to be paused.',
  definition(t) {
    t.nonNull.id('runId', { description: 'The run.' });
  },
});

export const PauseRunPayload = payloadType('PauseRunPayload', {
  field: 'run',
  type: 'Run',
  description: 'The run: paused if it was queued, else about to stop; see `pauseRequestedAt`.',
});

export const pauseRunMutation = mutationField('pauseRun', {
  type: nonNull('PauseRunPayload'),
  description:
    'Pause a run. A queued one stops at once, a running one after the iteration or shard at hand, which is kept; what it reserved stays reserved. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'PauseRunInput', description: 'The run to be paused.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const { id: runId } = requireKey('Run', input.runId, ['runId']);
      return context.catalog.runs.requestPause({ actor: requireActor(context), runId });
    }),
});

export const ResumeRunInput = inputObjectType({
  name: 'ResumeRunInput',
  description: 'A run to be resumed.',
  definition(t) {
    t.nonNull.id('runId', { description: 'The run.' });
  },
});

export const ResumeRunPayload = payloadType('ResumeRunPayload', {
  field: 'run',
  type: 'Run',
  description: 'The run, queued; or running on, where its pause had not come into effect.',
});

export const resumeRunMutation = mutationField('resumeRun', {
  type: nonNull('ResumeRunPayload'),
  description:
    'Let a paused run go on from where it stopped, on any worker; it ends with the same bits as if it had not been paused. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'ResumeRunInput', description: 'The run to be resumed.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('run', async () => {
      const { id: runId } = requireKey('Run', input.runId, ['runId']);
      return context.catalog.runs.resumeRun(
        { actor: requireActor(context), runId },
        (tx, queuedId, definition) => context.queue.enqueueRun(tx, queuedId, runNeeds(definition)),
      );
    }),
});
