/** @file Parameters of the variation algorithms, from the paper's tables, with ranges and reasons. */

import type {
  CovariatesParameters,
  DiscoParameters,
  DispersionParameters,
} from '../variations/parameters.ts';
import { table } from './parameter-info.ts';

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
    explanation:
      'Images of each identity besides its reference; for none, leave the variations out of the recipe.',
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

const scaling = {
  symbol: '',
  unit: 'none',
  default: 1,
  minimum: 0,
  maximum: 100,
  published: 1,
} as const;

export const DISCO_TABLE = table<DiscoParameters>({
  ...DISPERSION_TABLE,
  latentRadius: { ...DISPERSION_TABLE.latentRadius, published: 14 },
  poseScaling: {
    ...scaling,
    explanation:
      'How far variations begin spread along pose: 1 covers the side means of the covariate set, 0 does without.',
  },
  illuminationScaling: {
    ...scaling,
    explanation: 'How far variations begin spread along illumination; see poseScaling.',
  },
  expressionScaling: {
    ...scaling,
    explanation: 'How far variations begin spread along each expression; see poseScaling.',
  },
});

const steps = {
  symbol: '',
  unit: 'images',
  kind: 'integer',
  default: 6,
  minimum: 0,
  maximum: 1000,
  published: 6,
} as const;

export const COVARIATES_TABLE = table<CovariatesParameters>({
  poseSteps: {
    ...steps,
    explanation: 'Evenly spaced variations from one side of pose to the other; 0 makes none.',
  },
  illuminationSteps: {
    ...steps,
    explanation: 'Evenly spaced variations from one side of the light to the other; 0 makes none.',
  },
});
