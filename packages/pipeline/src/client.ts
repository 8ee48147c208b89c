/** @file What a process needs that starts runs but executes none: loads neither ONNX code nor onnxruntime. */
export { branchRefusal } from './branch-refusal.ts';
export {
  cleanGraceDays,
  missingStoreVariables,
  objectStoreConfig,
  storeVariables,
} from './environment.ts';
export { LARGEST_IMPORT_FILE, MOST_IMPORT_FILES } from './imports/limits.ts';
export type { StoreVariables } from './environment.ts';
export { isPipelineError, PipelineError } from './errors.ts';
export type { PipelineErrorCode } from './errors.ts';
export { ZStoredModelReport } from './models/stored-report.ts';
export type { StoredModelReport } from './models/stored-report.ts';
export { submitModel } from './models/submit-model.ts';
export type { SubmitModelOptions } from './models/submit-model.ts';
export { openQueue } from './queue/queue.ts';
export type { Queue, QueueOptions, SqlExecutor } from './queue/queue.ts';
export { precisionOf, runNeeds } from './queue/run-needs.ts';
export type { RunNeeds } from './queue/run-needs.ts';
export { runPlan } from './run-plan.ts';
export type { RunPlan } from './run-plan.ts';
export { covariateSource, gallerySource, largestSetFile } from './sets/source.ts';
export { ZCovariateSource, ZGallerySource } from './sets/source.ts';
export type { CovariateSource, GallerySource } from './sets/source.ts';
export { ZStoredDirections, ZStoredGalleryReport, ZStoredProjection } from './sets/stored.ts';
export type {
  ProjectedImage,
  StoredDirection,
  StoredGalleryReport,
  StoredProjection,
} from './sets/stored.ts';
export { namedSets } from './recipe-sets.ts';
export type { NamedSets } from './recipe-sets.ts';
export { sizeOfSections, streamSections } from './releases/file-parts.ts';
export type { FilePart, FileSection, StoredPart } from './releases/file-parts.ts';
export { LICENCES, licenceOf, licenceProblem } from './releases/licences.ts';
export type { LicenceTerms, LicensedThing } from './releases/licences.ts';
export { filesOf, manifestText, parseManifest } from './releases/manifest.ts';
export type { ManifestFacts, ReleaseManifest } from './releases/manifest.ts';
export { PackingReader, sectionsOf, ZIP_NAME } from './releases/packing.ts';
export type { Packing } from './releases/packing.ts';
export { sealer } from './releases/seal.ts';
export { signingKeyOf, verifySignature } from './releases/signing.ts';
export type { SigningKey, Verification } from './releases/signing.ts';
