/** @file One connection to PostgreSQL listens for everything; whoever watches a run, a release or a person gets its events from here. */
import type { RunEvent } from '@colloid/catalog';
import type { Logger } from 'pino';

import { EventQueue } from './event-queue.ts';

/** Events, handed out to watchers. */
export interface RunFeed {
  /** Events of the run or release with that id from now on; ends when the feed or the watcher closes it. */
  watch(id: string): EventQueue<RunEvent>;
  /** Events of what a person is told, in the same way. */
  watchPerson(userId: string): EventQueue<RunEvent>;
  /** Ends every watcher and the connection. */
  close(): Promise<void>;
}

/** Events a watcher may lag behind before the oldest are dropped. */
const MOST_WAITING = 1000;

/** Reads `events` until `stop` ends them and hands each one to the watchers of what it is about; RESYNC concerns everybody. */
export function createRunFeed(
  events: AsyncIterable<RunEvent>,
  options: { readonly log: Logger; stop(): void },
): RunFeed {
  const watchers = new Map<string, Set<EventQueue<RunEvent>>>();
  const handOut = (event: RunEvent): void => {
    const subject = subjectOf(event);
    const concerned = subject === null ? watchers.values() : [watchers.get(subject)];
    for (const group of concerned) for (const watcher of group ?? []) watcher.push(event);
  };
  const reading = (async () => {
    for await (const event of events) handOut(event);
  })().catch((error: unknown) => {
    options.log.error({ err: error }, 'listening for run events ended; open pages will not move');
  });
  const watch = (subject: string): EventQueue<RunEvent> => {
    const group = watchers.get(subject) ?? new Set();
    watchers.set(subject, group);
    const queue = new EventQueue<RunEvent>(MOST_WAITING, () => {
      group.delete(queue);
      if (group.size === 0 && watchers.get(subject) === group) watchers.delete(subject);
    });
    group.add(queue);
    return queue;
  };
  return {
    watch,
    watchPerson: (userId) => watch(personKey(userId)),
    async close() {
      // Ending a watcher takes it out of its group, which a set allows while it is iterated.
      for (const group of watchers.values()) for (const watcher of group) watcher.end();
      options.stop();
      await reading;
    },
  };
}

function subjectOf(event: RunEvent): string | null {
  switch (event.kind) {
    case 'RESYNC':
      return null;
    case 'RELEASE':
      return event.releaseId;
    case 'NOTICE':
      return personKey(event.userId);
    default:
      return event.runId;
  }
}

/** People's ids are no UUIDs of ours, so they are kept apart from runs by a word. */
function personKey(userId: string): string {
  return `person ${userId}`;
}
