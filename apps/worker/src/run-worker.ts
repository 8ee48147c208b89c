/** @file A worker: takes runs, checks of models and releases, measurements, makings of sets and deliveries to webhooks from the queue, helps with the shards of other workers' runs, and tells that it is there. */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setInterval, setTimeout as delay } from 'node:timers/promises';

import { openCatalog } from '@colloid/catalog';
import {
  checkModelVersion,
  checkRelease,
  deliverWebhook,
  endLostJob,
  executeRun,
  fitCovariateSet,
  helpWithShards,
  keepHouse,
  makeGallery,
  measureVersion,
  objectStoreConfig,
  openComputeHost,
  openQueue,
  queueDeliveries,
  type RunLimits,
} from '@colloid/pipeline';
import {
  availableProviders,
  GraphCache,
  GraphFiles,
  type InspectionLimits,
  openRuntime,
} from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';
import { pino } from 'pino';

import { oneAtATime } from './one-at-a-time.ts';
import { readWorkerEnvironment, type WorkerEnvironment } from './env.ts';

const REPORT_EVERY_MS = 15_000;
/** Time a run gets to reach its next checkpoint when the worker is told to stop. */
const STOP_GRACE_MS = 8000;

export interface RunWorkerOptions {
  /** Aborted to stop: no more runs are taken, and the one at hand goes back to the queue. */
  readonly signal: AbortSignal;
  readonly variables?: NodeJS.ProcessEnv;
}

/**
 * Works until `signal` is aborted.
 *
 * @throws the typed errors of environment, database, store and runtime when it cannot begin.
 */
export async function runWorker({
  signal,
  variables = process.env,
}: RunWorkerOptions): Promise<void> {
  const environment = readWorkerEnvironment(variables);
  const log = pino({ name: 'colloid-worker' });
  await using stack = new AsyncDisposableStack();

  const catalog = await openCatalog({ databaseUrl: environment.DATABASE_URL });
  stack.defer(() => catalog.close());
  const store = await openObjectStore(objectStoreConfig(environment));
  stack.defer(() => store.close());
  await store.probe();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  const warn = (message: string): void => log.warn(message);
  const folder = join(environment.dataFolder, 'cache', 'graphs');
  const host = openComputeHost({
    store,
    runtime,
    limits: runLimits(environment),
    weightMemoryMb: environment.COLLOID_WEIGHT_MEMORY_MB,
    graphs: new GraphCache({ store: new GraphFiles({ folder, log: warn }), log: warn }),
  });
  // A batch that goes on cannot be interrupted, and closing would wait for it: it ends with the process.
  stack.defer(() =>
    atMost(
      STOP_GRACE_MS,
      host.close().then(() => runtime.close()),
    ),
  );
  const queue = await openQueue({
    databaseUrl: environment.DATABASE_URL,
    onError: (error) => log.error({ err: error }, 'the job queue reported a fault'),
  });
  stack.defer(() => queue.stop({ graceMs: STOP_GRACE_MS }));
  // Nothing that was begun goes on where the worker ends by a fault.
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);

  const workerId = randomUUID();
  const machine = hostname();
  const alone = oneAtATime();
  const clock = (): number => performance.now() / 1000;
  // Native code cannot be interrupted: its memory and its cores come back with a new process, which a supervisor starts.
  const endOverLimit = (): never => process.exit(1);
  await queue.workRuns(
    ({ runId }, job) =>
      alone(async () => {
        log.info({ runId }, 'run begun');
        const ending = await executeRun({
          catalog,
          store,
          host,
          runId,
          jobId: job.id,
          workerId,
          machine,
          signal: AbortSignal.any([stop, job.signal]),
          clock,
        });
        log.info({ runId, ending }, 'run left');
        if (ending === 'OVER_LIMIT') endOverLimit();
      }),
    { gpu: runtime.provider !== 'cpu' },
  );
  await queue.workLostJobs(async (lost) => {
    const hadToEnd = await endLostJob(catalog, lost);
    log.error({ ...lost, hadToEnd }, 'a job was given up');
  });
  const helping = helpWithShards({
    catalog,
    store,
    host,
    workerId,
    alone,
    clock,
    signal: stop,
    onFault: (error) => log.error({ err: error }, 'a shard could not be computed here'),
    onShard: (shard) => log.info(shard, 'shard of another run computed'),
  }).catch((error: unknown) => {
    log.error({ err: error }, 'a shard exceeded a limit');
    endOverLimit();
  });
  // Comes before the queue's own end, and has as long: a batch cannot be interrupted.
  stack.defer(() => atMost(STOP_GRACE_MS, helping));

  await queue.workModelChecks(async ({ modelVersionId }, job) => {
    log.info({ modelVersionId }, 'check of a model begun');
    const ending = await checkModelVersion({
      catalog,
      store,
      modelVersionId,
      provider: runtime.provider,
      threads: runtime.threads,
      limits: inspectionLimits(environment),
      signal: AbortSignal.any([stop, job.signal]),
    });
    log.info({ modelVersionId, ending }, 'check of a model ended');
  });

  await queue.workGalleries(async ({ galleryId }, job) => {
    log.info({ galleryId }, 'making of a gallery begun');
    const ending = await makeGallery({
      catalog,
      store,
      runtime,
      galleryId,
      signal: AbortSignal.any([stop, job.signal]),
    });
    log.info({ galleryId, ending }, 'making of a gallery ended');
  });

  await queue.workCovariates(async ({ covariateSetId }, job) => {
    log.info({ covariateSetId }, 'making of a covariate set begun');
    const ending = await fitCovariateSet({
      catalog,
      store,
      runtime,
      covariateSetId,
      signal: AbortSignal.any([stop, job.signal]),
      clock,
    });
    log.info({ covariateSetId, ending }, 'making of a covariate set ended');
  });

  await queue.workMeasurements(async ({ measurementId }, job) => {
    log.info({ measurementId }, 'measurement of a version begun');
    const ending = await measureVersion({
      catalog,
      store,
      runtime,
      measurementId,
      signal: AbortSignal.any([stop, job.signal]),
      onFault: (error) => log.error({ err: error, measurementId }, 'a version was not measured'),
    });
    log.info({ measurementId, ending }, 'measurement of a version ended');
  });

  await queue.workReleaseChecks(async (check, job) => {
    log.info(check, 'check of a release begun');
    const ending = await checkRelease({
      catalog,
      store,
      runtime,
      check,
      signal: AbortSignal.any([stop, job.signal]),
      onFault: (error) => log.error({ err: error, ...check }, 'a check could not be done'),
    });
    log.info({ ...check, ending }, 'check of a release ended');
  });

  await queue.workDeliveries(async ({ deliveryId }, job) => {
    const ending = await deliverWebhook({
      catalog,
      deliveryId,
      allowPrivate: environment.COLLOID_WEBHOOKS_PRIVATE,
      now: Date.now,
      signal: AbortSignal.any([stop, job.signal]),
    });
    log.info({ deliveryId, ending }, 'a webhook was tried');
    // What is thrown is what the queue tries again, later each time.
    if (ending === 'AGAIN') throw new DeliveryDue(deliveryId);
  });
  await queue.workHousekeeping(async (job) => {
    const kept = await keepHouse({
      catalog,
      store,
      graceDays: environment.COLLOID_CLEAN_GRACE_DAYS,
      retentionDays: environment.COLLOID_RETENTION_DAYS,
      now: Date.now,
      signal: AbortSignal.any([stop, job.signal]),
    });
    log.info(kept, 'house kept');
  });
  const queueing = queueDeliveries({
    catalog,
    queue,
    signal: stop,
    onFault: (error) => log.warn({ err: error }, 'webhooks could not be queued; trying again'),
  });
  stack.defer(() => atMost(STOP_GRACE_MS, queueing));
  stack.defer(() => over.abort());

  const report = async (): Promise<void> =>
    catalog.workers.reportWorker({
      id: workerId,
      machine,
      provider: runtime.provider,
      providers: [...(await availableProviders())],
    });
  await report();
  await queue.enqueueHousekeeping();
  log.info({ provider: runtime.provider, threads: runtime.threads }, 'worker ready');
  try {
    for await (const _ of setInterval(REPORT_EVERY_MS, undefined, { signal })) {
      await Promise.all([report(), queue.enqueueHousekeeping()]).catch((error: unknown) => {
        log.warn({ err: error }, 'the worker could not report itself and tries again');
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await catalog.workers.removeWorker(workerId);
}

/** Waits for the end of something, but no longer than that. */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, delay(milliseconds)]);
}

/** Gives a delivery back to the queue for another try. */
class DeliveryDue extends Error {
  override readonly name = 'DeliveryDue';

  constructor(deliveryId: string) {
    super(`The delivery ${deliveryId} is due for another try.`);
  }
}

function runLimits(environment: WorkerEnvironment): RunLimits {
  const { COLLOID_BATCH_SECONDS: batchSeconds, COLLOID_RUN_MEMORY_MB: megabytes } = environment;
  return {
    batchSeconds,
    ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 1024 ** 2 }),
  };
}

function inspectionLimits(environment: WorkerEnvironment): InspectionLimits {
  const { COLLOID_MODEL_SECONDS: seconds, COLLOID_MODEL_MEMORY_MB: megabytes } = environment;
  return { seconds, ...(megabytes === undefined ? {} : { memoryBytes: megabytes * 1024 ** 2 }) };
}
