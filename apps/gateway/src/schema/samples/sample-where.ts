/** @file Filters of identities and samples, and queries that choose among what passes them. */
import { inputObjectType } from '../nexus.ts';

export const FloatRange = inputObjectType({
  name: 'FloatRange',
  description: 'Numbers from one to another, both included.',
  definition(t) {
    t.float('min', { description: 'The least; left out: no limit.' });
    t.float('max', { description: 'The greatest; left out: no limit.' });
  },
});

export const IntRange = inputObjectType({
  name: 'IntRange',
  description: 'Whole numbers from one to another, both included.',
  definition(t) {
    t.int('min', { description: 'The least; left out: no limit.' });
    t.int('max', { description: 'The greatest; left out: no limit.' });
  },
});

export const CovariateWhere = inputObjectType({
  name: 'CovariateWhere',
  description: 'A covariate weight of a sample; samples without that covariate do not match.',
  definition(t) {
    t.nonNull.string('name', {
      description: 'The direction, such as pose:left/right: 1 to 100 characters.',
    });
    t.field('range', {
      type: 'FloatRange',
      description: 'Where its weight lies; left out: the sample only has to have one.',
    });
  },
});

export const IdentityWhere = inputObjectType({
  name: 'IdentityWhere',
  description:
    'Conditions on identities; all that are given must hold. At most 100 conditions, 8 levels deep.',
  definition(t) {
    t.field('ordinal', { type: 'IntRange', description: 'Number in the run that made it.' });
    t.list.nonNull.int('ordinals', { description: 'Only these numbers: at most 10 000.' });
    t.list.nonNull.int('runs', { description: 'Only identities of the runs with these numbers.' });
    t.field('nearestDistance', {
      type: 'FloatRange',
      description: 'Angular distance to the nearest identity of its run, in radians.',
    });
    t.field('intraDistance', {
      type: 'FloatRange',
      description: 'Greatest angular distance between the reference and a variation, in radians.',
    });
    t.list.nonNull.field('and', { type: 'IdentityWhere', description: 'All of these hold.' });
    t.list.nonNull.field('or', {
      type: 'IdentityWhere',
      description: 'At least one of these holds.',
    });
    t.field('not', {
      type: 'IdentityWhere',
      description: 'This does not hold; what is unknown does not hold.',
    });
  },
});

export const SampleWhere = inputObjectType({
  name: 'SampleWhere',
  description:
    'Conditions on samples; all that are given must hold. At most 100 conditions, 8 levels deep.',
  definition(t) {
    t.field('kind', { type: 'SampleKind', description: 'Only references, or only variations.' });
    t.field('ordinal', {
      type: 'IntRange',
      description: 'Number in its identity; 0 is the reference.',
    });
    t.field('distanceToReference', {
      type: 'FloatRange',
      description: 'Angular distance to the reference, in radians.',
    });
    t.field('quality', { type: 'FloatRange', description: 'Quality, where it was measured.' });
    t.field('imageBytes', {
      type: 'IntRange',
      description: 'Size of the stored image in bytes.',
    });
    t.list.nonNull.field('covariates', {
      type: 'CovariateWhere',
      description: 'Covariate weights; all of these hold.',
    });
    t.list.nonNull.int('identityOrdinals', {
      description: 'Only samples of these identities: at most 10 000.',
    });
    t.field('identity', { type: 'IdentityWhere', description: 'What holds for its identity.' });
    t.list.nonNull.field('and', { type: 'SampleWhere', description: 'All of these hold.' });
    t.list.nonNull.field('or', {
      type: 'SampleWhere',
      description: 'At least one of these holds.',
    });
    t.field('not', {
      type: 'SampleWhere',
      description: 'This does not hold; what is unknown does not hold.',
    });
  },
});

export const SampleQueryInput = inputObjectType({
  name: 'SampleQueryInput',
  description: 'Filters, then a choice among what passes them.',
  definition(t) {
    t.field('where', {
      type: 'SampleWhere',
      description: 'Only samples for which all of this holds.',
    });
    t.int('maxIdentities', { description: 'Keep at most this many identities, from 1.' });
    t.int('perIdentity', { description: 'Keep at most this many samples of each, from 1.' });
    t.int('limit', { description: 'Keep at most this many samples in all, from 1.' });
    t.int('seed', {
      description:
        'Draws which ones are kept, the same for the same seed; left out: the first by number.',
    });
  },
});
