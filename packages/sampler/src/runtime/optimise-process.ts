/** @file The process in which onnxruntime optimises one large graph for this machine's CPU and writes what comes of it. */

import { env, InferenceSession } from 'onnxruntime-node';

import { nativeOptions } from './native-options.ts';
import { MAPPED_WEIGHTS, type OptimiseJob, type OptimiseMessage } from './optimise-protocol.ts';

/**
 * Smaller ones are in the model itself. onnxruntime puts tensors above a mebibyte at pages of the file and others anywhere, and its kernels may
 * read weights at multiples of 64 bytes: matrices that it wrote in the order of its kernels (save_external_prepacked_constant_initializers)
 * were not, and crashed it (1.30). So those are put in order by each session.
 */
const LEAST_MAPPED_BYTES = 1024 ** 2 + 1;

env.logLevel = 'fatal';
process.once('message', (job: OptimiseJob) => {
  void work(job).then((message) => process.send?.(message, () => process.exit()));
});
// Without a parent nobody wants the result.
process.once('disconnect', () => process.exit(1));

async function work({ model, optimised }: OptimiseJob): Promise<OptimiseMessage> {
  try {
    const session = await InferenceSession.create(model, {
      ...nativeOptions({ provider: 'cpu', threads: 1, spinMicroseconds: 0 }),
      // What is freed on the way is given back, where an arena keeps it.
      enableCpuMemArena: false,
      optimizedModelFilePath: optimised,
      extra: {
        session: {
          optimized_model_external_initializers_file_name: MAPPED_WEIGHTS,
          optimized_model_external_initializers_min_size_in_bytes: String(LEAST_MAPPED_BYTES),
        },
      },
    });
    await session.release();
    return { kind: 'done' };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
