/** @file Every parameter of every algorithm, from the paper's tables, with ranges and reasons. */

import type { LangevinParameters, RandomParameters } from '../references/parameters.ts';
import type { DispersionParameters } from '../variations/parameters.ts';
import { table } from './parameter-info.ts';

/** π to three digits, rounded down. */
const MAX_ANGLE = Math.floor(Math.PI * 1000) / 1000;

const interClassThreshold = {
  symbol: 'ICT',
  unit: 'radians',
  default: 1.0,
  minimum: 0.05,
  maximum: MAX_ANGLE,
  published: 1.4,
  explanation:
    'The angle above which two identities count as different people; it does not act on the sampling, the statistics and the budget use it.',
} as const;

export const LANGEVIN_TABLE = table<LangevinParameters>({
  iterations: {
    symbol: 'T',
    unit: 'iterations',
    kind: 'integer',
    default: 10,
    minimum: 0,
    maximum: 10_000,
    published: 100,
    explanation:
      'How often all identities are moved; each costs two embeddings and one gradient per identity.',
  },
  repulsionCoefficient: {
    symbol: 'k',
    unit: 'none',
    default: 1,
    minimum: 0,
    maximum: 1000,
    published: 1,
    explanation:
      'Strength of the repulsion between identities; an adaptive timestep cancels it unless the latent force acts too.',
  },
  repulsionRadius: {
    symbol: 'd0',
    unit: 'radians',
    default: 1.7,
    minimum: 0.01,
    maximum: MAX_ANGLE,
    published: 1.4,
    explanation:
      'Identities closer than this angle push each other apart; set it somewhat above the ICT that is wanted.',
  },
  timestep: {
    symbol: 'dt, -τ',
    unit: 'none',
    default: -0.3,
    minimum: -10,
    maximum: 10,
    nonZero: true,
    published: -0.3,
    explanation:
      'Length of a step; when negative, its size is the share of the smallest latent distance that the strongest force may cover in one iteration.',
  },
  viscousCoefficient: {
    symbol: 'μ',
    unit: 'none',
    default: 1,
    minimum: 1e-6,
    maximum: 1e6,
    published: 1,
    explanation: 'Friction: forces move latents by dt/μ times the force.',
  },
  randomForce: {
    symbol: 'η0',
    unit: 'none',
    default: 0.01,
    minimum: 0,
    maximum: 100,
    published: 0.01,
    explanation: 'Strength of the Brownian motion that lets identities leave crowded places.',
  },
  latentForce: {
    symbol: 'k_l',
    unit: 'none',
    default: 0,
    minimum: 0,
    maximum: 100,
    published: 0.1,
    explanation: 'Pull towards the mean latent: keeps images natural at the price of separation.',
  },
  constantDistance: {
    symbol: 'd_c',
    unit: 'radians',
    default: 0,
    minimum: 0,
    maximum: MAX_ANGLE,
    published: null,
    explanation:
      'Angle to keep from every embedding of a gallery, the generator’s training set for example; needs a gallery.',
  },
  interClassThreshold,
  checkpointEvery: {
    symbol: '',
    unit: 'iterations',
    kind: 'integer',
    default: 0,
    minimum: 0,
    maximum: 10_000,
    published: 10,
    explanation: 'A checkpoint is kept after this many iterations; 0 keeps none.',
  },
});

export const RANDOM_TABLE = table<RandomParameters>({ interClassThreshold });

export const DISPERSION_TABLE = table<DispersionParameters>({
  iterations: {
    symbol: 'T',
    unit: 'iterations',
    kind: 'integer',
    default: 20,
    minimum: 0,
    maximum: 1000,
    published: 20,
    explanation:
      'How often the variations of an identity are moved; each costs one gradient per variation.',
  },
  variations: {
    symbol: 'A',
    unit: 'images',
    kind: 'integer',
    default: 16,
    minimum: 1,
    maximum: 4096,
    published: 64,
    explanation: 'Images of each identity besides its reference.',
  },
  embeddingCoefficient: {
    symbol: 'k_e',
    unit: 'none',
    default: 20,
    minimum: 0,
    maximum: 10_000,
    published: 20,
    explanation:
      'Pull of each variation towards its reference in the embedding: keeps the identity.',
  },
  latentCoefficient: {
    symbol: 'k_w',
    unit: 'none',
    default: 1,
    minimum: 0,
    maximum: 10_000,
    published: 1,
    explanation:
      'Repulsion between the variations of an identity in the latent space: spreads them.',
  },
  latentRadius: {
    symbol: 'dw0',
    unit: 'latent units',
    kind: 'length',
    default: 12,
    minimum: 0,
    maximum: 1e6,
    published: 12,
    explanation:
      'Variations closer than this push each other apart; it belongs to the latent space of the generator, so give it as a multiple of the mean distance between random latents for other generators than StyleGAN2.',
  },
  latentGlobalCoefficient: {
    symbol: 'k_l',
    unit: 'none',
    default: 1,
    minimum: 0,
    maximum: 10_000,
    published: 1,
    explanation: 'Pull of each variation towards the mean latent: keeps images natural.',
  },
  randomForce: {
    symbol: 'η0',
    unit: 'none',
    default: 0.05,
    minimum: 0,
    maximum: 100,
    published: 0.05,
    explanation: 'Strength of the random force, which acts within the bracket of forces.',
  },
  viscousCoefficient: {
    symbol: 'μ',
    unit: 'none',
    default: 1,
    minimum: 1e-6,
    maximum: 1e6,
    published: 1,
    explanation: 'Friction: forces move latents by dt/μ times the force.',
  },
  timestep: {
    symbol: 'dt, -τ',
    unit: 'none',
    default: 0.05,
    minimum: -10,
    maximum: 10,
    nonZero: true,
    published: 0.05,
    explanation:
      'Length of a step; when negative, its size is the share of the smallest latent distance within the identity that its strongest force may cover.',
  },
  initialNoise: {
    symbol: 'σ',
    unit: 'latent units',
    kind: 'length',
    default: 0.2,
    minimum: 0,
    maximum: 1e6,
    published: 0.2,
    explanation:
      'Deviation per coordinate of the noise added to the reference latent at the start, so that variations differ at all.',
  },
});

/** All tables by algorithm. */
export const PARAMETER_TABLE = {
  langevin: LANGEVIN_TABLE,
  random: RANDOM_TABLE,
  dispersion: DISPERSION_TABLE,
} as const;
