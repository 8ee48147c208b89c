/** @file Watching a run. */
import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { keyOf } from '../../ids.ts';
import { watchRun } from '../../live/watch-run.ts';
import { idArg, nonNull, objectType, subscriptionField } from '../nexus.ts';

export const RunProgress = objectType({
  name: 'RunProgress',
  description: 'Something happened to a run.',
  definition(t) {
    t.field('run', { type: 'Run', description: 'The run as it is now.' });
    t.nullable.field('iteration', {
      type: 'RunIteration',
      description: 'The iteration that was just finished, if that is what happened.',
    });
    t.nullable.field('preview', {
      type: 'RunPreview',
      description: 'The sheet of faces that was just made, if that is what happened.',
    });
    t.nullable.field('logLine', {
      type: 'RunLogLine',
      description: 'The line that was just reported, if that is what happened.',
    });
  },
});

export const runProgressSubscription = subscriptionField('runProgress', {
  type: nonNull('RunProgress'),
  description:
    'Everything that happens to a run from now on, beginning with how it stands; ends when the run does. Events may be left out when they come faster than they are read: ask `Run.iterations(after:)` for what is missing.',
  args: { id: nonNull(idArg({ description: 'The run.' })) },
  subscribe: async (_root, { id }, context) => {
    requireActor(context);
    const key = keyOf('Run', id);
    const run = key === null ? null : await context.loaders.run.load(key.id);
    return watchRun(context, present(run, 'run').id);
  },
  resolve: (event) => event as never,
});
