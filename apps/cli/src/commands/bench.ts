/** @file `./colloid bench`: runs one of the benchmarks, which lie outside the applications because they measure packages. */

import { spawn } from 'node:child_process';

import { inRepository } from '../repository.ts';

export type Benchmark = 'gradient' | 'langevin' | 'pairs';

/** Runs it to its end with its own options; its output is the command's, and so is its exit status. */
export function runBenchmark(name: Benchmark, options: readonly string[]): Promise<void> {
  const file = inRepository('benchmarks', `${name}.ts`);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', file, ...options],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) process.exitCode = code ?? 1;
      resolve();
    });
  });
}
