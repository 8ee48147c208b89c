/** @file Which object store a set of environment variables means; shared by every app, so that they agree. */

import { join } from 'node:path';

import type { ObjectStoreConfig } from '@colloid/storage';
import { z } from 'zod';

import { CLEAN_GRACE_DAYS, FEWEST_GRACE_DAYS } from './clean-up/clean-storage.ts';

/** The variables of the object store, for the environment schema of each app. */
export const storeVariables = {
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'MinIO or another S3-compatible server; without it objects are kept in the data folder.',
    ),
  S3_BUCKET: z.string().min(3).optional().describe('Bucket on S3_ENDPOINT.'),
  S3_ACCESS_KEY: z.string().min(1).optional().describe('Access key for S3_ENDPOINT.'),
  S3_SECRET_KEY: z.string().min(1).optional().describe('Secret key for S3_ENDPOINT.'),
  S3_REGION: z.string().min(1).optional().describe('Region of S3_ENDPOINT, where it has one.'),
};

/** Days of grace of the daily clean-up; 0: none. */
export const cleanGraceDays = z.coerce
  .number()
  .int()
  .min(0)
  .max(3650)
  .refine((days) => days === 0 || days >= FEWEST_GRACE_DAYS, {
    error: `give 0 for no clean-up, or at least ${FEWEST_GRACE_DAYS} days`,
  })
  .default(CLEAN_GRACE_DAYS)
  .describe(
    'Days that objects which nothing refers to are kept, at least 3; 0 keeps them for ever.',
  );

export interface StoreVariables {
  readonly dataFolder: string;
  readonly S3_ENDPOINT?: string | undefined;
  readonly S3_BUCKET?: string | undefined;
  readonly S3_ACCESS_KEY?: string | undefined;
  readonly S3_SECRET_KEY?: string | undefined;
  readonly S3_REGION?: string | undefined;
}

/** S3 where `S3_ENDPOINT` is given together with bucket and keys, else the folder `objects` in the data folder. */
export function objectStoreConfig(variables: StoreVariables): ObjectStoreConfig {
  const { S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION } = variables;
  if (
    S3_ENDPOINT === undefined ||
    S3_BUCKET === undefined ||
    S3_ACCESS_KEY === undefined ||
    S3_SECRET_KEY === undefined
  ) {
    return { kind: 'filesystem', root: join(variables.dataFolder, 'objects') };
  }
  return {
    kind: 's3',
    endpoint: S3_ENDPOINT,
    bucket: S3_BUCKET,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
    ...(S3_REGION === undefined ? {} : { region: S3_REGION }),
  };
}

/** Names of the variables that `S3_ENDPOINT` needs and that are absent; empty without `S3_ENDPOINT`. */
export function missingStoreVariables(
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (variables['S3_ENDPOINT'] === undefined) return [];
  return ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'].filter(
    (name) => variables[name] === undefined,
  );
}
