/** @file Filters of samples. */
import { inputObjectType } from '../nexus.ts';

export const FloatRange = inputObjectType({
  name: 'FloatRange',
  description: 'Numbers from one to another, both included.',
  definition(t) {
    t.float('min', { description: 'The least; left out: no limit.' });
    t.float('max', { description: 'The greatest; left out: no limit.' });
  },
});

export const SampleWhere = inputObjectType({
  name: 'SampleWhere',
  description: 'Conditions on samples; all that are given must hold.',
  definition(t) {
    t.field('kind', { type: 'SampleKind', description: 'Only references, or only variations.' });
    t.field('distanceToReference', {
      type: 'FloatRange',
      description: 'Angular distance to the reference, in radians.',
    });
    t.list.nonNull.int('identityOrdinals', { description: 'Only samples of these identities.' });
  },
});
