/** @file Registering models. */
import { submitModel } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, list, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';
import { redeemUploads } from '../../uploads/redeem.ts';
import { withModelProblems } from './uploads.ts';

/** model.json, at most three files of a generator, and some room for versions to come. */
const MOST_FILES = 8;

export const RegisterModelInput = inputObjectType({
  name: 'RegisterModelInput',
  description: 'A model whose files have been uploaded.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team that gets the model.' });
    t.nonNull.field('uploads', {
      type: list(nonNull('String')),
      description:
        'What `PUT /uploads/models/TEAM/NAME` answered as `upload` for model.json and for each file that it names, at most 8; good for a day.',
    });
  },
});

export const RegisterModelPayload = payloadType('RegisterModelPayload', {
  field: 'modelVersion',
  type: 'ModelVersion',
  description: 'The version, which is being checked.',
});

export const registerModelMutation = mutationField('registerModel', {
  type: nonNull('RegisterModelPayload'),
  description:
    'Register a generator or recogniser: its files are checked in the background, and it may be used once it is READY. The same files again give the version that is there; a REFUSED version may be replaced. Needs the role MAINTAINER.',
  args: {
    input: nonNull(arg({ type: 'RegisterModelInput', description: 'The uploaded model.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('modelVersion', async () => {
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const actor = requireActor(context);
      const files = redeemUploads(context, {
        actor,
        teamId,
        uploads: input.uploads,
        mostFiles: MOST_FILES,
      });
      return withModelProblems(() =>
        submitModel({
          ...context,
          actor,
          teamId,
          files,
          enqueue: (tx, id) => context.queue.enqueueModelCheck(tx, id),
        }),
      );
    }),
});
