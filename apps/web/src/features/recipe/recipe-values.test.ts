import { expect, test } from 'vitest';
import type { BudgetFiguresFragment, RecipeFieldFragment } from '@/generated/graphql.ts';
import { budgetProblems } from './budget-check.ts';
import {
  definitionOf,
  problemsOf,
  type RecipeState,
  reduceRecipe,
  stateOf,
} from './recipe-values.ts';

function field(path: string, more: Partial<RecipeFieldFragment> = {}): RecipeFieldFragment {
  const group = path.startsWith('variations.')
    ? 'VARIATIONS'
    : path.startsWith('references.')
      ? 'REFERENCES'
      : 'IDENTITIES';
  return {
    path,
    group,
    label: path,
    symbol: null,
    unit: null,
    description: '',
    type: 'number',
    choices: null,
    algorithms: null,
    minimum: null,
    maximum: null,
    default: 1,
    published: null,
    ...more,
  };
}

const FIELDS = [
  field('identities', { type: 'integer', minimum: 2, maximum: 10, default: 4 }),
  field('references.algorithm', {
    type: 'choice',
    choices: ['langevin', 'random'],
    default: 'langevin',
  }),
  field('references.gallery', { type: 'gallery', default: null, algorithms: ['langevin'] }),
  field('references.parameters.iterations', {
    type: 'integer',
    minimum: 0,
    maximum: 100,
    algorithms: ['langevin'],
  }),
  field('references.parameters.constantDistance', {
    minimum: 0,
    maximum: 3,
    default: 0,
    algorithms: ['langevin'],
  }),
  field('references.parameters.interClassThreshold', {
    minimum: 0,
    maximum: 3,
    algorithms: ['langevin', 'random'],
  }),
  field('variations.algorithm', {
    type: 'choice',
    choices: ['dispersion', 'disco'],
    default: 'dispersion',
  }),
  field('variations.covariates', { type: 'covariates', default: null, algorithms: ['disco'] }),
  field('variations.parameters.latentRadius', {
    minimum: 0,
    maximum: 100,
    default: 12,
    algorithms: ['dispersion'],
  }),
  field('variations.parameters.latentRadius', {
    minimum: 0,
    maximum: 100,
    default: 14,
    algorithms: ['disco'],
  }),
];

const PRESET = {
  name: 'built-in',
  definition: {
    generator: 'head@1',
    identities: 6,
    references: { algorithm: 'langevin', parameters: { iterations: 30 } },
    variations: { algorithm: 'dispersion', parameters: { latentRadius: { meanDistances: 0.9 } } },
  },
};

test('a preset fills the form, defaults the rest, and comes out again whole', () => {
  const state = stateOf(FIELDS, PRESET);
  expect(problemsOf(FIELDS, state)).toEqual({});
  expect(definitionOf(FIELDS, state, PRESET.definition)).toEqual({
    generator: 'head@1',
    identities: 6,
    references: {
      algorithm: 'langevin',
      gallery: null,
      parameters: { iterations: 30, interClassThreshold: 1 },
    },
    variations: { algorithm: 'dispersion', parameters: { latentRadius: { meanDistances: 0.9 } } },
  });
});

test('an algorithm carries its own parameters only, references alone no variations', () => {
  const random = reduceRecipe(FIELDS, stateOf(FIELDS, PRESET), {
    type: 'value',
    path: 'references.algorithm',
    value: 'random',
  });
  const alone = reduceRecipe(FIELDS, random, { type: 'variations', has: false });
  expect(definitionOf(FIELDS, alone, PRESET.definition)).toEqual({
    generator: 'head@1',
    identities: 6,
    references: { algorithm: 'random', parameters: { interClassThreshold: 1 } },
    variations: null,
  });
});

test('a parameter that means something else to another algorithm takes its default, unless somebody set it', () => {
  const disco = { type: 'value', path: 'variations.algorithm', value: 'disco' } as const;
  const untouched = stateOf(FIELDS, {
    ...PRESET,
    definition: { ...PRESET.definition, variations: { algorithm: 'dispersion' } },
  });
  expect(untouched.values['variations.parameters.latentRadius']).toBe(12);
  const changed = reduceRecipe(FIELDS, untouched, disco);
  expect(changed.values['variations.parameters.latentRadius']).toBe(14);
  const set = reduceRecipe(FIELDS, stateOf(FIELDS, PRESET), disco);
  expect(set.values['variations.parameters.latentRadius']).toEqual({ meanDistances: 0.9 });
  expect(problemsOf(FIELDS, set)).toEqual({
    'variations.covariates': 'Choose a covariate set.',
  });
});

test('a gallery brings its distance with it, and takes it away again', () => {
  const change = (state: RecipeState, value: string): RecipeState =>
    reduceRecipe(FIELDS, state, { type: 'value', path: 'references.gallery', value });
  const without = stateOf(FIELDS, PRESET);
  expect(definitionOf(FIELDS, without, PRESET.definition)['references']).toEqual({
    algorithm: 'langevin',
    gallery: null,
    parameters: { iterations: 30, interClassThreshold: 1 },
  });
  const withGallery = change(without, 'train@1');
  expect(definitionOf(FIELDS, withGallery, PRESET.definition)['references']).toMatchObject({
    gallery: 'train@1',
    parameters: { constantDistance: 1 },
  });
  expect(definitionOf(FIELDS, change(withGallery, ''), PRESET.definition)).toEqual(
    definitionOf(FIELDS, without, PRESET.definition),
  );
});

test('values out of range are refused with the range', () => {
  const change = (path: string, value: number | string) =>
    problemsOf(
      FIELDS,
      reduceRecipe(FIELDS, stateOf(FIELDS, PRESET), { type: 'value', path, value }),
    );
  expect(change('identities', 11)).toEqual({ identities: 'From 2 to 10.' });
  expect(change('identities', 2.5)).toEqual({ identities: 'Enter a whole number.' });
  expect(change('identities', '')).toEqual({ identities: 'Enter a number.' });
});

test('what the budget has no room for is said at the field that asks for it', () => {
  const budget = {
    remainingIdentities: 10,
    remainingSamples: 90,
    minSeparation: 1,
  } as BudgetFiguresFragment;
  const fits = { identities: 10, samples: 90, threshold: 1 };
  expect(budgetProblems(budget, fits)).toEqual({});
  expect(budgetProblems(null, { ...fits, identities: 1e6 })).toEqual({});
  expect(
    Object.keys(budgetProblems(budget, { identities: 11, samples: 99, threshold: 0.9 })),
  ).toEqual([
    'identities',
    'variations.parameters.variations',
    'references.parameters.interClassThreshold',
  ]);
});
