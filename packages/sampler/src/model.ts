/** @file What can be said of models without ONNX code or onnxruntime: manifests, digests, reports. */

export { isSamplerError, ManifestError } from './errors.ts';
export { CHECK_TITLES, MODEL_CHECKS, ZModelReport } from './inspection/report.ts';
export type { ModelCheck, ModelCheckId, ModelReport } from './inspection/report.ts';
export { filesOf, modelDigest, parseManifest } from './models/manifest-facts.ts';
export type { ModelManifest } from './models/manifest.ts';
export { largestFile } from './models/sources.ts';
