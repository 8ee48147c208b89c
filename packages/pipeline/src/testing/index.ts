/** @file What tests of the pipeline and of the apps above it start from. */
export { seedRun, smallRecipe } from './seed-run.ts';
export { installTinyModels, tinyRecipe } from './tiny-models.ts';
export type { SeededRun, SeedOptions } from './seed-run.ts';
