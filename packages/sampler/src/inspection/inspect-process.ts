/** @file The process in which an unknown model is parsed and run; its parent watches time and memory. */

import { openRuntime } from '../runtime/index.ts';
import type { InspectionJob, InspectionMessage } from './guard-protocol.ts';
import { inspectModel } from './inspect-model.ts';

const tell = (message: InspectionMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

process.once('message', (job: InspectionJob) => {
  void work(job).finally(() => process.exit());
});
// Without a parent nobody wants the result.
process.once('disconnect', () => process.exit(1));

async function work(job: InspectionJob): Promise<void> {
  try {
    const runtime = await openRuntime({
      provider: job.provider,
      ...(job.threads === null ? {} : { threads: job.threads }),
      // Whoever watches this process does not see the memory of another, nor end it.
      ownProcesses: false,
    });
    const { report, samples } = await inspectModel(job.folder, {
      runtime,
      clock: () => performance.now() / 1000,
      onCheck: (event) => void tell({ kind: 'check', event }),
    });
    await tell({ kind: 'done', report, samples });
  } catch (error) {
    await tell({ kind: 'fault', message: error instanceof Error ? error.message : String(error) });
  }
}
