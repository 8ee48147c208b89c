/** @file What tests of this and other packages use; needs onnxruntime-node, which the package itself does not. */
export { openGraph, runGraph, type Feeds, type OpenGraph, type OpenOptions } from './run.ts';
export {
  checkGradient,
  graphOf,
  randomTensor,
  type CheckGradientOptions,
} from './check-gradient.ts';
export { checkPass, type CheckPassOptions } from './check-pass.ts';
export { normal, seededRandom } from './random.ts';
export { checkShapes, type Body, type CheckShapesOptions, type Shape } from './check-shapes.ts';
export { gradientsOfSum, gradientText, vector } from './gradient-text.ts';
export * from '../test-bed/index.ts';
