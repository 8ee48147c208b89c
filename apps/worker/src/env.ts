/** @file The environment of a worker, validated together. */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { cleanGraceDays, missingStoreVariables, storeVariables } from '@colloid/pipeline/client';
import { z } from 'zod';

export const ZWorkerEnvironment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  COLLOID_DATA: z.string().min(1).optional(),
  COLLOID_PROVIDER: z.enum(['auto', 'cpu', 'cuda', 'webgpu']).default('auto'),
  COLLOID_THREADS: z.coerce.number().int().min(1).max(1024).optional(),
  COLLOID_MODEL_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
  COLLOID_MODEL_MEMORY_MB: z.coerce.number().int().min(256).max(4_194_304).optional(),
  COLLOID_RUN_MEMORY_MB: z.coerce.number().int().min(256).max(4_194_304).optional(),
  COLLOID_WEIGHT_MEMORY_MB: z.coerce.number().int().min(0).max(65_536).default(512),
  COLLOID_WEBHOOKS_PRIVATE: z
    .enum(['true', 'false', '1', '0'])
    .default('false')
    .transform((text) => text === 'true' || text === '1'),
  COLLOID_BATCH_SECONDS: z.coerce.number().int().min(1).max(86_400).default(1800),
  COLLOID_RETENTION_DAYS: z.coerce.number().int().min(1).max(36_500).default(90),
  COLLOID_CLEAN_GRACE_DAYS: cleanGraceDays,
  ...storeVariables,
});

export type WorkerEnvironment = z.infer<typeof ZWorkerEnvironment> & {
  readonly dataFolder: string;
};

/** Thrown when a worker cannot start; the message names each variable. */
export class WorkerEnvironmentError extends Error {
  override readonly name = 'WorkerEnvironmentError';
}

/** @throws {WorkerEnvironmentError} listing every variable that is missing or wrong. */
export function readWorkerEnvironment(variables: NodeJS.ProcessEnv): WorkerEnvironment {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = ZWorkerEnvironment.safeParse(present);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...missingStoreVariables(present).map((name) => `${name}: is needed with S3_ENDPOINT`),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new WorkerEnvironmentError(
      `A worker cannot start: ${problems.join('; ')}. Set these variables (DATABASE_URL is the database that the gateway uses) and start again.`,
      { cause: parsed.error },
    );
  }
  return {
    ...parsed.data,
    dataFolder: resolve(parsed.data.COLLOID_DATA ?? join(homedir(), '.colloid')),
  };
}
