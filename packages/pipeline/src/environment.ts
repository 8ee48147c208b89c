/** @file Which object store a set of environment variables means; shared by every app, so that they agree. */

import { join } from 'node:path';

import type { ObjectStoreConfig } from '@colloid/storage';

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
