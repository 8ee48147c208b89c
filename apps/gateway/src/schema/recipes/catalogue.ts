/** @file Parameters of recipes as the form shows them: the sampler's tables, and the few values that no algorithm owns. */
import { EXPRESSIONS, REFERENCE_TABLES, VARIATION_TABLES } from '@colloid/sampler/recipe';
import type { Recipe } from '@colloid/sampler/recipe';

import { algorithmParameters } from './algorithm-parameters.ts';

/** See the GraphQL type RecipeParameter. */
export interface RecipeParameterSource {
  readonly path: string;
  readonly group: 'IDENTITIES' | 'REFERENCES' | 'VARIATIONS' | 'IMAGES';
  readonly label: string;
  readonly symbol: string | null;
  readonly unit: string | null;
  readonly description: string;
  readonly type: 'integer' | 'number' | 'choice' | 'choices' | 'gallery' | 'covariates';
  readonly choices: string[] | null;
  /** Algorithms of the stage that take it; null: it does not depend on the algorithm. */
  readonly algorithms: string[] | null;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly default: unknown;
  readonly published: unknown;
}

/** See the GraphQL type RecipePreset. */
export interface RecipePresetSource {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly definition: Recipe;
  readonly isRunnable: boolean;
  readonly reason: string | null;
}

type OwnFields = Pick<
  RecipeParameterSource,
  'path' | 'group' | 'label' | 'description' | 'default'
> &
  Partial<RecipeParameterSource>;

const IDENTITIES: readonly RecipeParameterSource[] = [
  own({
    path: 'identities',
    group: 'IDENTITIES',
    label: 'Identities',
    symbol: 'N',
    unit: 'identities',
    description: 'People to make; each begins as one random latent.',
    minimum: 2,
    maximum: 10_000_000,
    default: 100,
    published: 10_000,
  }),
  own({
    path: 'seed',
    group: 'IDENTITIES',
    label: 'Seed',
    description:
      'Chooses the random numbers: the same recipe with the same seed makes the same faces.',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
  own({
    path: 'truncation',
    group: 'IDENTITIES',
    label: 'Truncation',
    symbol: 'ψ',
    type: 'number',
    description:
      'How far random latents may lie from the mean one: smaller is more natural, larger is more varied.',
    minimum: 0,
    maximum: 2,
    default: 0.7,
  }),
];

const REFERENCE_ALGORITHM = own({
  path: 'references.algorithm',
  group: 'REFERENCES',
  label: 'Algorithm',
  type: 'choice',
  choices: Object.keys(REFERENCE_TABLES),
  description:
    'langevin moves all references apart together; random leaves them as they were drawn, as a baseline; reject draws until each is far enough from all before it; repulse also pushes a draw that is too close away.',
  default: 'langevin',
  published: 'langevin',
});

const VARIATION_ALGORITHM = own({
  path: 'variations.algorithm',
  group: 'VARIATIONS',
  label: 'Algorithm',
  type: 'choice',
  choices: Object.keys(VARIATION_TABLES),
  description:
    'dispersion spreads images of one identity over the latent space while its embedding stays; disco starts them spread along pose, light and expression; covariates only steps along those, without dynamics. Without `variations` only references are made.',
  default: 'dispersion',
  published: 'dispersion',
});

const GALLERY = own({
  path: 'references.gallery',
  group: 'REFERENCES',
  label: 'Gallery',
  type: 'gallery',
  algorithms: ['langevin'],
  description:
    'Embeddings that every identity keeps the constant distance from, as name@version: those of the training set of the generator, for example. Belongs to the recogniser; null where the constant distance is 0.',
  default: null,
});

const COVARIATES = own({
  path: 'variations.covariates',
  group: 'VARIATIONS',
  label: 'Covariate set',
  type: 'covariates',
  algorithms: ['disco', 'covariates'],
  description:
    'Directions of pose, light and expression in the latent space of the generator, as name@version.',
  default: null,
});

const EXPRESSION_LIST = own({
  path: 'variations.expressions',
  group: 'VARIATIONS',
  label: 'Expressions',
  type: 'choices',
  choices: [...EXPRESSIONS],
  algorithms: ['covariates'],
  description: 'One variation for each of these; the covariate set must have them.',
  default: [...EXPRESSIONS],
  published: [...EXPRESSIONS],
});

const IMAGES: readonly RecipeParameterSource[] = [
  own({
    path: 'image.format',
    group: 'IMAGES',
    label: 'Format',
    type: 'choice',
    choices: ['png', 'jpeg', 'webp'],
    description: 'How images are stored: png keeps every pixel, the others are smaller.',
    default: 'jpeg',
  }),
  own({
    path: 'image.quality',
    group: 'IMAGES',
    label: 'Quality',
    description: 'Of jpeg and webp: higher is closer to the original and larger.',
    minimum: 1,
    maximum: 100,
    default: 95,
  }),
  own({
    path: 'batchSize',
    group: 'IMAGES',
    label: 'Batch size',
    unit: 'images',
    description:
      'Images computed at once: more is faster and takes more memory. Results agree closely, and bit for bit with the same size.',
    minimum: 1,
    maximum: 4096,
    default: 32,
  }),
  own({
    path: 'precision',
    group: 'IMAGES',
    label: 'Precision',
    type: 'choice',
    choices: ['float32', 'float16'],
    description:
      'What images, embeddings and gradients are computed in. float16 is faster on a GPU; a run in it fails with a sentence where the gradient of the two models does not bear it, or on a CPU, which emulates it.',
    default: 'float32',
  }),
];

const PARAMETERS: readonly RecipeParameterSource[] = [
  ...IDENTITIES,
  REFERENCE_ALGORITHM,
  GALLERY,
  ...algorithmParameters('references', REFERENCE_TABLES),
  VARIATION_ALGORITHM,
  COVARIATES,
  EXPRESSION_LIST,
  ...algorithmParameters('variations', VARIATION_TABLES),
  ...IMAGES,
];

/** Every value of a recipe except its two models, in the order of the form. A path may stand there for several algorithms. */
export function recipeParameters(): RecipeParameterSource[] {
  return [...PARAMETERS];
}

function own(fields: OwnFields): RecipeParameterSource {
  return {
    symbol: null,
    unit: null,
    type: 'integer',
    choices: null,
    algorithms: null,
    minimum: null,
    maximum: null,
    published: null,
    ...fields,
  };
}
