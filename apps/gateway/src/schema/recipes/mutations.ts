/** @file Making a recipe. */
import { requireActor } from '../../context.ts';
import { withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';
import { checkWithModels } from './check-with-models.ts';

export const CreateRecipeInput = inputObjectType({
  name: 'CreateRecipeInput',
  description: 'A recipe to be made.',
  definition(t) {
    t.nonNull.id('teamId', { description: 'The team it will belong to.' });
    t.nonNull.string('name', {
      description:
        'What people call it: 1 to 100 characters. A name that exists gets a new version.',
    });
    t.nonNull.field('definition', {
      type: 'JSON',
      description:
        'The recipe document; what it leaves out takes the default of `recipeParameters`.',
    });
  },
});

export const CreateRecipePayload = payloadType('CreateRecipePayload', {
  field: 'recipe',
  type: 'Recipe',
  description: 'The recipe; the latest version where nothing changed.',
});

export const createRecipeMutation = mutationField('createRecipe', {
  type: nonNull('CreateRecipePayload'),
  description:
    'Make a recipe, or a new version of one. Everything that is wrong with it is told at once. Needs the role CONTRIBUTOR.',
  args: {
    input: nonNull(arg({ type: 'CreateRecipeInput', description: 'The recipe to be made.' })),
  },
  resolve: (_root, { input }, context) =>
    withUserErrors('recipe', async () => {
      const actor = requireActor(context);
      const { id: teamId } = requireKey('Team', input.teamId, ['teamId']);
      const checked = await checkWithModels(context.catalog, {
        actor,
        teamId,
        definition: input.definition,
      });
      return context.catalog.recipes.createRecipe({
        actor,
        teamId,
        name: input.name,
        ...checked,
      });
    }),
});
