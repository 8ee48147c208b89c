/** @file `./colloid bench`: runs one of the benchmarks, which lie outside the applications because they measure packages. */

import { spawn } from 'node:child_process';

import { CliError } from '../errors.ts';
import { inRepository } from '../repository.ts';

const BENCHMARKS = ['effect', 'gradient', 'langevin', 'pairs'];

/**
 * Runs it to its end with its own options; its output is the command's, and so is its exit status.
 *
 * @throws {CliError} `UNKNOWN_BENCHMARK`
 */
export function runBenchmark(name: string, options: readonly string[]): Promise<void> {
  if (!BENCHMARKS.includes(name)) {
    throw new CliError(
      'UNKNOWN_BENCHMARK',
      `There is no benchmark '${name}'; name one of ${BENCHMARKS.join(', ')}.`,
    );
  }
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
