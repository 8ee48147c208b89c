/** @file What the recipe form shows, and what a recipe would take. */
import { requireActor } from '../../context.ts';
import { arg, inputObjectType, nonNull, objectType, queryField } from '../nexus.ts';
import { requireKey } from '../shared/require-key.ts';
import { recipeParameters } from './catalogue.ts';
import { estimateFor } from './estimate.ts';
import { readRecipe } from './read-recipe.ts';
import { presetsFor } from './presets.ts';

export const recipeParametersQuery = queryField((t) => {
  t.list.field('recipeParameters', {
    type: 'RecipeParameter',
    description: 'Every value of a recipe, in the order of the form.',
    extensions: { price: { assumedSize: 50 } },
    resolve: () => recipeParameters(),
  });
});

export const recipePresetsQuery = queryField((t) => {
  t.list.field('recipePresets', {
    type: 'RecipePreset',
    description: 'Recipes to start from.',
    extensions: { price: { assumedSize: 10 } },
    resolve: (_root, _args, { actor, catalog }) => presetsFor(catalog, actor),
  });
});

export const EstimateRunInput = inputObjectType({
  name: 'EstimateRunInput',
  description: 'A recipe to be estimated.',
  definition(t) {
    t.nonNull.id('teamId', {
      description: 'The team whose past runs tell how fast its workers are.',
    });
    t.nonNull.field('definition', { type: 'JSON', description: 'The recipe document.' });
  },
});

export const RunEstimate = objectType({
  name: 'RunEstimate',
  description: 'What a run of a recipe would take.',
  definition(t) {
    t.int('identities', { description: 'Identities it makes.' });
    t.int('samples', { description: 'Samples it makes, references included.' });
    t.int('images', { description: 'Images it renders.' });
    t.float('seconds', { description: 'Seconds of computing, all stages together.' });
    t.float('sizeBytes', { description: 'Bytes of images and latents it stores.' });
    t.list.field('secondsPerStage', {
      type: 'StageSeconds',
      description: 'Seconds by stage, in the order of the stages.',
    });
    t.string('basis', { description: 'What the figures rest on: a past run, or stated defaults.' });
  },
});

export const estimateRunQuery = queryField('estimateRun', {
  type: nonNull('RunEstimate'),
  description: 'What a run of this recipe would take, without starting it.',
  args: {
    input: nonNull(arg({ type: 'EstimateRunInput', description: 'The recipe to be estimated.' })),
  },
  resolve: (_root, { input }, context) =>
    estimateFor(context, {
      actor: requireActor(context),
      teamId: requireKey('Team', input.teamId, ['teamId']).id,
      recipe: readRecipe(input.definition),
    }),
});
