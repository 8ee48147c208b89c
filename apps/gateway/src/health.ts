/** @file `GET /healthz`: whether requests can be answered, for whoever watches over the process. */
import { setTimeout as delay } from 'node:timers/promises';

import type { Catalog } from '@colloid/catalog';
import type { RequestHandler } from 'express';

/** Milliseconds the database has to answer. */
const PATIENCE_MS = 10_000;

/** 200 while the database answers and the gateway is not stopping, else 503 with a sentence. */
export function healthHandler(options: {
  readonly catalog: Pick<Catalog, 'ping'>;
  readonly isStopping: () => boolean;
}): RequestHandler {
  return async (_request, response) => {
    response.set('Cache-Control', 'no-store');
    const problem = options.isStopping()
      ? 'The gateway is stopping.'
      : await databaseProblem(options.catalog);
    if (problem === null) response.json({ status: 'ok' });
    else response.status(503).json({ status: 'unavailable', problem });
  };
}

async function databaseProblem(catalog: Pick<Catalog, 'ping'>): Promise<string | null> {
  const timer = new AbortController();
  try {
    const isLate = delay(PATIENCE_MS, true, { signal: timer.signal, ref: false });
    const answer = await Promise.race([catalog.ping(), isLate]);
    return answer === true
      ? `The database has not answered for ${PATIENCE_MS / 1000} seconds.`
      : null;
  } catch {
    // Which error it is belongs in the log of whoever uses the database, not on a public page.
    return 'The database does not answer.';
  } finally {
    timer.abort();
  }
}
