/** @file Parameters of recipes as the form shows them: the sampler's tables, and the few values that no algorithm owns. */
import { DISPERSION_TABLE, LANGEVIN_TABLE } from '@colloid/sampler/recipe';
import type { ParameterInfo, Recipe } from '@colloid/sampler/recipe';

/** See the GraphQL type RecipeParameter. */
export interface RecipeParameterSource {
  readonly path: string;
  readonly group: 'IDENTITIES' | 'REFERENCES' | 'VARIATIONS' | 'IMAGES';
  readonly label: string;
  readonly symbol: string | null;
  readonly unit: string | null;
  readonly description: string;
  readonly type: 'integer' | 'number' | 'choice';
  readonly choices: string[] | null;
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
  choices: ['langevin', 'random'],
  description:
    'langevin moves the references apart until they are different people; random leaves them as they were drawn, as a baseline.',
  default: 'langevin',
  published: 'langevin',
});

const VARIATION_ALGORITHM = own({
  path: 'variations.algorithm',
  group: 'VARIATIONS',
  label: 'Algorithm',
  type: 'choice',
  choices: ['dispersion'],
  description:
    'dispersion spreads images of one identity over the latent space while its embedding stays; without `variations` only references are made.',
  default: 'dispersion',
  published: 'dispersion',
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
];

const PARAMETERS: readonly RecipeParameterSource[] = [
  ...IDENTITIES,
  REFERENCE_ALGORITHM,
  ...Object.values(LANGEVIN_TABLE).map((info) => fromTable(info, 'REFERENCES', 'references')),
  VARIATION_ALGORITHM,
  ...Object.values(DISPERSION_TABLE).map((info) => fromTable(info, 'VARIATIONS', 'variations')),
  ...IMAGES,
];

/** Every value of a recipe except its two models, in the order of the form. */
export function recipeParameters(): RecipeParameterSource[] {
  return [...PARAMETERS];
}

function own(fields: OwnFields): RecipeParameterSource {
  return {
    symbol: null,
    unit: null,
    type: 'integer',
    choices: null,
    minimum: null,
    maximum: null,
    published: null,
    ...fields,
  };
}

function fromTable(
  info: ParameterInfo,
  group: RecipeParameterSource['group'],
  stage: 'references' | 'variations',
): RecipeParameterSource {
  const length =
    info.kind === 'length'
      ? ' Also as { "meanDistances": number }: a multiple of the mean distance between random latents.'
      : '';
  return own({
    path: `${stage}.parameters.${info.name}`,
    group,
    label: toLabel(info.name),
    symbol: info.symbol === '' ? null : info.symbol,
    unit: info.unit === 'none' ? null : info.unit,
    description: `${info.explanation}${length}`,
    type: info.kind === 'integer' ? 'integer' : 'number',
    minimum: info.minimum,
    maximum: info.maximum,
    default: info.default,
    published: info.published,
  });
}

/** `repulsionRadius` → `Repulsion radius`. */
function toLabel(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
