/**
 * @file Inspects a model in a process of its own under limits of time and memory. Native code cannot be interrupted and its
 * memory cannot be capped from within, so the process is watched from outside and killed.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { totalmem } from 'node:os';

import { InspectionFaultError } from '../errors.ts';
import { publicEnvironment } from '../runtime/public-environment.ts';
import type { ExecutionProvider } from '../runtime/types.ts';
import { completeChecks } from './check-log.ts';
import type { CheckEvent } from './check-log.ts';
import type { InspectionJob, InspectionMessage } from './guard-protocol.ts';
import type { Inspection } from './inspect-model.ts';
import { residentBytes } from './process-memory.ts';
import { CHECK_TITLES } from './report.ts';
import type { ModelCheck, ModelCheckId } from './report.ts';

const LOOK_EVERY_MS = 50;
const GIB = 1024 ** 3;

export interface InspectionLimits {
  /** @default 900 */
  readonly seconds?: number;
  /** Resident memory of the process. @default 60 % of the machine's, 2 GiB at least */
  readonly memoryBytes?: number;
}

export interface GuardOptions {
  /** @default 'auto' */
  readonly provider?: ExecutionProvider | 'auto';
  /** @default the number of cores */
  readonly threads?: number | undefined;
  readonly limits?: InspectionLimits;
  readonly onCheck?: (event: CheckEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * As `inspectModel` on a folder. A model that takes too long, needs too much memory or crashes onnxruntime gets a report that
 * says so under LIMITS, with the check it was at.
 *
 * @throws InspectionFaultError when the inspection itself could not be made; the signal's reason when aborted
 */
export async function inspectGuarded(
  folder: string,
  options: GuardOptions = {},
): Promise<Inspection> {
  options.signal?.throwIfAborted();
  const seconds = options.limits?.seconds ?? 900;
  const memoryBytes =
    options.limits?.memoryBytes ?? Math.max(2 * GIB, Math.floor(0.6 * totalmem()));
  const began = performance.now();
  const child = startProcess(memoryBytes);
  const watch = new Watch(child, { seconds, memoryBytes });
  const abort = (): void => watch.stop(new Stopped(''));
  options.signal?.addEventListener('abort', abort, { once: true });
  const progress = new Progress(options.onCheck);
  try {
    const job: InspectionJob = {
      folder,
      provider: options.provider ?? 'auto',
      threads: options.threads ?? null,
    };
    const message = await converse(child, job, progress, watch);
    const { report, samples } = message;
    const within: ModelCheck = {
      id: 'LIMITS',
      state: 'PASSED',
      detail: `It took ${report.seconds.toFixed(1)} s of ${seconds} s${watch.peakBytes === null ? '' : ` and ${gigabytes(watch.peakBytes)} of ${gigabytes(memoryBytes)} GiB of memory`}.`,
      seconds: 0,
    };
    return {
      samples,
      report: { ...report, checks: [...report.checks, within], peakMemoryBytes: watch.peakBytes },
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof Stopped)) throw error;
    return {
      samples: null,
      report: {
        format: 1,
        verdict: 'REFUSED',
        refusal: error.message,
        checks: progress.checksWith(error.message),
        files: [],
        operators: [],
        values: [],
        gradient: null,
        speed: [],
        provider: null,
        threads: options.threads ?? null,
        seconds: (performance.now() - began) / 1000,
        peakMemoryBytes: watch.peakBytes,
      },
    };
  } finally {
    options.signal?.removeEventListener('abort', abort);
    watch.end();
  }
}

/** The process was ended by its watch, or by itself; the message is for people. */
class Stopped extends Error {}

function startProcess(memoryBytes: number): ChildProcess {
  const heapMegabytes = Math.max(256, Math.floor(memoryBytes / 1024 ** 2));
  return fork(new URL('./inspect-process.ts', import.meta.url), [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMegabytes}`],
    env: publicEnvironment(process.env),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function gigabytes(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}

type Done = Extract<InspectionMessage, { readonly kind: 'done' }>;

function converse(
  child: ChildProcess,
  job: InspectionJob,
  progress: Progress,
  watch: Watch,
): Promise<Done> {
  return new Promise((resolve, reject) => {
    watch.onStop = reject;
    child.on('message', (message: InspectionMessage) => {
      if (message.kind === 'check') progress.note(message.event);
      else if (message.kind === 'done') resolve(message);
      else reject(new InspectionFaultError(message.message));
    });
    child.once('error', (cause) => reject(new InspectionFaultError(cause.message, { cause })));
    child.once('exit', (code, signal) => {
      const how = signal === null ? `status ${code}` : `signal ${signal}`;
      reject(
        new Stopped(
          `The process that ran the model ended with ${how} during the check "${CHECK_TITLES[progress.at]}": onnxruntime crashed or ran out of memory on it; export the network again with standard operators.`,
        ),
      );
    });
    child.send(job, (error) => {
      if (error !== null) reject(new InspectionFaultError(error.message, { cause: error }));
    });
  });
}

/** Which checks have been made. */
class Progress {
  at: ModelCheckId = 'FILES';
  readonly #checks: ModelCheck[] = [];
  readonly #listener: ((event: CheckEvent) => void) | undefined;

  constructor(listener: ((event: CheckEvent) => void) | undefined) {
    this.#listener = listener;
  }

  note(event: CheckEvent): void {
    if (event.kind === 'begun') this.at = event.id;
    else this.#checks.push(event.check);
    this.#listener?.(event);
  }

  checksWith(limit: string): ModelCheck[] {
    return completeChecks([
      ...this.#checks,
      { id: 'LIMITS', state: 'FAILED', detail: limit, seconds: 0 },
    ]);
  }
}

/** Looks at a process again and again and kills it when it goes over a limit. */
class Watch {
  peakBytes: number | null = null;
  onStop: (reason: Stopped) => void = () => undefined;
  readonly #child: ChildProcess;
  readonly #limits: Required<InspectionLimits>;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(child: ChildProcess, limits: Required<InspectionLimits>) {
    this.#child = child;
    this.#limits = limits;
    const late = (): void =>
      this.stop(
        new Stopped(
          `The model needed more than ${limits.seconds} s to be checked; make it smaller, or raise COLLOID_MODEL_SECONDS.`,
        ),
      );
    this.#timers.push(setTimeout(late, limits.seconds * 1000));
    this.#timers.push(setInterval(() => void this.#look(), LOOK_EVERY_MS));
  }

  /** Kills the process and says why. */
  stop(reason: Stopped): void {
    this.onStop(reason);
    this.end();
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
  }

  async #look(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined) return;
    const bytes = await residentBytes(pid);
    if (bytes === null) return;
    this.peakBytes = Math.max(this.peakBytes ?? 0, bytes);
    const { memoryBytes } = this.#limits;
    if (bytes <= memoryBytes) return;
    this.stop(
      new Stopped(
        `The model needed more than ${gigabytes(memoryBytes)} GiB of memory; make it smaller, or raise COLLOID_MODEL_MEMORY_MB.`,
      ),
    );
  }
}
