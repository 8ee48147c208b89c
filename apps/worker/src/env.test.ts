import { expect, test } from 'vitest';

import { readWorkerEnvironment, WorkerEnvironmentError } from './env.ts';

const DATABASE_URL = 'postgres://localhost/colloid';

test('the memory of faster convolutions is 512 MB where nothing is said, and may be none', () => {
  expect(readWorkerEnvironment({ DATABASE_URL }).COLLOID_WEIGHT_MEMORY_MB).toBe(512);
  const none = { DATABASE_URL, COLLOID_WEIGHT_MEMORY_MB: '0' };
  expect(readWorkerEnvironment(none).COLLOID_WEIGHT_MEMORY_MB).toBe(0);
});

test('every variable that is wrong is named', () => {
  const wrong = { COLLOID_WEIGHT_MEMORY_MB: '-1', COLLOID_BATCH_SECONDS: 'long' };
  expect(() => readWorkerEnvironment(wrong)).toThrow(WorkerEnvironmentError);
  expect(() => readWorkerEnvironment(wrong)).toThrow(
    /DATABASE_URL.*COLLOID_WEIGHT_MEMORY_MB.*COLLOID_BATCH_SECONDS/s,
  );
});
