/** @file Peak memory of loading a gradient and of running it, in a process of its own, against what its stored activations need. Linux only. */

import { fork } from 'node:child_process';
import { once } from 'node:events';

import type { PairName } from './pairs.ts';
import { heldBytes, mostWhile } from './process-memory.ts';

const MEGABYTE = 1e6;

export interface MemoryReport {
  /** Most memory while the gradient was built and loaded, helping processes with it, less what was held with the models read. */
  readonly loadMegabytes: number;
  /** Of `loadMegabytes` without the weights once, the multiple of what is stored. */
  readonly loadRatio: number;
  /** The weights of the gradient graph, once. */
  readonly weightMegabytes: number;
  /** Most memory in the run with all weights, less what was held with the models read. */
  readonly wholeMegabytes: number;
  /** Most memory of the values in the run: beyond what was there with the graph loaded, and run on one image where its batch is free. */
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

/** What the process has come to; it waits for an answer after each but the last. */
export type MemoryStage =
  | { readonly stage: 'models' }
  | { readonly stage: 'loaded' }
  | {
      readonly stage: 'ran';
      readonly peakBytes: number;
      readonly storedBytes: number;
      readonly weightBytes: number;
    };

export async function measureMemory(options: MemoryOptions): Promise<MemoryReport> {
  const child = fork(new URL('memory-process.ts', import.meta.url), [JSON.stringify(options)], {
    execArgv: ['--expose-gc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process that measures memory ended with ${code}`);
  });
  ended.catch(() => undefined);
  const stage = async (): Promise<MemoryStage> =>
    ((await Promise.race([once(child, 'message'), ended])) as [MemoryStage])[0];
  const held = (): Promise<number> => heldBytes(child.pid ?? 0);
  await stage();
  const start = await held();
  const loading = stage();
  child.send('load');
  const load = (await mostWhile(held, loading)) - start;
  const running = stage();
  child.send('run');
  const whole = (await mostWhile(held, running)) - start;
  const ran = await running;
  if (ran.stage !== 'ran') throw new Error('internal error: the process told no result');
  const { peakBytes, storedBytes, weightBytes } = ran;
  return {
    loadMegabytes: load / MEGABYTE,
    loadRatio: (load - weightBytes) / storedBytes,
    weightMegabytes: weightBytes / MEGABYTE,
    wholeMegabytes: whole / MEGABYTE,
    peakMegabytes: peakBytes / MEGABYTE,
    storedMegabytes: storedBytes / MEGABYTE,
    ratio: peakBytes / storedBytes,
  };
}
