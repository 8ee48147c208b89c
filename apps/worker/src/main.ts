/** @file The worker as a process: stops in order on SIGINT and SIGTERM, says in one sentence why it cannot begin. */

import { runWorker } from './run-worker.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

try {
  await runWorker({ signal: stop.signal });
} catch (error) {
  process.stderr.write(
    `colloid worker: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
// Native threads of a session that was stopped in the middle of a batch would keep the process alive.
process.exit();
