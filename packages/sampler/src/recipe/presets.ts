/** @file Recipes to start from. */

import { parseRecipe } from './recipe.ts';
import type { Recipe, RecipeInput } from './recipe.ts';

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly recipe: Recipe;
}

const BUILT_IN = {
  generator: 'parametric-head@1',
  recogniser: 'parametric-head-id@1',
} as const;

const STYLEGAN = { generator: 'stylegan2-256@1', recogniser: 'iresnet50@1' } as const;

/** The built-in gradient keeps 30 MB per image: small batches stay in the processor's cache. */
const BUILT_IN_BATCH = { batchSize: 4 } as const;

/**
 * Random identities of the built-in pair are 1.56 rad apart on average, with a deviation of 0.11. There is no pull to the mean latent:
 * the adaptive step grows as the repulsion dies down, and a pull of 0.02 drew everybody in by a third within 12 iterations. Without it
 * 60 identities moved 8 % outwards in 30 iterations.
 */
const BUILT_IN_LANGEVIN = {
  repulsionRadius: 1.5,
  interClassThreshold: 1.4,
  timestep: -0.2,
} as const;

/** Dispersion's lengths for the built-in generator, whose latent has 64 numbers. */
const BUILT_IN_DISPERSION = {
  latentRadius: { meanDistances: 0.9 },
  initialNoise: { meanDistances: 0.03 },
} as const;

/**
 * DisCo's scalings for the built-in generator. Factors are squashed at either end, so that variations may begin further out than the side
 * means of labelled faces.
 */
const BUILT_IN_SCALINGS = {
  poseScaling: 2,
  illuminationScaling: 2,
  expressionScaling: 1.5,
} as const;

const PUBLISHED_LANGEVIN = {
  iterations: 100,
  repulsionRadius: 1.4,
  latentForce: 0.1,
  interClassThreshold: 1.4,
  checkpointEvery: 10,
} as const;

export const PRESETS: readonly Preset[] = [
  preset({
    id: 'built-in-quick',
    title: 'Built-in, quick',
    description:
      'A hundred identities of eight variations each from the built-in models: minutes on two cores.',
    recipe: {
      ...BUILT_IN,
      ...BUILT_IN_BATCH,
      identities: 100,
      references: {
        algorithm: 'langevin',
        parameters: { ...BUILT_IN_LANGEVIN, iterations: 30 },
      },
      variations: {
        algorithm: 'dispersion',
        parameters: { ...BUILT_IN_DISPERSION, variations: 8, iterations: 8 },
      },
      seed: 1,
    },
  }),
  preset({
    id: 'built-in-standard',
    title: 'Built-in, standard',
    description: 'A thousand identities of sixteen variations each from the built-in models.',
    recipe: {
      ...BUILT_IN,
      ...BUILT_IN_BATCH,
      identities: 1000,
      references: {
        algorithm: 'langevin',
        parameters: { ...BUILT_IN_LANGEVIN, iterations: 60, checkpointEvery: 10 },
      },
      variations: {
        algorithm: 'dispersion',
        parameters: { ...BUILT_IN_DISPERSION, variations: 16, iterations: 20 },
      },
      seed: 1,
    },
  }),
  preset({
    id: 'built-in-disco',
    title: 'Built-in, DisCo',
    description:
      'A hundred identities of sixteen variations each, started along pose, light and expression by the covariate set of the built-in generator.',
    recipe: {
      ...BUILT_IN,
      ...BUILT_IN_BATCH,
      identities: 100,
      references: {
        algorithm: 'langevin',
        parameters: { ...BUILT_IN_LANGEVIN, iterations: 30 },
      },
      variations: {
        algorithm: 'disco',
        parameters: {
          ...BUILT_IN_DISPERSION,
          ...BUILT_IN_SCALINGS,
          variations: 16,
          iterations: 20,
        },
        covariates: 'parametric-head-covariates@1',
      },
      seed: 1,
    },
  }),
  preset({
    id: 'stylegan2-256-langevin',
    title: 'StyleGAN2-256, Langevin (published)',
    description:
      'The published parameters for 10 000 reference identities with StyleGAN2-256 and IResNet50; bring both models.',
    recipe: {
      ...STYLEGAN,
      identities: 10_000,
      references: { algorithm: 'langevin', parameters: PUBLISHED_LANGEVIN },
      variations: null,
      seed: 0,
      batchSize: 32,
    },
  }),
  preset({
    id: 'stylegan2-256-dispersion',
    title: 'StyleGAN2-256, Langevin and Dispersion (published)',
    description:
      'The published parameters for 10 000 identities of 64 variations with StyleGAN2-256 and IResNet50; bring both models.',
    recipe: {
      ...STYLEGAN,
      identities: 10_000,
      references: { algorithm: 'langevin', parameters: PUBLISHED_LANGEVIN },
      variations: {
        algorithm: 'dispersion',
        parameters: { iterations: 20, variations: 64, latentRadius: 12, initialNoise: 0.2 },
      },
      seed: 0,
      batchSize: 32,
    },
  }),
  preset({
    id: 'stylegan2-256-disco',
    title: 'StyleGAN2-256, Langevin and DisCo (published)',
    description:
      'The published parameters for 10 000 identities of 64 variations, started along covariate directions; bring both models and a covariate set named stylegan2-256-covariates.',
    recipe: {
      ...STYLEGAN,
      identities: 10_000,
      references: { algorithm: 'langevin', parameters: PUBLISHED_LANGEVIN },
      variations: {
        algorithm: 'disco',
        parameters: { iterations: 20, variations: 64, latentRadius: 14, initialNoise: 0.2 },
        covariates: 'stylegan2-256-covariates@1',
      },
      seed: 0,
      batchSize: 32,
    },
  }),
];

/** The preset of this id, or undefined. */
export function findPreset(id: string): Preset | undefined {
  return PRESETS.find((candidate) => candidate.id === id);
}

function preset(fields: Omit<Preset, 'recipe'> & { readonly recipe: RecipeInput }): Preset {
  return { ...fields, recipe: parseRecipe(fields.recipe) };
}
