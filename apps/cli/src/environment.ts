/** @file The environment variables that `./colloid` reads, validated together. */

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { cleanGraceDays, missingStoreVariables, storeVariables } from '@colloid/pipeline/client';
import { z } from 'zod';

import { CliError } from './errors.ts';

const DEFAULT_PORT = 4080;

/** One row per variable: documentation (docs/operations.md) is generated from the descriptions. */
export const ZCliEnvironment = z.object({
  COLLOID_DATA: z
    .string()
    .min(1)
    .optional()
    .describe('Folder for the embedded database, the objects and the logs. Default: ~/.colloid'),
  COLLOID_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(DEFAULT_PORT)
    .describe('Port of the address people open.'),
  COLLOID_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Interface to listen on; 0.0.0.0 lets other machines in.'),
  COLLOID_PUBLIC_URL: z
    .url()
    .optional()
    .describe('Address people open, where a reverse proxy stands in front.'),
  COLLOID_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe(
      'At least 32 characters; signs sessions and object addresses. Default: made once and kept in the data folder.',
    ),
  COLLOID_PROVIDER: z
    .enum(['auto', 'cpu', 'cuda', 'webgpu'])
    .default('auto')
    .describe('Execution provider of the workers.'),
  COLLOID_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(1024)
    .optional()
    .describe('Threads a worker computes with. Default: the number of cores.'),
  COLLOID_MODEL_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(900)
    .describe('Seconds that the check of a registered model may take.'),
  COLLOID_MODEL_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(256)
    .max(4_194_304)
    .optional()
    .describe(
      'Megabytes of memory that the check of a registered model may take. Default: 60 % of the machine, 2048 at least.',
    ),
  COLLOID_RUN_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(256)
    .max(4_194_304)
    .optional()
    .describe(
      'Megabytes of memory at which a worker fails its run and starts anew. Default: 90 % of the machine or container.',
    ),
  COLLOID_WEIGHT_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_536)
    .default(512)
    .describe(
      'Megabytes that faster forms of convolutions may add to the weights of a run on a CPU; 0: none.',
    ),
  COLLOID_WEBHOOKS_PRIVATE: z
    .enum(['true', 'false', '1', '0'])
    .default('false')
    .transform((text) => text === 'true' || text === '1')
    .describe(
      'Whether webhooks may lead to this machine and its private network, which is refused otherwise.',
    ),
  COLLOID_BATCH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(1800)
    .describe(
      'Seconds after which a worker fails a run whose batch has not ended, and starts anew.',
    ),
  COLLOID_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(36_500)
    .default(90)
    .describe('Days that ended deliveries of webhooks and read notifications are kept.'),
  COLLOID_CLEAN_GRACE_DAYS: cleanGraceDays,
  COLLOID_LOG_MB: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_240)
    .default(10)
    .describe('Megabytes at which the log of a service is put aside and a new one begun.'),
  COLLOID_LOG_FILES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('Older logs of each service that are kept.'),
  WORKERS: z.coerce
    .number()
    .int()
    .min(0)
    .max(64)
    .default(1)
    .describe('Worker processes that this command starts.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('PostgreSQL to use in place of the embedded one.'),
  ...storeVariables,
});

type ParsedEnvironment = z.infer<typeof ZCliEnvironment>;

/** The validated environment with the data folder resolved to an absolute path. */
export type CliEnvironment = Omit<ParsedEnvironment, 'COLLOID_DATA'> & {
  readonly dataFolder: string;
};

/**
 * Validates every variable at once.
 *
 * @throws {CliError} `INVALID_ENVIRONMENT`, naming each variable that is wrong and what is accepted.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): CliEnvironment {
  const present = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = ZCliEnvironment.safeParse(present);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...missingStoreVariables(present).map((name) => `${name}: is needed with S3_ENDPOINT`),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new CliError(
      'INVALID_ENVIRONMENT',
      `The environment is not usable: ${problems.join('; ')}. Correct these variables and start again.`,
      { cause: parsed.error },
    );
  }
  const { COLLOID_DATA, ...rest } = parsed.data;
  return { ...rest, dataFolder: resolve(COLLOID_DATA ?? join(homedir(), '.colloid')) };
}
