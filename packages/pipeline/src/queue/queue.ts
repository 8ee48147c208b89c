/** @file Jobs on pg-boss: enqueued inside a catalog transaction, worked on with heartbeats. */

import { PgBoss } from 'pg-boss';
import type { z } from 'zod';

import { PipelineError } from '../errors.ts';
import {
  COVARIATES_FIT,
  type CovariatesFitPayload,
  GALLERY_MAKE,
  type GalleryMakePayload,
  HOUSEKEEPING,
  HOUSEKEEPING_SECONDS,
  JOB_LOST,
  MODEL_CHECK,
  type ModelCheckPayload,
  RELEASE_CHECK,
  type ReleaseCheckPayload,
  RUN_EXECUTE,
  VERSION_MEASURE,
  type VersionMeasurePayload,
  WEBHOOK_DELIVER,
  type RunExecutePayload,
  type WebhookDeliverPayload,
} from './jobs.ts';
import { type LostJob, workLostJobs } from './lost-jobs.ts';
import { payloadOf } from './payload.ts';
import type { RunNeeds } from './run-needs.ts';

/** How often a living worker looks for dead ones; with the heartbeat this bounds a takeover to half a minute. */
const SUPERVISE_SECONDS = 5;
const POLL_SECONDS = 2;
/** Checks of a release are several at once and mostly short; somebody waits for all of them. */
const POLL_CHECKS_SECONDS = 0.5;
const POLL_HOUSEKEEPING_SECONDS = 60;
/** A worker with a GPU takes the runs first that no other worker can take. */
const GPU_PRIORITY = 1;

/** Those beside the runs. */
const JOBS = [
  MODEL_CHECK,
  GALLERY_MAKE,
  COVARIATES_FIT,
  VERSION_MEASURE,
  RELEASE_CHECK,
  WEBHOOK_DELIVER,
  HOUSEKEEPING,
];

/** Runs statements inside the caller's transaction; the catalog hands one to `createRun`'s enqueue callback. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface QueueOptions {
  readonly databaseUrl: string;
  /** Told of faults of the queue itself (a lost connection, say), which it recovers from by itself. */
  readonly onError: (error: Error) => void;
  /** Seconds before the second try at a delivery; each further one waits twice as long. @default 15 */
  readonly deliveryRetrySeconds?: number | undefined;
}

/** A job at hand. Its id is the same again when it is retried or taken over by another worker. */
export interface JobAtHand {
  readonly id: string;
  readonly signal: AbortSignal;
}

export type JobHandler<Payload> = (payload: Payload, job: JobAtHand) => Promise<void>;

export interface Queue {
  /** Adds the job of a run, for workers that have what it needs; inside `transaction` it exists only if the run does. */
  enqueueRun(transaction: SqlExecutor, runId: string, needs: RunNeeds): Promise<void>;
  /**
   * Takes jobs one at a time until {@link Queue.stop}. A handler that throws gives the job back for a retry; the job's signal is
   * aborted when the job was taken over or the worker stops. `has`: what this worker offers; runs that need more stay where they are,
   * and those that need it come before those that do not.
   */
  workRuns(handler: JobHandler<RunExecutePayload>, has: RunNeeds): Promise<void>;
  /** As {@link Queue.workRuns}, for jobs that were tried in vain to the last. */
  workLostJobs(handler: (lost: LostJob) => Promise<void>): Promise<void>;
  /** Adds the check of a model version; inside `transaction` it exists only if the version does. A second job for it finds nothing to do. */
  enqueueModelCheck(transaction: SqlExecutor, modelVersionId: string): Promise<void>;
  /** As {@link Queue.workRuns}, for checks of models. Both go on at once. */
  workModelChecks(handler: JobHandler<ModelCheckPayload>): Promise<void>;
  /** Adds the making of a gallery, as {@link Queue.enqueueModelCheck} adds a check. */
  enqueueGallery(transaction: SqlExecutor, galleryId: string): Promise<void>;
  /** As {@link Queue.workRuns}, for galleries. */
  workGalleries(handler: JobHandler<GalleryMakePayload>): Promise<void>;
  /** Adds the fit of a covariate set, as {@link Queue.enqueueModelCheck} adds a check. */
  enqueueCovariates(transaction: SqlExecutor, covariateSetId: string): Promise<void>;
  /** As {@link Queue.workRuns}, for covariate sets. */
  workCovariates(handler: JobHandler<CovariatesFitPayload>): Promise<void>;
  /** Adds a measurement of a version, as {@link Queue.enqueueModelCheck} adds a check. */
  enqueueMeasurement(transaction: SqlExecutor, measurementId: string): Promise<void>;
  /** As {@link Queue.workRuns}, for measurements. */
  workMeasurements(handler: JobHandler<VersionMeasurePayload>): Promise<void>;
  /** Adds one check of a release, as {@link Queue.enqueueModelCheck} adds a check. */
  enqueueReleaseCheck(transaction: SqlExecutor, check: ReleaseCheckPayload): Promise<void>;
  /** As {@link Queue.workRuns}, for checks of releases. */
  workReleaseChecks(handler: JobHandler<ReleaseCheckPayload>): Promise<void>;
  /** Adds the tries at a delivery, as {@link Queue.enqueueModelCheck} adds a check. */
  enqueueDelivery(transaction: SqlExecutor, deliveryId: string): Promise<void>;
  /** As {@link Queue.workRuns}, for deliveries to webhooks; a handler that throws is called again after a growing while. */
  workDeliveries(handler: JobHandler<WebhookDeliverPayload>): Promise<void>;
  /** Adds the day's housekeeping, unless it was added already; every worker asks for it, and one gets it. */
  enqueueHousekeeping(): Promise<void>;
  /** As {@link Queue.workRuns}, for housekeeping. */
  workHousekeeping(handler: (job: JobAtHand) => Promise<void>): Promise<void>;
  /** Stops taking jobs and waits up to `graceMs` for the one at hand. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Connects and makes sure the queue exists.
 *
 * @throws {PipelineError} `QUEUE_UNREACHABLE` when the database does not answer.
 */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    max: 4,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    schedule: false,
  });
  boss.on('error', options.onError);
  try {
    await boss.start();
    // The one that lost jobs go to first: others name it.
    for (const job of [JOB_LOST, RUN_EXECUTE, ...JOBS]) {
      await boss.createQueue(job.name, job.options);
    }
  } catch (cause) {
    // What had begun of it would go on asking the database, and keep the process alive.
    await boss.stop({ graceful: false }).catch(options.onError);
    throw new PipelineError(
      'QUEUE_UNREACHABLE',
      'The job queue cannot be opened; check that PostgreSQL runs and that DATABASE_URL may create the schema pgboss.',
      { cause },
    );
  }
  return {
    enqueueRun: (transaction, runId, { gpu }) =>
      send(boss, RUN_EXECUTE.name, {
        data: { runId },
        transaction,
        singletonKey: runId,
        priority: gpu ? GPU_PRIORITY : 0,
      }),
    workRuns: async (handler, { gpu }) => {
      await work(boss, RUN_EXECUTE, handler, gpu ? {} : { maxPriority: GPU_PRIORITY - 1 });
    },
    workLostJobs: (handler) => workLostJobs(boss, handler, POLL_SECONDS),
    enqueueModelCheck: (transaction, modelVersionId) =>
      send(boss, MODEL_CHECK.name, {
        data: { modelVersionId },
        transaction,
        singletonKey: modelVersionId,
      }),
    workModelChecks: async (handler) => {
      await work(boss, MODEL_CHECK, handler);
    },
    enqueueGallery: (transaction, galleryId) =>
      send(boss, GALLERY_MAKE.name, { data: { galleryId }, transaction, singletonKey: galleryId }),
    workGalleries: async (handler) => {
      await work(boss, GALLERY_MAKE, handler);
    },
    enqueueCovariates: (transaction, covariateSetId) =>
      send(boss, COVARIATES_FIT.name, {
        data: { covariateSetId },
        transaction,
        singletonKey: covariateSetId,
      }),
    workCovariates: async (handler) => {
      await work(boss, COVARIATES_FIT, handler);
    },
    enqueueMeasurement: (transaction, measurementId) =>
      send(boss, VERSION_MEASURE.name, {
        data: { measurementId },
        transaction,
        singletonKey: measurementId,
      }),
    workMeasurements: async (handler) => {
      await work(boss, VERSION_MEASURE, handler);
    },
    enqueueReleaseCheck: (transaction, { releaseId, kind, attempt }) =>
      send(boss, RELEASE_CHECK.name, {
        data: { releaseId, kind, attempt },
        transaction,
        singletonKey: `${releaseId} ${kind} ${attempt}`,
      }),
    workReleaseChecks: async (handler) => {
      await work(boss, RELEASE_CHECK, handler, { pollingIntervalSeconds: POLL_CHECKS_SECONDS });
    },
    enqueueDelivery: (transaction, deliveryId) =>
      send(boss, WEBHOOK_DELIVER.name, {
        data: { deliveryId },
        transaction,
        singletonKey: deliveryId,
        retryDelay: options.deliveryRetrySeconds,
      }),
    workDeliveries: async (handler) => {
      await work(boss, WEBHOOK_DELIVER, handler);
    },
    enqueueHousekeeping: async () => {
      const { name } = HOUSEKEEPING;
      await boss.send(name, {}, { singletonKey: name, singletonSeconds: HOUSEKEEPING_SECONDS });
    },
    workHousekeeping: async (handler) => {
      await work(boss, HOUSEKEEPING, (_payload, job) => handler(job), {
        pollingIntervalSeconds: POLL_HOUSEKEEPING_SECONDS,
      });
    },
    stop: async ({ graceMs = 10_000 } = {}) => {
      await boss.stop({ graceful: true, timeout: graceMs });
    },
  };
}

/** Writes a job through the caller's transaction. */
async function send(
  boss: PgBoss,
  name: string,
  job: {
    readonly data: object;
    readonly transaction: SqlExecutor;
    readonly singletonKey: string;
    readonly priority?: number;
    readonly retryDelay?: number | undefined;
  },
): Promise<void> {
  const db = {
    executeSql: async (text: string, values?: unknown[]) => {
      const { rows } = await job.transaction.executeSql(text, values);
      return { rows };
    },
  };
  const { singletonKey, priority = 0, retryDelay } = job;
  await boss.send(name, job.data, {
    db,
    singletonKey,
    priority,
    ...(retryDelay === undefined ? {} : { retryDelay }),
  });
}

async function work<Payload>(
  boss: PgBoss,
  job: { readonly name: string; readonly payload: z.ZodType<Payload> },
  handler: JobHandler<Payload>,
  fetching: { readonly pollingIntervalSeconds?: number; readonly maxPriority?: number } = {},
): Promise<void> {
  const options = { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS, ...fetching };
  await boss.work<unknown>(job.name, options, async (jobs) => {
    for (const at of jobs) {
      await handler(payloadOf(job, at), { id: at.id, signal: at.signal });
    }
  });
}
