/** @file Where the models that Colloid brings lie on disk. */
import { fileURLToPath } from 'node:url';

export interface BuiltInModel {
  readonly name: string;
  readonly kind: 'generator' | 'recogniser';
  /** Absolute path of the folder with model.json. */
  readonly folder: string;
}

const folderOf = (name: string): string =>
  fileURLToPath(new URL(`../built-in/${name}`, import.meta.url));

/** The pair that is registered on a fresh machine. Reading it touches no file. */
export const builtInModels: readonly BuiltInModel[] = [
  { name: 'parametric-head', kind: 'generator', folder: folderOf('parametric-head') },
  { name: 'parametric-head-id', kind: 'recogniser', folder: folderOf('parametric-head-id') },
];

/** The covariate set that comes with the built-in generator. */
export interface BuiltInCovariates {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly licence: string;
  /** Name of the built-in model whose latents it is for. */
  readonly generator: string;
  /**
   * Absolute path of the folder: `directions.json`, the encoded directions; `strips.json`, what is known of each direction; and one image
   * for each of them, `strip-0.webp` and so on.
   */
  readonly folder: string;
}

/** Fitted to the generator's own labelled factors. Reading it touches no file. */
export const builtInCovariates: BuiltInCovariates = {
  name: 'parametric-head-covariates',
  version: '1',
  description:
    'Pose, light and five expressions of the built-in generator, fitted to its own labelled factors: two hundred people in ten classes.',
  licence: 'MIT',
  generator: 'parametric-head',
  folder: folderOf('parametric-head-covariates'),
};

/** How the labelled latents of {@link builtInCovariates} are drawn. */
export const BUILT_IN_COVARIATE_LABELS = { seed: 20_261_128, identities: 200 } as const;
