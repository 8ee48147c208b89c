/** @file What stands in the way of putting versions together. */
import { objectType } from '../nexus.ts';

export const MergeCheck = objectType({
  name: 'MergeCheck',
  description: 'What a merge of versions would meet.',
  definition(t) {
    t.list.field('overlaps', {
      type: 'MergeOverlap',
      description: 'Runs that several of them hold: refused, or united where that is asked for.',
      resolve: ({ overlaps }) => [...overlaps],
    });
    t.list.field('twins', {
      type: 'MergeTwins',
      description:
        'Runs that made the same faces: a merge is always refused, since it would hold every face twice.',
      resolve: ({ twins }) => twins.map((runNumbers) => ({ runNumbers: [...runNumbers] })),
    });
  },
});

export const MergeOverlap = objectType({
  name: 'MergeOverlap',
  description: 'A run that several versions hold.',
  definition(t) {
    t.int('runNumber', { description: 'Number of the run.' });
    t.list.int('versionNumbers', {
      description: 'Numbers of the versions that hold it.',
      resolve: ({ versionNumbers }) => [...versionNumbers],
    });
  },
});

export const MergeTwins = objectType({
  name: 'MergeTwins',
  description: 'Runs that made the same faces.',
  definition(t) {
    t.list.int('runNumbers', { description: 'Numbers of the runs.' });
  },
});
