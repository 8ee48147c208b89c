/** @file PyTorch beside us: a Python process that runs the same graph when asked, where there is one with torch. */

import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { exportGraph } from './export-graph.ts';
import type { ExportedRun } from './export-graph.ts';

const RUNNER = fileURLToPath(new URL('pytorch_runner.py', import.meta.url));

/**
 * How glibc gives memory to the process. 'tuned': it keeps large blocks, whose return to the system after every operator costs PyTorch page
 * faults, and takes large pages where this process does. 'default': as PyTorch runs where nobody has tuned anything.
 */
export type Allocator = 'tuned' | 'default';

const TUNED = {
  MALLOC_TRIM_THRESHOLD_: '4294967296',
  MALLOC_MMAP_THRESHOLD_: '4294967296',
  MALLOC_TOP_PAD_: '268435456',
};

export interface TimedRun {
  readonly seconds: number;
  /** First row of the result. */
  readonly firstRow: readonly number[];
}

export interface Settings {
  readonly torch: string;
  readonly threads: number;
  readonly channelsLast: boolean;
}

/** A Python process with one graph loaded. The caller closes it. */
export class PyTorch {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #folder: string;

  private constructor(child: ChildProcessWithoutNullStreams, folder: string) {
    this.#child = child;
    this.#folder = folder;
    // A process that ended is noticed by its missing answer.
    child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts `python` on a graph, with the faster of its settings; null where that has no torch. */
  static async open(
    python: string,
    run: ExportedRun & { readonly threads: number; readonly allocator: Allocator },
  ): Promise<{ readonly pytorch: PyTorch; readonly settings: Settings } | null> {
    const folder = await exportGraph(run);
    const child = spawn(python, [RUNNER], {
      stdio: 'pipe',
      env: { ...environment(run.allocator), COLLOID_BENCH_THREADS: String(run.threads) },
    });
    const started = await new Promise<boolean>((resolve) => {
      child.once('spawn', () => resolve(true));
      child.once('error', () => resolve(false));
    });
    const pytorch = new PyTorch(child, folder);
    const settings = started ? await pytorch.#ask<Settings>({ load: folder }) : null;
    if (settings !== null) return { pytorch, settings };
    await pytorch.close();
    return null;
  }

  /** Runs once. @throws Error with what PyTorch says */
  async run(what: 'forward' | 'gradient'): Promise<TimedRun> {
    const answer = await this.#ask<TimedRun>({ run: what, repeats: 1 });
    if (answer === null) throw new Error('the PyTorch process ended');
    return answer;
  }

  async close(): Promise<void> {
    this.#child.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Null when the process ended without an answer, as it does where torch cannot be imported. */
  async #ask<Answer>(request: unknown): Promise<Answer | null> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) return null;
    const answer = JSON.parse(line.value) as Answer & { readonly error?: string };
    if (answer.error !== undefined) throw new Error(`PyTorch: ${answer.error}`);
    return answer;
  }
}

function environment(allocator: Allocator): NodeJS.ProcessEnv {
  if (allocator === 'tuned') return { ...process.env, ...TUNED };
  const { GLIBC_TUNABLES: _ours, ...others } = process.env;
  return others;
}
