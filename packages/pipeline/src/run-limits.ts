/** @file Bounds on what the models of a run may take: seconds for one batch, memory for the process. */

import { totalmem } from 'node:os';

import type { Runtime, Session } from '@colloid/sampler';

import { PipelineError } from './errors.ts';

const LOOK_EVERY_MS = 250;
const GIB = 1024 ** 3;

export interface RunLimits {
  /** Longest time for one call of a session. @default 1800 */
  readonly batchSeconds?: number | undefined;
  /** Resident memory of this process. @default 90 % of what the machine or the container has */
  readonly memoryBytes?: number | undefined;
}

/** A runtime whose sessions are watched. */
export interface LimitedRuntime extends Disposable {
  readonly runtime: Runtime;
  /**
   * Rejects with PipelineError `RUN_LIMIT` when a limit is exceeded. Native code cannot be interrupted: what it was at goes on
   * until the process ends, so the process should.
   */
  readonly exceeded: Promise<never>;
}

/** Watches until disposed. */
export function limitRuntime(runtime: Runtime, limits: RunLimits = {}): LimitedRuntime {
  const batchSeconds = limits.batchSeconds ?? 1800;
  const memoryBytes = limits.memoryBytes ?? Math.floor(0.9 * availableBytes());
  const { promise: exceeded, reject } = Promise.withResolvers<never>();
  exceeded.catch(() => undefined);
  const look = setInterval(() => {
    const bytes = process.memoryUsage.rss();
    if (bytes > memoryBytes) reject(tooMuchMemory(bytes, memoryBytes));
  }, LOOK_EVERY_MS);
  return {
    exceeded,
    runtime: {
      provider: runtime.provider,
      threads: runtime.threads,
      session: async (model, options) =>
        watchSession(await runtime.session(model, options), batchSeconds, reject),
      close: () => runtime.close(),
    },
    [Symbol.dispose]: () => clearInterval(look),
  };
}

/** The same session, with a clock at every run. */
function watchSession(
  session: Session,
  batchSeconds: number,
  reject: (reason: PipelineError) => void,
): Session {
  return new Proxy(session, {
    get(target, key) {
      if (key !== 'run') {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      }
      return async (...args: Parameters<Session['run']>) => {
        const late = setTimeout(
          () => reject(tooSlow(target.name, batchSeconds)),
          batchSeconds * 1000,
        );
        try {
          return await target.run(...args);
        } finally {
          clearTimeout(late);
        }
      };
    },
  });
}

function availableBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

function tooMuchMemory(bytes: number, memoryBytes: number): PipelineError {
  const gib = (value: number): string => (value / GIB).toFixed(1);
  return new PipelineError(
    'RUN_LIMIT',
    `The run needed ${gib(bytes)} GiB of memory, and ${gib(memoryBytes)} GiB is the most on this worker; take a smaller batchSize, or raise COLLOID_RUN_MEMORY_MB.`,
  );
}

function tooSlow(graph: string, seconds: number): PipelineError {
  return new PipelineError(
    'RUN_LIMIT',
    `One batch of '${graph}' took more than ${seconds} s; take a smaller batchSize, or raise COLLOID_BATCH_SECONDS.`,
  );
}
