/** @file What a watcher of a run is shown. */
import { isFinished } from '@colloid/catalog';
import type { Run, RunEvent, RunIteration, RunLogLine, RunPreview } from '@colloid/catalog';

import { requireActor } from '../context.ts';
import type { GatewayContext } from '../context.ts';
import type { EventQueue } from './event-queue.ts';

/** See the GraphQL type of the same name. */
export interface RunProgress {
  readonly run: Run;
  readonly iteration?: RunIteration | null;
  readonly preview?: RunPreview | null;
  readonly logLine?: RunLogLine | null;
}

/**
 * The run as it stands, then again after everything that happens to it, until it ends or can no longer be seen.
 * Iterate the result or call its `return`.
 */
export function watchRun(
  context: GatewayContext,
  runId: string,
): AsyncIterableIterator<RunProgress> {
  // Watch first and read then: what happens in between is told rather than lost.
  const events = context.runFeed.watch(runId);
  const progress = follow(context, runId, events);
  return {
    next: () => progress.next(),
    async return() {
      // A generator that waits for an event hears `return` only after it, so the event queue ends first.
      await events.return();
      return progress.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* follow(
  context: GatewayContext,
  runId: string,
  events: EventQueue<RunEvent>,
): AsyncGenerator<RunProgress, void, undefined> {
  try {
    for (let event: RunEvent | null = null; ;) {
      const progress = await readProgress(context, runId, event);
      if (progress === null) return;
      yield progress;
      if (isFinished(progress.run.state) && isLast(event)) return;
      const { done, value }: IteratorResult<RunEvent> = await events.next();
      if (done === true) return;
      event = value;
    }
  } finally {
    events.end();
  }
}

/**
 * Whether nothing of a run that has ended follows: its row says that it has before the events from before that have been read. One that
 * had ended when the watching began has no more to tell, and what was missed (RESYNC) does not come any more.
 */
function isLast(event: RunEvent | null): boolean {
  if (event === null || event.kind === 'RESYNC') return true;
  return event.kind === 'RUN' && event.hasEnded === true;
}

async function readProgress(
  context: GatewayContext,
  runId: string,
  event: RunEvent | null,
): Promise<RunProgress | null> {
  context.refresh();
  const run = await context.loaders.run.load(runId);
  return run === null ? null : { run, ...(await readDetail(context, event)) };
}

async function readDetail(
  context: GatewayContext,
  event: RunEvent | null,
): Promise<Omit<RunProgress, 'run'>> {
  const { catalog } = context;
  const actor = requireActor(context);
  switch (event?.kind) {
    case 'ITERATION':
      return { iteration: await catalog.runDetails.iterationOf({ ...event, actor }) };
    case 'PREVIEW':
      return { preview: await catalog.runDetails.previewOf({ ...event, actor }) };
    case 'LOG':
      return { logLine: await catalog.runDetails.logLineOf({ ...event, actor }) };
    default:
      return {};
  }
}
