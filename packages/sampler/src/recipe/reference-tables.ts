/** @file Parameters of the reference algorithms, from the paper's tables, with ranges and reasons. */

import type {
  LangevinParameters,
  RandomParameters,
  RejectParameters,
  RepulseParameters,
} from '../references/parameters.ts';
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

const rejecting = {
  interClassThreshold: {
    ...interClassThreshold,
    explanation:
      'The least angle between two identities: a draw closer than this to one that was placed is refused.',
  },
  triesPerIdentity: {
    symbol: '',
    unit: 'draws',
    kind: 'integer',
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
    published: null,
    explanation:
      'Draws refused in a row after which the generator counts as saturated: the run then ends and says how many identities were placed.',
  },
} as const;

export const REJECT_TABLE = table<RejectParameters>(rejecting);

export const REPULSE_TABLE = table<RepulseParameters>({
  ...rejecting,
  gradientSteps: {
    symbol: '',
    unit: 'iterations',
    kind: 'integer',
    default: 10,
    minimum: 1,
    maximum: 1000,
    published: 10,
    explanation:
      'How often a draw that is too close is pushed away before it is refused; each costs one gradient and one embedding.',
  },
  repulsionCoefficient: {
    symbol: 'r',
    unit: 'none',
    default: 1,
    minimum: 0,
    maximum: 1000,
    published: null,
    explanation:
      'Length of those steps: a draw moves by the gradient of Σ r/2 max(0, ICT - θ)² over the identities placed.',
  },
});
