/** @file Versions made from versions, and the tags of versions. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, enumType, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const MergeCollision = enumType({
  name: 'MergeCollision',
  description: 'What to do with a run that several of the versions hold.',
  members: [
    { name: 'REFUSE', description: 'Make nothing, and say which run it is.' },
    { name: 'UNITE', description: 'Keep each of its samples once.' },
  ],
});

export const MergeVersionsInput = inputObjectType({
  name: 'MergeVersionsInput',
  description: 'Versions to be put together.',
  definition(t) {
    t.nonNull.list.nonNull.id('versionIds', { description: '2 to 20 versions of one dataset.' });
    t.field('onCollision', {
      type: 'MergeCollision',
      description: 'What to do where they overlap; REFUSE where nothing is said.',
    });
    t.string('message', { description: 'What it is for: at most 1000 characters.' });
  },
});

export const MergeVersionsPayload = payloadType('MergeVersionsPayload', {
  field: 'version',
  type: 'DatasetVersion',
  description: 'The new version.',
});

export const mergeVersionsMutation = mutationField('mergeVersions', {
  type: nonNull('MergeVersionsPayload'),
  description: 'Put several versions of a dataset together. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'MergeVersionsInput', description: 'Which versions.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('version', async () =>
      context.catalog.subsets.mergeVersions(
        {
          ...input,
          actor: requireActor(context),
          versionIds: input.versionIds.map(
            (id, index) => requireKey('DatasetVersion', id, ['versionIds', String(index)]).id,
          ),
        },
        (tx, id) => context.queue.enqueueMeasurement(tx, id),
      ),
    ),
});

export const MeasureVersionInput = inputObjectType({
  name: 'MeasureVersionInput',
  description: 'A version to be measured.',
  definition(t) {
    t.nonNull.id('versionId', { description: 'The version.' });
    t.nonNull.list.nonNull.id('galleryIds', {
      description:
        'Up to 20 READY galleries of the recogniser that embedded it, to look for leakage to; empty for what can be told of it alone.',
    });
  },
});

export const MeasureVersionPayload = payloadType('MeasureVersionPayload', {
  field: 'version',
  type: 'DatasetVersion',
  description: 'The version; its `measurements` say how far they are.',
});

export const measureVersionMutation = mutationField('measureVersion', {
  type: nonNull('MeasureVersionPayload'),
  description:
    'Have a version measured in the background. What waits, goes on or is done is left as it is, what failed begins anew. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'MeasureVersionInput', description: 'What to measure.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('version', async () =>
      context.catalog.measurements.measureVersion(
        {
          actor: requireActor(context),
          versionId: requireKey('DatasetVersion', input.versionId, ['versionId']).id,
          galleryIds: input.galleryIds.map((id) => requireKey('Gallery', id, ['galleryIds']).id),
        },
        (tx, id) => context.queue.enqueueMeasurement(tx, id),
      ),
    ),
});

export const VersionTagInput = inputObjectType({
  name: 'VersionTagInput',
  description: 'A tag of a version.',
  definition(t) {
    t.nonNull.id('versionId', { description: 'The version.' });
    t.nonNull.string('name', {
      description: '1 to 64 lower-case letters, digits, dots, underscores and hyphens.',
    });
  },
});

export const TagVersionPayload = payloadType('TagVersionPayload', {
  field: 'version',
  type: 'DatasetVersion',
  description: 'The version.',
});

export const tagVersionMutation = mutationField('tagVersion', {
  type: nonNull('TagVersionPayload'),
  description:
    'Give a version a tag that no other version of the dataset has. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'VersionTagInput', description: 'The version and tag.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('version', async () =>
      context.catalog.subsets.tagVersion({
        actor: requireActor(context),
        versionId: requireKey('DatasetVersion', input.versionId, ['versionId']).id,
        name: input.name,
      }),
    ),
});

export const UntagVersionPayload = payloadType('UntagVersionPayload', {
  field: 'version',
  type: 'DatasetVersion',
  description: 'The version.',
});

export const untagVersionMutation = mutationField('untagVersion', {
  type: nonNull('UntagVersionPayload'),
  description: 'Take a tag away from a version. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'VersionTagInput', description: 'The version and tag.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('version', async () =>
      context.catalog.subsets.untagVersion({
        actor: requireActor(context),
        versionId: requireKey('DatasetVersion', input.versionId, ['versionId']).id,
        name: input.name,
      }),
    ),
});
