/** @file What a mutation answers when the person who sent it can do something about it. */
import { objectType } from '../nexus.ts';

export const UserError = objectType({
  name: 'UserError',
  description: 'Why a mutation did not happen, for the person who asked for it.',
  definition(t) {
    t.string('code', {
      description: 'Kind of problem: NOT_FOUND, FORBIDDEN, CONFLICT, INVALID or BUDGET_EXCEEDED.',
    });
    t.string('message', {
      description: 'One sentence: what is wrong, with the numbers, and what to do.',
    });
    t.list.string('path', {
      description:
        'Names that lead to the part of the input the problem is about; empty where it is about all of it.',
    });
  },
});
