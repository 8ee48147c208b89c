/**
 * @file Has onnxruntime optimise a graph in a process of its own, once for all threads that will run it: folded constants, and weights in
 * blocks of channels. Sessions of what is written map the large weights, and share them; what optimising took is given back with
 * the process.
 */

import { fork } from 'node:child_process';
import { dirname } from 'node:path';

import type { OptimiseJob, OptimiseMessage } from './optimise-protocol.ts';
import { publicEnvironment } from './public-environment.ts';

/**
 * Without these, glibc keeps weights that were freed on the way (1.30 on StyleGAN2-64 with IResNet-18: 0.4 GB of them at the end), since blocks
 * of up to 32 MB come to count as small. Large pages would round each of those blocks up.
 */
const ALLOCATOR = {
  GLIBC_TUNABLES: undefined,
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/**
 * Writes the graph of `model` as it runs on this machine's CPU, and only there. Both are paths; weights go beside `optimised`.
 *
 * @throws Error with onnxruntime's message, or with how the process ended
 */
export async function optimise(job: OptimiseJob): Promise<void> {
  const child = fork(new URL('./optimise-process.ts', import.meta.url), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // onnxruntime leaves files of its own in the temporary folder, which go with ours.
    env: { ...publicEnvironment(process.env), ...ALLOCATOR, TMPDIR: dirname(job.optimised) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let message: OptimiseMessage | undefined;
  child.once('message', (told: OptimiseMessage) => (message = told));
  const ending = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(signal === null ? `status ${code}` : `signal ${signal}, as when memory has run out`);
    });
    child.send(job, (error) => {
      if (error !== null) reject(error);
    });
  });
  if (message === undefined) throw new Error(`the process that optimises it ended with ${ending}.`);
  if (message.kind === 'failed') throw new Error(message.message);
}
