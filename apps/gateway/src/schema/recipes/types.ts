/** @file Recipes: what a run computes. */
import { present } from '../../graphql/errors.ts';
import { idArg, nonNull, objectType } from '../nexus.ts';
import { requireKey } from '../shared/require-key.ts';
import { labelledDifferences } from './labelled-differences.ts';

export const Recipe = objectType({
  name: 'Recipe',
  description:
    'What a run computes: models, algorithms with their parameters, seed. A change makes a new version under the same name.',
  definition(t) {
    t.implements('Node');
    t.string('name', { description: 'What people call it.' });
    t.int('version', { description: 'Number of this version under its name, from 1.' });
    t.string('digest', { description: 'SHA-256 of the definition, in hexadecimal.' });
    t.field('definition', {
      type: 'JSON',
      description: 'The recipe document; `recipeParameters` says what each value means.',
    });
    t.field('generator', {
      type: 'ModelVersion',
      description: 'The model that makes the images.',
      resolve: async (recipe, _args, { loaders }) =>
        present(await loaders.modelVersion.load(recipe.generatorVersionId), 'model'),
    });
    t.field('recogniser', {
      type: 'ModelVersion',
      description: 'The model that tells identities apart.',
      resolve: async (recipe, _args, { loaders }) =>
        present(await loaders.modelVersion.load(recipe.recogniserVersionId), 'model'),
    });
    t.nullable.field('gallery', {
      type: 'Gallery',
      description: 'The gallery that identities are kept away from; null where there is none.',
      resolve: ({ galleryId }, _args, { loaders }) =>
        galleryId === null ? null : loaders.gallery.load(galleryId),
    });
    t.nullable.field('covariateSet', {
      type: 'CovariateSet',
      description: 'The directions that variations follow; null where they follow none.',
      resolve: ({ covariateSetId }, _args, { loaders }) =>
        covariateSetId === null ? null : loaders.covariateSet.load(covariateSetId),
    });
    t.nullable.field('createdBy', {
      type: 'Person',
      description: 'Who made it; null where you share no team with them.',
      resolve: (recipe, _args, { loaders }) => loaders.person.load(recipe.createdById),
    });
    t.field('createdAt', { type: 'DateTime', description: 'When it was made.' });
    t.list.field('comparedWith', {
      type: 'RecipeDifference',
      description: 'Every value of it beside that of another recipe, in the order of that one.',
      args: { id: nonNull(idArg({ description: 'The other recipe: the one before.' })) },
      extensions: { price: { assumedSize: 60 } },
      resolve: async (recipe, { id }, { loaders }) => {
        const key = requireKey('Recipe', id, ['id']);
        const other = await loaders.recipe.load(key.id);
        return labelledDifferences(present(other, 'recipe').definition, recipe.definition);
      },
    });
  },
});

export const RecipeParameter = objectType({
  name: 'RecipeParameter',
  description: 'One value of a recipe: what it means and which values are possible.',
  definition(t) {
    t.string('path', {
      description:
        'Where it stands in the definition, such as references.parameters.repulsionRadius.',
    });
    t.string('group', {
      description:
        'The part of the form it belongs to: IDENTITIES, REFERENCES, VARIATIONS or IMAGES.',
    });
    t.string('label', { description: 'A short name for people.' });
    t.nullable.string('symbol', { description: 'Its letter in the published algorithms.' });
    t.nullable.string('unit', {
      description: 'Its unit, such as radians; null where it has none.',
    });
    t.string('description', { description: 'What it does, and what more or less of it brings.' });
    t.string('type', {
      description:
        'integer, number, choice, choices (a list of them), gallery or covariates (name@version of such a set of the team, or null).',
    });
    t.nullable.list.string('choices', {
      description: 'The possible values of a choice, the usual ones of choices.',
    });
    t.nullable.list.string('algorithms', {
      description:
        'The algorithms of its group that take it; the same path may stand there again for another algorithm. Null: it does not depend on the algorithm.',
    });
    t.nullable.float('minimum', { description: 'The least value, in its unit.' });
    t.nullable.float('maximum', { description: 'The greatest value, in its unit.' });
    t.nullable.field('default', {
      type: 'JSON',
      description:
        'The value where the recipe says nothing; null where that is none, or one has to be chosen.',
    });
    t.nullable.field('published', {
      type: 'JSON',
      description: 'The value in the publication of the algorithm; null where it gives none.',
    });
  },
});

export const RecipePreset = objectType({
  name: 'RecipePreset',
  description: 'A recipe to start from.',
  definition(t) {
    t.string('name', { description: 'A word for programs, such as quick.' });
    t.string('title', { description: 'A name for people.' });
    t.string('description', { description: 'What it is good for.' });
    t.field('definition', { type: 'JSON', description: 'A whole recipe document.' });
    t.boolean('isRunnable', {
      description: 'Whether a team of yours has the models and sets that it names.',
    });
    t.nullable.string('reason', { description: 'Why it cannot run; null where it can.' });
  },
});
