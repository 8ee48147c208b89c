/** @file The worker as a function, for `./colloid worker` and for tests. */
export { readWorkerEnvironment, WorkerEnvironmentError } from './env.ts';
export type { WorkerEnvironment } from './env.ts';
export { runWorker } from './run-worker.ts';
export type { RunWorkerOptions } from './run-worker.ts';
