/** @file The models that Colloid brings. Light to import: no runtime, no image codec. */
export { builtInModels } from './built-in.ts';
export type { BuiltInModel } from './built-in.ts';
