/** @file `./colloid worker`: takes runs from a shared database; start as many as there are machines. */

import { runWorker } from '@colloid/worker';

/** Works until interrupted. */
export async function worker(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  await runWorker({ signal: stop.signal });
}
