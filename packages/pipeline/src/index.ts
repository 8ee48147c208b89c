/** @file What a run does, step by step, as idempotent activities; and the jobs that start it. */
export { digestOf } from './digest.ts';
export type { Json } from './digest.ts';
export { describeFallback } from './describe-fallback.ts';
export {
  cleanGraceDays,
  missingStoreVariables,
  objectStoreConfig,
  storeVariables,
} from './environment.ts';
export type { StoreVariables } from './environment.ts';
export { isPipelineError, PipelineError } from './errors.ts';
export type { PipelineErrorCode } from './errors.ts';
export {
  COVARIATES_FIT,
  GALLERY_MAKE,
  MODEL_CHECK,
  RELEASE_CHECK,
  RUN_EXECUTE,
  VERSION_MEASURE,
  WEBHOOK_ATTEMPTS,
  WEBHOOK_DELIVER,
  ZCovariatesFitPayload,
  ZGalleryMakePayload,
  ZModelCheckPayload,
  ZReleaseCheckPayload,
  ZRunExecutePayload,
  ZVersionMeasurePayload,
  ZWebhookDeliverPayload,
} from './queue/jobs.ts';
export type {
  CovariatesFitPayload,
  GalleryMakePayload,
  ModelCheckPayload,
  ReleaseCheckPayload,
  RunExecutePayload,
  VersionMeasurePayload,
  WebhookDeliverPayload,
} from './queue/jobs.ts';
export { deliverWebhook, queueDeliveries } from './webhooks/deliver.ts';
export type { DeliverOptions } from './webhooks/deliver.ts';
export { SIGNATURE_HEADER, signDelivery, verifyDelivery } from './webhooks/signature.ts';
export type { LostJob } from './queue/lost-jobs.ts';
export { openQueue } from './queue/queue.ts';
export type { JobAtHand, JobHandler, Queue, QueueOptions, SqlExecutor } from './queue/queue.ts';
export { runNeeds } from './queue/run-needs.ts';
export type { RunNeeds } from './queue/run-needs.ts';
export { runPlan } from './run-plan.ts';
export type { RunPlan } from './run-plan.ts';
export { installBuiltInModels } from './built-in-models.ts';
export { checkModelVersion } from './models/check-model-version.ts';
export type { CheckModelOptions, ModelCheckEnding } from './models/check-model-version.ts';
export { ZStoredModelReport } from './models/stored-report.ts';
export type { StoredModelReport } from './models/stored-report.ts';
export { submitModel } from './models/submit-model.ts';
export type { SubmitModelOptions } from './models/submit-model.ts';
export { executeRun } from './execute-run.ts';
export type { ExecuteRunOptions, RunEnding } from './execute-run.ts';
export { branchRefusal } from './branch-refusal.ts';
export { LARGEST_IMPORT_FILE, MOST_IMPORT_FILES } from './imports/limits.ts';
export { computePlan, WEIGHT_MEMORY_MB } from './compute-plan.ts';
export { endLostJob } from './end-lost-job.ts';
export { openComputeHost } from './compute-host.ts';
export type { ComputeHost, ComputeHostOptions } from './compute-host.ts';
export { limitRuntime } from './run-limits.ts';
export type { LimitedRuntime, RunLimits } from './run-limits.ts';
export { helpWithShards } from './shards/help-with-shards.ts';
export type { HelpOptions } from './shards/help-with-shards.ts';
export { objectActivityStore } from './activities/object-activity-store.ts';
export type { ActivityStore } from './activities/activity.ts';
export type { CheckpointRecord } from './activities/checkpoint.ts';
export type { StageContext } from './activities/stage-context.ts';
export { runProgress, secondsLeft } from './progress.ts';
export type { PartialWork, PreviewSheet, RunReporter, RunStage } from './reporter.ts';
export { runStages } from './run-stages.ts';
export type { RunOutput } from './run-stages.ts';
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
export { makeGallery } from './sets/make-gallery.ts';
export type { MakeGalleryOptions } from './sets/make-gallery.ts';
export { fitCovariateSet } from './sets/fit-covariate-set.ts';
export type { FitCovariateSetOptions } from './sets/fit-covariate-set.ts';
export type { SetEnding } from './sets/making.ts';
export { unitRowsOf } from './sets/unit-rows.ts';
export type { UnitRows } from './sets/unit-rows.ts';
export { loadGallery, loadSets, NO_SETS } from './load-sets.ts';
export type { RunSets } from './load-sets.ts';
export { measureVersion } from './measurements/measure-version.ts';
export type {
  MeasureVersionEnding,
  MeasureVersionOptions,
} from './measurements/measure-version.ts';
export { checkRelease } from './releases/check-release.ts';
export type { CheckReleaseEnding, CheckReleaseOptions } from './releases/check-release.ts';
export { CLEAN_GRACE_DAYS, cleanStorage, FEWEST_GRACE_DAYS } from './clean-up/clean-storage.ts';
export type { CleanStorageOptions, StorageCleaned } from './clean-up/clean-storage.ts';
export { keepHouse } from './clean-up/keep-house.ts';
export type { HouseKept } from './clean-up/keep-house.ts';
