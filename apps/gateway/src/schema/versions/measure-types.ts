/** @file What was measured of a version. */
import { present } from '../../graphql/errors.ts';
import { intArg, objectType } from '../nexus.ts';
import { leakageOf } from './leakage-of.ts';
import { identityAt } from './pair-faces.ts';

export const Histogram = objectType({
  name: 'Histogram',
  description: 'Counts in bins of equal width.',
  definition(t) {
    t.list.float('edges', {
      description:
        'Limits of the bins, ascending, one more than there are counts: radians, or latent units.',
    });
    t.list.float('counts', { description: 'Count of pairs in each bin.' });
  },
});

export const RocPoint = objectType({
  name: 'RocPoint',
  description: 'A threshold of verification and what it lets pass.',
  definition(t) {
    t.float('far', { description: 'Share of impostor pairs accepted, from 0 to 1.' });
    t.float('tar', { description: 'Share of genuine pairs accepted, from 0 to 1.' });
    t.float('theta', { description: 'Pairs closer than this are accepted, radians.' });
  },
});

export const TarAtFar = objectType({
  name: 'TarAtFar',
  description: 'The true-accept rate at a false-accept rate.',
  definition(t) {
    t.float('far', { description: 'The false-accept rate asked for, from 0 to 1.' });
    t.nullable.float('tar', {
      description:
        'Share of genuine pairs accepted, from 0 to 1; null where there are too few impostor pairs to tell.',
    });
    t.nullable.float('theta', {
      description: 'Pairs closer than this are accepted, radians; null with the rate.',
    });
  },
});

export const VerificationMeasures = objectType({
  name: 'VerificationMeasures',
  description: 'How well the recogniser tells the identities apart.',
  definition(t) {
    t.float('eer', { description: 'Equal error rate, from 0 to 1.' });
    t.float('eerTheta', { description: 'The angle at which it is reached, radians.' });
    t.float('genuine', { description: 'Count of genuine pairs.' });
    t.float('impostors', { description: 'Count of impostor pairs.' });
    t.string('genuinePairs', {
      description: 'Which pairs count as genuine: VARIATION_TO_REFERENCE.',
    });
    t.string('impostorPairs', {
      description: 'Which pairs count as impostors: REFERENCE_TO_REFERENCE.',
    });
    t.list.field('tarAtFar', {
      type: 'TarAtFar',
      description: 'At false-accept rates from 0.1 to 0.000001.',
      extensions: { price: { assumedSize: 6 } },
    });
    t.list.field('roc', {
      type: 'RocPoint',
      description: 'The curve, strictest threshold first.',
      extensions: { price: { assumedSize: 200 } },
    });
  },
});

export const ReferencePair = objectType({
  name: 'ReferencePair',
  description: 'Two identities and how far apart their references are.',
  definition(t) {
    t.int('a', { description: 'Number of the one identity, from 0.' });
    t.int('b', { description: 'Number of the other.' });
    t.float('theta', { description: 'The angle between their references, radians.' });
    t.nullable.field('identityA', {
      type: 'Identity',
      description: 'The one identity; null where you may not see its run.',
      resolve: ({ versionId, runA: run, a: identity }, _args, context) =>
        identityAt({ versionId, run, identity }, context),
    });
    t.nullable.field('identityB', {
      type: 'Identity',
      description: 'The other; null where you may not see its run.',
      resolve: ({ versionId, runB: run, b: identity }, _args, context) =>
        identityAt({ versionId, run, identity }, context),
    });
  },
});

export const NearestMeasures = objectType({
  name: 'NearestMeasures',
  description: 'The nearest other identity of each.',
  definition(t) {
    t.list.field('listed', {
      type: 'ReferencePair',
      description: 'The closest of these pairs, at most 100, closest first.',
      args: { first: intArg({ description: 'How many of them; all where nothing is said.' }) },
      extensions: { price: { sizeArguments: ['first'], assumedSize: 100 } },
      resolve: ({ listed }, { first }) => listed.slice(0, Math.max(0, first ?? listed.length)),
    });
  },
});

export const DuplicateMeasures = objectType({
  name: 'DuplicateMeasures',
  description: 'Identities whose references are one face.',
  definition(t) {
    t.float('threshold', { description: 'References closer than this count, radians.' });
    t.float('count', { description: 'Count of such pairs.' });
    t.list.field('listed', {
      type: 'ReferencePair',
      description: 'The closest of them, at most 100, closest first.',
      extensions: { price: { assumedSize: 100 } },
    });
  },
});

export const CapacityPoint = objectType({
  name: 'CapacityPoint',
  description: 'A size of random subsets and how many of their identities stay apart.',
  definition(t) {
    t.float('n', { description: 'Count of identities in the subset.' });
    t.float('share', {
      description:
        'Mean share of them no closer than the ICT to any other of the subset, from 0 to 1.',
    });
    t.float('deviation', {
      description: 'Standard deviation of the share over the draws, from 0 to 1.',
    });
  },
});

export const CapacityEstimate = objectType({
  name: 'CapacityEstimate',
  description: 'A size and the share that a formula gives for it.',
  definition(t) {
    t.nullable.float('n', { description: 'Count of identities; null beyond a million million.' });
    t.float('share', { description: 'Share of them that stay apart, from 0 to 1.' });
  },
});

export const CapacityFit = objectType({
  name: 'CapacityFit',
  description:
    'A formula for how the share falls. It tells how draws like these go on, not what a new run with more identities would reach.',
  definition(t) {
    t.string('formula', { description: 'The formula.' });
    t.float('b', {
      description:
        'Its exponent, without a unit: 1 where further identities come too close independently of each other.',
    });
    t.float('c', { description: 'Its rate, without a unit.' });
    t.float('residual', {
      description:
        'Root of the mean squared difference of the measured shares from it, from 0 to 1.',
    });
    t.list.field('sizeAtShare', {
      type: 'CapacityEstimate',
      description: 'The sizes at which it gives shares of 0.99, 0.9 and 0.5.',
      extensions: { price: { assumedSize: 3 } },
    });
    t.list.field('extrapolated', {
      type: 'CapacityEstimate',
      description: 'The shares at 2, 5, 10 and 100 times the identities there are.',
      extensions: { price: { assumedSize: 4 } },
    });
  },
});

export const CapacityMeasures = objectType({
  name: 'CapacityMeasures',
  description: 'How many identities stay apart as their number grows.',
  definition(t) {
    t.int('draws', { description: 'Random orders of the identities.' });
    t.list.field('points', {
      type: 'CapacityPoint',
      description: 'Measured sizes, ascending.',
      extensions: { price: { assumedSize: 14 } },
    });
    t.nullable.field('fit', {
      type: 'CapacityFit',
      description: 'The formula; null where the shares do not tell how they fall.',
    });
  },
});

export const VersionHistograms = objectType({
  name: 'VersionHistograms',
  description: 'Distances of a version.',
  definition(t) {
    t.field('inter', { type: 'Histogram', description: 'Angles of all pairs of references.' });
    t.nullable.field('nearest', {
      type: 'Histogram',
      description:
        'Angles of every identity to the nearest other one; null where it was measured before that was kept.',
    });
    t.nullable.field('intra', {
      type: 'Histogram',
      description: 'Angles of variations to their reference.',
    });
    t.nullable.field('intraPairs', {
      type: 'Histogram',
      description: 'Angles of any two images of one identity.',
    });
    t.nullable.field('interLatent', {
      type: 'Histogram',
      description: 'Distances of the latents of all pairs of references.',
    });
    t.nullable.field('intraLatent', {
      type: 'Histogram',
      description: 'Distances of the latents of variations to that of their reference.',
    });
  },
});

export const VersionMeasures = objectType({
  name: 'VersionMeasures',
  description: 'Everything that was measured of a version.',
  definition(t) {
    t.float('identitiesAboveIct', {
      description: 'Share of identities with no other one closer than the ICT, from 0 to 1.',
    });
    t.field('histograms', { type: 'VersionHistograms', description: 'Distances.' });
    t.nullable.field('verification', {
      type: 'VerificationMeasures',
      description: 'Verification; null without variations.',
    });
    t.field('duplicates', {
      type: 'DuplicateMeasures',
      description: 'Identities that are one face.',
    });
    t.field('nearest', {
      type: 'NearestMeasures',
      description: 'The nearest other identity of each.',
    });
    t.field('capacity', {
      type: 'CapacityMeasures',
      description: 'How many identities stay apart.',
    });
    t.list.field('leakage', {
      type: 'LeakageMeasures',
      description: 'As `DatasetVersion.leakage`.',
      extensions: { price: { assumedSize: 2 } },
      resolve: async ({ versionId }, _args, { loaders }) =>
        leakageOf(present(await loaders.version.load(versionId), 'dataset version'), loaders),
    });
  },
});
