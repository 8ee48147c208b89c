/** @file Saving a subset, and making a version of one. */
import { CatalogError } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';

export const SaveSubsetInput = inputObjectType({
  name: 'SaveSubsetInput',
  description: 'A query to be saved.',
  definition(t) {
    t.nonNull.id('versionId', { description: 'The version it is a query over.' });
    t.nonNull.string('name', { description: '1 to 100 characters, unique in the dataset.' });
    t.nonNull.field('query', { type: 'SampleQueryInput', description: 'Which samples.' });
  },
});

export const SaveSubsetPayload = payloadType('SaveSubsetPayload', {
  field: 'subset',
  type: 'Subset',
  description: 'The saved subset.',
});

export const saveSubsetMutation = mutationField('saveSubset', {
  type: nonNull('SaveSubsetPayload'),
  description: 'Save a query over a version under a name. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'SaveSubsetInput', description: 'The query.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('subset', async () =>
      context.catalog.subsets.saveSubset({
        ...input,
        actor: requireActor(context),
        versionId: requireKey('DatasetVersion', input.versionId, ['versionId']).id,
      }),
    ),
});

export const RenameSubsetInput = inputObjectType({
  name: 'RenameSubsetInput',
  description: 'Another name for a saved subset.',
  definition(t) {
    t.nonNull.id('subsetId', { description: 'The saved subset.' });
    t.nonNull.string('name', { description: '1 to 100 characters, unique in the dataset.' });
  },
});

export const RenameSubsetPayload = payloadType('RenameSubsetPayload', {
  field: 'subset',
  type: 'Subset',
  description: 'The subset under its new name.',
});

export const renameSubsetMutation = mutationField('renameSubset', {
  type: nonNull('RenameSubsetPayload'),
  description: 'Give a saved subset another name. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'RenameSubsetInput', description: 'Which, and how.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('subset', async () =>
      context.catalog.subsets.renameSubset({
        actor: requireActor(context),
        subsetId: requireKey('Subset', input.subsetId, ['subsetId']).id,
        name: input.name,
      }),
    ),
});

export const DeleteSubsetInput = inputObjectType({
  name: 'DeleteSubsetInput',
  description: 'A saved subset to be removed.',
  definition(t) {
    t.nonNull.id('subsetId', { description: 'The saved subset.' });
  },
});

export const DeleteSubsetPayload = payloadType('DeleteSubsetPayload', {
  field: 'subset',
  type: 'Subset',
  description: 'The subset as it was.',
});

export const deleteSubsetMutation = mutationField('deleteSubset', {
  type: nonNull('DeleteSubsetPayload'),
  description:
    'Remove a saved subset; versions that were made of it stay, and keep its query. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'DeleteSubsetInput', description: 'Which one.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('subset', async () =>
      context.catalog.subsets.deleteSubset({
        actor: requireActor(context),
        subsetId: requireKey('Subset', input.subsetId, ['subsetId']).id,
      }),
    ),
});

export const MaterialiseSubsetInput = inputObjectType({
  name: 'MaterialiseSubsetInput',
  description: 'What to make a version of: a saved subset, or a version and a query.',
  definition(t) {
    t.id('subsetId', { description: 'A saved subset.' });
    t.id('versionId', { description: 'A version, together with `query`.' });
    t.field('query', { type: 'SampleQueryInput', description: 'Which samples of the version.' });
    t.string('message', { description: 'What it is for: at most 1000 characters.' });
  },
});

export const MaterialiseSubsetPayload = payloadType('MaterialiseSubsetPayload', {
  field: 'version',
  type: 'DatasetVersion',
  description: 'The new version.',
});

export const materialiseSubsetMutation = mutationField('materialiseSubset', {
  type: nonNull('MaterialiseSubsetPayload'),
  description:
    'Make a version of the samples that a query selects. It makes no images, so it spends no budget. Needs the role CONTRIBUTOR.',
  args: { input: nonNull(arg({ type: 'MaterialiseSubsetInput', description: 'Which subset.' })) },
  resolve: (_root, { input }, context) =>
    withUserErrors('version', async () =>
      context.catalog.subsets.materialiseSubset(
        { actor: requireActor(context), from: readSource(input), message: input.message },
        (tx, id) => context.queue.enqueueMeasurement(tx, id),
      ),
    ),
});

function readSource<Query>(input: {
  readonly subsetId?: string | null;
  readonly versionId?: string | null;
  readonly query?: Query | null;
}) {
  const { subsetId, versionId, query } = input;
  if (subsetId != null && versionId == null && query == null) {
    return { subsetId: requireKey('Subset', subsetId, ['subsetId']).id };
  }
  if (subsetId == null && versionId != null && query != null) {
    return { versionId: requireKey('DatasetVersion', versionId, ['versionId']).id, query };
  }
  throw new CatalogError('INVALID', "Give 'subsetId' alone, or 'versionId' and 'query'.", {
    path: ['subsetId'],
  });
}
