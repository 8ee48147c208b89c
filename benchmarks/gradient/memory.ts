/** @file Peak memory of one gradient, in a process of its own, against what its stored activations need. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { PairName } from './pairs.ts';

const PROCESS = fileURLToPath(new URL('memory-process.ts', import.meta.url));

export interface MemoryReport {
  /** Most memory of the process while graphs were loaded, less what it held with the models read: paid once. */
  readonly loadMegabytes: number;
  /** Most memory of the process in the run, less what it held with the graph loaded, and run on one image where its batch is free. */
  readonly peakMegabytes: number;
  /** Forward values that the gradient reads. */
  readonly storedMegabytes: number;
  readonly ratio: number;
}

export interface MemoryOptions {
  readonly pair: PairName;
  readonly batch: number;
  readonly threads: number;
  /** Most megabytes that values may need; activations are recomputed to stay below. */
  readonly limitMegabytes?: number | undefined;
  /** Most megabytes that faster forms may add to the weights. */
  readonly weightMegabytes?: number | undefined;
}

export function measureMemory(options: MemoryOptions): Promise<MemoryReport> {
  const child = spawn(process.execPath, [PROCESS, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as MemoryReport);
      else reject(new Error(`the process that measures memory ended with ${code}`));
    });
  });
}
