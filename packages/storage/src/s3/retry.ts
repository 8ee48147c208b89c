/** @file Trying a request again when the server was busy or the connection broke. */
import { setTimeout as delay } from 'node:timers/promises';

import { isTransient } from './s3-errors.ts';

const DELAYS_MS = [100, 400, 1600];

/** Run `request`, and up to three times more while it fails in a way that may pass. */
export async function withRetry<T>(request: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const delayMs of DELAYS_MS) {
    try {
      return await request();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await delay(delayMs, undefined, signal === undefined ? {} : { signal });
  }
  return request();
}
