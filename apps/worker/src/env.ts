/** @file The environment of a worker, validated together. */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { z } from 'zod';

const ZWorkerEnvironment = z
  .object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
    COLLOID_DATA: z.string().min(1).optional(),
    COLLOID_PROVIDER: z.enum(['auto', 'cpu', 'cuda', 'webgpu']).default('auto'),
    COLLOID_THREADS: z.coerce.number().int().min(1).max(1024).optional(),
    S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    S3_BUCKET: z.string().min(3).optional(),
    S3_ACCESS_KEY: z.string().min(1).optional(),
    S3_SECRET_KEY: z.string().min(1).optional(),
    S3_REGION: z.string().min(1).optional(),
  })
  .superRefine((environment, context) => {
    if (environment.S3_ENDPOINT === undefined) return;
    for (const name of ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const) {
      if (environment[name] === undefined) {
        context.addIssue({ code: 'custom', path: [name], message: 'is needed with S3_ENDPOINT' });
      }
    }
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
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
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
