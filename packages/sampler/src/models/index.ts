/** @file Models: manifests, loading, checking. */

export {
  ZFraming,
  ZGeneratorManifest,
  ZImageRange,
  ZImageSpec,
  ZModelManifest,
  ZRecogniserManifest,
} from './manifest.ts';
export type {
  Framing,
  GeneratorManifest,
  ImageRange,
  ImageSpec,
  ModelManifest,
  RecogniserManifest,
} from './manifest.ts';
export { loadGenerator, loadModel, loadRecogniser } from './load-model.ts';
export type { GeneratorModel, Model, RecogniserModel } from './model.ts';
export { filesOf, modelDigest, parseManifest } from './manifest-facts.ts';
export { largestFile, openModelFile, readModelManifest } from './sources.ts';
export type { ModelSource } from './sources.ts';
