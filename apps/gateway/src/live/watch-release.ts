/** @file What a watcher of a release is shown. */
import type { Release, RunEvent } from '@colloid/catalog';

import type { GatewayContext } from '../context.ts';
import type { EventQueue } from './event-queue.ts';

/** The release as it stands, then again after everything that happens to it, until it can no longer be seen. */
export function watchRelease(
  context: GatewayContext,
  releaseId: string,
): AsyncIterableIterator<Release> {
  // Watch first and read then: what happens in between is told rather than lost.
  const events = context.runFeed.watch(releaseId);
  const states = follow(context, releaseId, events);
  return {
    next: () => states.next(),
    async return() {
      // A generator that waits for an event hears `return` only after it, so the event queue ends first.
      await events.return();
      return states.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(
  context: GatewayContext,
  releaseId: string,
  events: EventQueue<RunEvent>,
): AsyncGenerator<Release, void, undefined> {
  try {
    for (;;) {
      context.refresh();
      const release = await context.loaders.release.load(releaseId);
      if (release === null) return;
      yield release;
      if ((await events.next()).done === true) return;
    }
  } finally {
    events.end();
  }
}
