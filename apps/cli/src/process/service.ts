/** @file One service process: started, watched, restarted when it fails, stopped in order. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { CliError } from '../errors.ts';
import { RotatingLog, type RotatingLogOptions } from './rotating-log.ts';

const EXIT_WITH_PARENT = join(import.meta.dirname, 'exit-with-parent.ts');
const LONGEST_STOP_MS = 20_000;
const LAST_WORDS_MS = 2000;
const HEALTH_POLL_MS = 100;
const LOG_LINES_SEARCHED = 40;
/** A service that fails this often in a row, each time within a minute of its start, is given up. */
const MOST_QUICK_FAILURES = 5;
const QUICK_FAILURE_MS = 60_000;

/** See RotatingLogOptions. */
export type LogLimits = Pick<RotatingLogOptions, 'mostBytes' | 'keptFiles'>;

export interface ServiceOptions {
  readonly name: string;
  /** Script and arguments for Node. */
  readonly script: readonly string[];
  readonly workingFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** When the log is put aside, and how many older ones are kept. */
  readonly logLimits: LogLimits;
  /** Address that answers with a status below 500 once the service is ready. */
  readonly healthUrl?: string;
  readonly startTimeoutMs?: number;
}

export interface Service {
  readonly name: string;
  /** Settles only when the service is given up; rejects with the reason. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts a service and waits until it is healthy.
 *
 * @throws {CliError} `SERVICE_FAILED` with the last line the service wrote and the path of its log.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { promise: failed, reject: giveUp } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  let isStopping = false;
  let quickFailures = 0;
  // One for all launches, so that two processes never put the same file aside.
  const log = new RotatingLog({ file: options.logFile, ...options.logLimits });
  let child = launch(options, log);

  const watch = (current: ChildProcess, startedAt: number): void => {
    const ended = () => {
      if (isStopping) return;
      quickFailures = performance.now() - startedAt < QUICK_FAILURE_MS ? quickFailures + 1 : 1;
      if (quickFailures >= MOST_QUICK_FAILURES) {
        void describeFailure(options).then(giveUp, giveUp);
        return;
      }
      void delay(250 * quickFailures).then(() => {
        if (isStopping) return;
        child = launch(options, log);
        watch(child, performance.now());
      });
    };
    // It may have ended in the moment after its last answer.
    if (hasEnded(current)) ended();
    else current.once('exit', ended);
  };

  try {
    await becomeHealthy(child, options);
  } catch (error) {
    await endLog(child, log);
    throw error;
  }
  watch(child, performance.now());

  return {
    name: options.name,
    failed,
    stop: async () => {
      isStopping = true;
      await stopProcess(child);
      await endLog(child, log);
    },
  };
}

function launch(options: ServiceOptions, log: RotatingLog): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', EXIT_WITH_PARENT, ...options.script],
    {
      cwd: options.workingFolder,
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own, so that Ctrl-C reaches the supervisor only and services end in order.
      detached: true,
    },
  );
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  return child;
}

/** Waits for the last words; what a process that outlives its parent says later is not kept. */
async function endLog({ stdout, stderr }: ChildProcess, log: RotatingLog): Promise<void> {
  const pipes = [stdout, stderr].filter((pipe) => pipe !== null);
  const spoken = Promise.all(
    pipes.filter(({ closed }) => !closed).map((pipe) => once(pipe, 'close')),
  );
  await Promise.race([spoken, delay(LAST_WORDS_MS)]);
  for (const pipe of pipes) pipe.unpipe(log);
  log.end();
}

async function becomeHealthy(child: ChildProcess, options: ServiceOptions): Promise<void> {
  if (options.healthUrl === undefined) return;
  const deadline = performance.now() + (options.startTimeoutMs ?? 60_000);
  while (performance.now() < deadline) {
    if (hasEnded(child)) throw await describeFailure(options);
    if (await answers(options.healthUrl)) return;
    await delay(HEALTH_POLL_MS);
  }
  await stopProcess(child);
  throw new CliError(
    'SERVICE_FAILED',
    `The ${options.name} did not answer in time; its log ${options.logFile} says why.`,
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    // Nothing listens yet: the caller asks again until its deadline.
    return false;
  }
}

async function describeFailure(options: ServiceOptions): Promise<CliError> {
  const log = await readFile(options.logFile, 'utf8').catch(() => '');
  const lines = log.trimEnd().split('\n').slice(-LOG_LINES_SEARCHED);
  // Node's own report of a crash ends with its version; the line that says why stands further up.
  const reason = lines.findLast((line) => /error|colloid|cannot/i.test(line)) ?? lines.at(-1) ?? '';
  return new CliError(
    'SERVICE_FAILED',
    `The ${options.name} stopped: ${reason === '' ? 'it wrote nothing' : reason.trim()} (log: ${options.logFile}).`,
  );
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.kill('SIGTERM');
  const timeout = new AbortController();
  const overdue = delay(LONGEST_STOP_MS, 'overdue', { signal: timeout.signal }).catch(
    () => 'ended',
  );
  if ((await Promise.race([exited, overdue])) === 'overdue') child.kill('SIGKILL');
  timeout.abort();
  await exited;
}
