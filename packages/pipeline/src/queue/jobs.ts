/** @file The contract of each job: name, payload and how the queue treats it. Handlers live in the worker. */

import { ReleaseCheckKind } from '@colloid/catalog';
import { z } from 'zod';

/** A worker that was silent for this long is taken for dead, and its job goes to another one. */
const HEARTBEAT_SECONDS = 20;
/** Nothing bounds a run but its heartbeat; pg-boss refuses longer than a day per attempt. */
const LONGEST_ATTEMPT_SECONDS = 23 * 60 * 60;
/**
 * A lost worker, or a database or object store that is away, is no fault of a job: it is tried again after 1 s, 2 s, 4 s, … and then
 * every minute, a quarter of an hour in all.
 */
const TRIES = { retryLimit: 20, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 } as const;

export const ZRunExecutePayload = z.strictObject({ runId: z.uuid() });
export type RunExecutePayload = z.infer<typeof ZRunExecutePayload>;

/** Tells those who wait for a job that was tried in vain to the last; what it was to make would stay unfinished for ever. */
export const JOB_LOST = {
  name: 'job.lost',
  options: {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 120,
    // What is left to do is one row: it is tried for a week.
    retryLimit: 10_000,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 60,
  },
} as const;

/** Executes one run from wherever its activities stand. */
export const RUN_EXECUTE = {
  name: 'run.execute',
  payload: ZRunExecutePayload,
  options: {
    ...TRIES,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: LONGEST_ATTEMPT_SECONDS,
    deadLetter: JOB_LOST.name,
  },
} as const;

export const ZModelCheckPayload = z.strictObject({ modelVersionId: z.uuid() });
export type ModelCheckPayload = z.infer<typeof ZModelCheckPayload>;

/** Looks at one registered model and makes it READY or REFUSED. */
export const MODEL_CHECK = {
  name: 'model.check',
  payload: ZModelCheckPayload,
  options: {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    // The inspection has a time limit of its own; this one is for a limit that somebody has set to hours.
    expireInSeconds: LONGEST_ATTEMPT_SECONDS,
    // A crash of the model ends its own process, not the worker: what fails here is the store or the database.
    ...TRIES,
    deadLetter: JOB_LOST.name,
  },
} as const;

export const ZWebhookDeliverPayload = z.strictObject({ deliveryId: z.uuid() });
export type WebhookDeliverPayload = z.infer<typeof ZWebhookDeliverPayload>;

/** Tries at one delivery: eight, over about half an hour. */
export const WEBHOOK_ATTEMPTS = 8;

/** Sends one message to one webhook, and comes back for another try where nobody took it. */
export const WEBHOOK_DELIVER = {
  name: 'webhook.deliver',
  payload: ZWebhookDeliverPayload,
  options: {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: 120,
    // A worker that died in the middle of a try has used up one of pg-boss's, and none of the delivery's own.
    retryLimit: 2 * WEBHOOK_ATTEMPTS,
    retryDelay: 15,
    // 15 s, 30 s, a minute, … with a share of chance, so that a server that comes back is not met by all at once.
    retryBackoff: true,
  },
} as const;

export const ZGalleryMakePayload = z.strictObject({ galleryId: z.uuid() });
export type GalleryMakePayload = z.infer<typeof ZGalleryMakePayload>;

/** Turns what was uploaded for a gallery into unit rows, and makes it READY or REFUSED. */
export const GALLERY_MAKE = {
  name: 'gallery.make',
  payload: ZGalleryMakePayload,
  options: MODEL_CHECK.options,
} as const;

export const ZCovariatesFitPayload = z.strictObject({ covariateSetId: z.uuid() });
export type CovariatesFitPayload = z.infer<typeof ZCovariatesFitPayload>;

/** Fits the directions of a covariate set, after projecting labelled images, and makes it READY or REFUSED. */
export const COVARIATES_FIT = {
  name: 'covariates.fit',
  payload: ZCovariatesFitPayload,
  options: MODEL_CHECK.options,
} as const;

export const ZVersionMeasurePayload = z.strictObject({ measurementId: z.uuid() });
export type VersionMeasurePayload = z.infer<typeof ZVersionMeasurePayload>;

/** Measures a version that exists, alone or against a gallery; all pairs of many identities take minutes, and are begun anew. */
export const VERSION_MEASURE = {
  name: 'version.measure',
  payload: ZVersionMeasurePayload,
  options: MODEL_CHECK.options,
} as const;

export const ZReleaseCheckPayload = z.strictObject({
  releaseId: z.uuid(),
  kind: z.enum(ReleaseCheckKind),
  attempt: z.int(),
});
export type ReleaseCheckPayload = z.infer<typeof ZReleaseCheckPayload>;

/** Makes one check of one release; a job of an earlier attempt finds nothing to do. */
export const RELEASE_CHECK = {
  name: 'release.check',
  payload: ZReleaseCheckPayload,
  options: MODEL_CHECK.options,
} as const;

/** How often the house is kept, whatever the number of workers. */
export const HOUSEKEEPING_SECONDS = 24 * 60 * 60;

/** Removes what nobody can come back to: once a day for the whole installation, by whichever worker is free. */
export const HOUSEKEEPING = {
  name: 'housekeeping',
  payload: z.strictObject({}),
  options: {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: LONGEST_ATTEMPT_SECONDS,
    retryLimit: 3,
    retryDelay: 60,
  },
} as const;
