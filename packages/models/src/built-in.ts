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
