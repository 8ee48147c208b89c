/** @file Jobs that were tried in vain to the last, for whoever tells those who wait for them. */

import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { z } from 'zod';

import {
  COVARIATES_FIT,
  GALLERY_MAKE,
  JOB_LOST,
  MODEL_CHECK,
  RELEASE_CHECK,
  RUN_EXECUTE,
  VERSION_MEASURE,
} from './jobs.ts';
import { payloadOf } from './payload.ts';

/** Somebody waits for what they make. */
const AWAITED = [
  RUN_EXECUTE,
  MODEL_CHECK,
  GALLERY_MAKE,
  COVARIATES_FIT,
  VERSION_MEASURE,
  RELEASE_CHECK,
] as const;

type Awaited = (typeof AWAITED)[number];
type AwaitedJob = {
  readonly [Job in Awaited as Job['name']]: {
    readonly name: Job['name'];
    readonly payload: z.infer<Job['payload']>;
  };
}[Awaited['name']];

interface Contract {
  readonly name: string;
  readonly payload: z.ZodType<AwaitedJob['payload']>;
}

/** A job that no worker could end. */
export interface LostJob {
  readonly job: AwaitedJob;
  readonly tries: number;
  /** What the last try ended with; null where its worker was gone. */
  readonly lastError: string | null;
}

/** What the queue keeps of the error that a try ended with. */
const ZError = z.object({ message: z.string() }).transform(({ message }) => message);

/** Takes them one at a time until `boss` stops. */
export async function workLostJobs(
  boss: PgBoss,
  handler: (lost: LostJob) => Promise<void>,
  pollingIntervalSeconds: number,
): Promise<void> {
  const options = { batchSize: 1, pollingIntervalSeconds, includeMetadata: true } as const;
  await boss.work(JOB_LOST.name, options, async (jobs: JobWithMetadata<unknown>[]) => {
    for (const job of jobs) {
      const contract: Contract | undefined = AWAITED.find(({ name }) => name === job.sourceName);
      if (contract === undefined) continue;
      const { data: lastError = null } = ZError.safeParse(job.sourceOutput);
      await handler({
        job: { name: contract.name, payload: payloadOf(contract, job) } as AwaitedJob,
        tries: (job.sourceRetryCount ?? 0) + 1,
        lastError,
      });
    }
  });
}
