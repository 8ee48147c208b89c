/** @file What comparing a version with a gallery found. */
import { intArg, objectType } from '../nexus.ts';
import { sampleAt } from './pair-faces.ts';

export const LeakagePair = objectType({
  name: 'LeakagePair',
  description: 'A sample that is close to a face of a gallery.',
  definition(t) {
    t.int('identity', { description: 'Number of the identity, from 0.' });
    t.int('sample', { description: 'Number of its sample; 0 is the reference.' });
    t.nullable.int('run', {
      description: 'Number of its run; null where the version was made by one run.',
      resolve: ({ run }) => run ?? null,
    });
    t.nullable.field('image', {
      type: 'Sample',
      description: 'The sample itself; null where you may not see its run.',
      resolve: (pair, _args, context) => sampleAt({ ...pair, run: pair.run }, context),
    });
    t.int('row', {
      description:
        'Row of the gallery, from 0; of mean embeddings the person, by the order of their names.',
    });
    t.nullable.string('person', {
      description: 'Who it is, as the gallery says; null where it is compared row by row.',
      resolve: ({ person }) => person ?? null,
    });
    t.float('theta', { description: 'The angle between them, radians.' });
  },
});

export const LeakageComparison = objectType({
  name: 'LeakageComparison',
  description: 'All samples against one side of a gallery.',
  definition(t) {
    t.field('histogram', { type: 'Histogram', description: 'Angles of all pairs.' });
    t.field('nearest', { type: 'Histogram', description: 'The smallest angle of each sample.' });
    t.float('min', { description: 'The smallest angle of all, radians.' });
    t.float('threshold', { description: 'Pairs closer than this are counted, radians.' });
    t.nullable.float('falseMatchRate', {
      description:
        'Share of pairs of different people of the gallery that are closer than the threshold, from 0 to 1.',
    });
    t.float('impostors', { description: 'Count of pairs of different people of the gallery.' });
    t.nullable.float('expected', {
      description: 'Count of pairs that would be under the threshold by chance.',
    });
    t.float('count', { description: 'Count of pairs under the threshold.' });
    t.float('samplesUnder', { description: 'Count of samples with a pair under the threshold.' });
    t.list.field('listed', {
      type: 'LeakagePair',
      description: 'The closest of them, at most 100, closest first.',
      args: { first: intArg({ description: 'How many of them; all where nothing is said.' }) },
      extensions: { price: { sizeArguments: ['first'], assumedSize: 100 } },
      resolve: ({ listed }, { first }) => listed.slice(0, Math.max(0, first ?? listed.length)),
    });
  },
});

export const LeakageMeasures = objectType({
  name: 'LeakageMeasures',
  description: 'Whether the samples show people of a gallery.',
  definition(t) {
    t.string('name', { description: 'The gallery, name@version.' });
    t.string('digest', { description: 'SHA-256 of the gallery, in hexadecimal.' });
    t.int('rows', { description: 'Embeddings it holds.' });
    t.nullable.int('classes', { description: 'People it holds; null where it does not say.' });
    t.string('recogniser', { description: 'What embedded both sides.' });
    t.int('samples', { description: 'Samples compared.' });
    t.field('toSamples', { type: 'LeakageComparison', description: 'Against every embedding.' });
    t.nullable.field('toCentres', {
      type: 'LeakageComparison',
      description:
        'Against the mean embedding of every person; null where the gallery does not name them.',
    });
  },
});
