/** @file Runs: one execution of a recipe for a dataset, or one import of images into it. */
import { precisionOf } from '@colloid/pipeline/client';

import { requireActor } from '../../context.ts';
import { present } from '../../graphql/errors.ts';
import { arg, intArg, objectType } from '../nexus.ts';

import { readPartial, readSecondsPerStage, readSummary } from './stored-json.ts';

export const Run = objectType({
  name: 'Run',
  description: 'One execution of a recipe for a dataset, or one import of images into it.',
  definition(t) {
    t.implements('Node');
    t.int('number', { description: 'Its number in the dataset, from 1.' });
    t.field('kind', { type: 'RunKind', description: 'Whether it samples or imports.' });
    t.field('state', { type: 'RunState', description: 'How far it is.' });
    t.nullable.field('stage', {
      type: 'RunStage',
      description: 'What it is doing, or was doing when it ended; null before it starts.',
    });
    t.float('progress', { description: 'Share of the whole run that is done: 0 to 1.' });
    t.nullable.float('secondsLeft', {
      description: 'Seconds until it ends, as far as can be told; null where that is not known.',
    });
    t.nullable.string('failure', {
      description: 'One sentence: why it failed and what to do; null unless it did.',
    });
    t.string('message', { description: 'What it is for, in the words of whoever started it.' });
    t.int('identityCount', {
      description: 'Identities it makes; of an import 0 until its source has been read.',
    });
    t.int('samplesPerIdentity', {
      description:
        'Images of each identity, its reference included; of an import the most that one has.',
    });
    t.nullable.string('provider', {
      description: 'What it computes on: cpu, cuda or webgpu; null before it starts.',
    });
    t.nullable.string('precision', {
      description:
        'What its recipe computes images, embeddings and gradients in: float32 or float16; null for an import.',
      resolve: async ({ recipeId }, _args, { loaders }) =>
        recipeId === null
          ? null
          : precisionOf(present(await loaders.recipe.load(recipeId), 'recipe').definition),
    });
    t.nullable.string('machine', { description: 'Name of the machine; null before it starts.' });
    t.list.field('secondsPerStage', {
      type: 'StageSeconds',
      description: 'Seconds that each stage has taken so far, in the order of the stages.',
      resolve: (run) => readSecondsPerStage(run.secondsPerStage),
    });
    t.nullable.field('summary', {
      type: 'RunSummary',
      description:
        'How far apart the identities are, before and after; null until that is measured.',
      resolve: (run) => readSummary(run.summary),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was asked for.' });
    t.nullable.field('startedAt', {
      type: 'DateTime',
      description: 'When a worker took it; null before.',
    });
    t.nullable.field('finishedAt', {
      type: 'DateTime',
      description: 'When it ended; null before.',
    });
    t.nullable.field('pauseRequestedAt', {
      type: 'DateTime',
      description: 'When somebody asked to pause it; null unless it is about to stop for that.',
    });
    t.list.field('checkpoints', {
      type: 'RunCheckpoint',
      description:
        'States of its references that a branch can begin with, by iteration: one every `checkpointEvery` iterations of its recipe, the last one, and those it was paused or stopped at.',
      extensions: { price: { assumedSize: 50 } },
      resolve: ({ id: runId }, _args, context) =>
        context.catalog.runDetails.checkpointsOf({ actor: requireActor(context), runId }),
    });
    t.nullable.field('branchedFrom', {
      type: 'RunBranchPoint',
      description: 'Where it was branched from another run; null for a run of its own.',
      resolve: ({ branchedFromId: runId, branchedFromIteration: iteration }) =>
        runId === null || iteration === null ? null : { runId, iteration },
    });
    t.list.field('branches', {
      type: 'Run',
      description: 'Runs that were branched from it, oldest first.',
      extensions: { price: { assumedSize: 5 } },
      resolve: (run, _args, { loaders }) => loaders.branchesByRun.load(run.id),
    });
    t.nullable.field('partial', {
      type: 'RunPartialWork',
      description:
        'What there is of a run that has not made a version: its references as they were last kept; null where there are none, and once it has succeeded.',
      resolve: (run) => (run.state === 'SUCCEEDED' ? null : readPartial(run.partial)),
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who started it.',
      resolve: (run, _args, { loaders }) => loaders.person.load(run.createdById),
    });
    t.field('team', {
      type: 'Team',
      description: 'The team it belongs to.',
      resolve: async (run, _args, { loaders }) =>
        present(await loaders.team.load(run.teamId), 'team'),
    });
    t.field('dataset', {
      type: 'Dataset',
      description: 'The dataset it makes a version of.',
      resolve: async (run, _args, { loaders }) =>
        present(await loaders.dataset.load(run.datasetId), 'dataset'),
    });
    t.nullable.field('recipe', {
      type: 'Recipe',
      description: 'What it computes; null for an import.',
      resolve: async ({ recipeId }, _args, { loaders }) =>
        recipeId === null ? null : present(await loaders.recipe.load(recipeId), 'recipe'),
    });
    t.nullable.field('imported', {
      type: 'RunImport',
      description: 'Where its images come from; null for a run of a recipe.',
      resolve: (run, _args, { loaders }) =>
        run.kind === 'IMPORT' ? loaders.importByRun.load(run.id) : null,
    });
    t.list.field('iterations', {
      type: 'RunIteration',
      description: 'Statistics of the iterations so far, by stage and oldest first; at most 5000.',
      extensions: { price: { assumedSize: 100 } },
      args: {
        stage: arg({ type: 'RunStage', description: 'Only iterations of this stage.' }),
        after: intArg({ description: 'Only iterations with a higher number: what you have seen.' }),
      },
      resolve: ({ id: runId }, { stage, after }, context) =>
        context.catalog.runDetails.iterationsOf({
          actor: requireActor(context),
          runId,
          stage,
          after,
        }),
    });
    t.list.field('previews', {
      type: 'RunPreview',
      description: 'Sheets of faces as they stood at some iterations, oldest first.',
      extensions: { price: { sizeArguments: ['last'], assumedSize: 50 } },
      args: {
        after: intArg({ description: 'Only sheets of iterations with a higher number.' }),
        last: intArg({ description: 'Only this many of the newest.' }),
      },
      resolve: ({ id: runId }, { after, last }, context) =>
        context.catalog.runDetails.previewsOf({ actor: requireActor(context), runId, after, last }),
    });
    t.list.field('logLines', {
      type: 'RunLogLine',
      description: 'What the run has reported, oldest first; at most 5000 lines.',
      extensions: { price: { assumedSize: 100 } },
      args: {
        after: intArg({
          description: 'Only lines with a higher sequence number: what you have seen.',
        }),
      },
      resolve: ({ id: runId }, { after }, context) =>
        context.catalog.runDetails.logLinesOf({ actor: requireActor(context), runId, after }),
    });
    t.list.field('versions', {
      type: 'DatasetVersion',
      description: 'The versions it is part of, oldest first.',
      extensions: { price: { assumedSize: 5 } },
      resolve: (run, _args, { loaders }) => loaders.versionsByRun.load(run.id),
    });
  },
});
