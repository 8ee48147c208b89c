/** @file Hears what happens to runs, through losses of the connection. */

import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { connect } from '../database/connect.ts';
import { RUN_CHANNEL, parseRunChange, type RunEvent } from './run-event.ts';

/** Waits between attempts to get the connection back; the last one repeats. */
const RETRY_DELAYS_MS = [100, 500, 1000, 2000, 5000];

/** Where and how long to listen. */
export interface ListenOptions {
  readonly databaseUrl: string;
  /** Ends the listening; the iteration then finishes without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Called with what interrupted the connection; listening goes on. */
  readonly onInterruption?: ((error: unknown) => void) | undefined;
}

/**
 * Yields every change of every run from the moment the promise of the first `next()` is waiting.
 * The first event is always RESYNC: from then on nothing is missed; another RESYNC follows each reconnection.
 * Holds one connection of its own. Events are queued while nobody asks.
 *
 * @throws CatalogError DATABASE_* where the first connection fails.
 * @example
 * for await (const event of listenRunEvents({ databaseUrl, signal })) …
 */
export async function* listenRunEvents(options: ListenOptions): AsyncGenerator<RunEvent, void> {
  const { databaseUrl, signal } = options;
  const mailbox = createMailbox(signal);
  let attempt = 0;
  let isFirst = true;
  const isOver = (): boolean => signal?.aborted === true;
  while (!isOver()) {
    let client: pg.Client;
    try {
      client = await connect(databaseUrl);
      isFirst = false;
    } catch (error) {
      if (isFirst) throw error;
      options.onInterruption?.(error);
      const wait = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)] ?? 1000;
      attempt += 1;
      await sleep(wait, signal);
      continue;
    }
    const connection = { isLost: false };
    const lose = (error: unknown): void => {
      if (!connection.isLost && !isOver()) options.onInterruption?.(error);
      connection.isLost = true;
      mailbox.wake();
    };
    client.on('error', lose);
    client.once('end', () => lose(new Error('the connection ended')));
    client.on('notification', ({ payload }) => {
      const change = payload === undefined ? null : parseRunChange(payload);
      if (change !== null) mailbox.put(change);
    });
    try {
      await client.query(`LISTEN ${RUN_CHANNEL}`);
      attempt = 0;
      mailbox.put({ kind: 'RESYNC' });
      while (!connection.isLost && !isOver()) {
        for (const event of mailbox.take()) yield event;
        await mailbox.waitForMore(() => connection.isLost);
      }
    } catch (error) {
      // The connection broke between connecting and listening: come round again.
      lose(error);
    } finally {
      connection.isLost = true;
      // From here on its end is no news. A lost connection cannot be closed politely, and need not be.
      await client.end().catch(() => undefined);
    }
  }
}

interface Mailbox {
  put(event: RunEvent): void;
  take(): RunEvent[];
  wake(): void;
  waitForMore(isOver: () => boolean): Promise<void>;
}

function createMailbox(signal: AbortSignal | undefined): Mailbox {
  let events: RunEvent[] = [];
  let wake = (): void => undefined;
  signal?.addEventListener('abort', () => wake(), { once: true });
  return {
    put(event) {
      events.push(event);
      wake();
    },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
    wake: () => wake(),
    waitForMore: (isOver) =>
      new Promise((resolve) => {
        wake = resolve;
        if (events.length > 0 || isOver() || signal?.aborted === true) resolve();
      }),
  };
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // Aborted: the loop sees that by itself.
  }
}
