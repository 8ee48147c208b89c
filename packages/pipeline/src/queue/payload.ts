/** @file What a job carries, checked: it may have been written by another version. */

import type { z } from 'zod';

import { PipelineError } from '../errors.ts';

/** @throws PipelineError INVALID_JOB */
export function payloadOf<Payload>(
  contract: { readonly name: string; readonly payload: z.ZodType<Payload> },
  job: { readonly id: string; readonly data: unknown },
): Payload {
  const parsed = contract.payload.safeParse(job.data);
  if (parsed.success) return parsed.data;
  throw new PipelineError(
    'INVALID_JOB',
    `Job ${job.id} of ${contract.name} has an unusable payload; it was not made by this version of Colloid.`,
    { cause: parsed.error },
  );
}
