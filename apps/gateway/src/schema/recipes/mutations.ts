/** @file Making a recipe. */
import type { Actor, Catalog, ModelKind, Prisma } from '@colloid/catalog';

import { requireActor } from '../../context.ts';
import { InputProblems, withUserErrors } from '../../graphql/errors.ts';
import { arg, inputObjectType, mutationField, nonNull } from '../nexus.ts';
import { payloadType } from '../shared/payload.ts';
import { requireKey } from '../shared/require-key.ts';
import { readRecipe } from './read-recipe.ts';

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
      const definition = readRecipe(input.definition);
      const models = await modelsOf(context.catalog, { actor, teamId, definition });
      const { name } = input;
      return context.catalog.recipes.createRecipe({
        actor,
        teamId,
        name,
        // Checked by the schema of recipes, which is JSON all through.
        definition: definition as unknown as Prisma.InputJsonObject,
        ...models,
      });
    }),
});

async function modelsOf(
  catalog: Catalog,
  options: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly definition: { readonly generator: string; readonly recogniser: string };
  },
): Promise<{ generatorVersionId: string; recogniserVersionId: string }> {
  const { actor, teamId, definition } = options;
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const find = (kind: ModelKind, field: 'generator' | 'recogniser') => {
    const ofKind = models.filter((model) => model.kind === kind);
    const found = ofKind.find((model) => `${model.name}@${model.version}` === definition[field]);
    if (found !== undefined) return { id: found.id };
    const known = ofKind.map((model) => `${model.name}@${model.version}`).join(', ');
    const message = `The team has no ${field} '${definition[field]}'; it has ${known === '' ? 'none yet' : known}.`;
    return { problem: { code: 'INVALID', message, path: ['definition', field] } };
  };
  const [generator, recogniser] = [
    find('GENERATOR', 'generator'),
    find('RECOGNISER', 'recogniser'),
  ];
  if (generator.id === undefined || recogniser.id === undefined) {
    throw new InputProblems(
      [generator, recogniser].flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
    );
  }
  return { generatorVersionId: generator.id, recogniserVersionId: recogniser.id };
}
