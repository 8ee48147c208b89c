/** @file Brings the database's tables up to date and makes the bucket: what must be there before the rest starts. */
import { migrate } from '@colloid/catalog';
import { openObjectStore } from '@colloid/storage';

try {
  const { applied } = await migrate({ databaseUrl: required('DATABASE_URL') });
  process.stdout.write(`Database: ${applied.length} migrations applied.\n`);
  const bucket = required('S3_BUCKET');
  const store = await openObjectStore({
    kind: 's3',
    endpoint: required('S3_ENDPOINT'),
    bucket,
    accessKey: required('S3_ACCESS_KEY'),
    secretKey: required('S3_SECRET_KEY'),
    createBucket: true,
  });
  await store.probe();
  await store.close();
  process.stdout.write(`Object store: bucket '${bucket}' is usable.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is missing; set it for this container and start again.`);
  return value;
}
