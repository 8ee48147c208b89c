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
    let progress = await readProgress(context, runId, null);
    while (progress !== null) {
      yield progress;
      if (isFinished(progress.run.state)) return;
      const { done, value } = await events.next();
      if (done === true) return;
      progress = await readProgress(context, runId, value);
    }
  } finally {
    events.end();
  }
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
