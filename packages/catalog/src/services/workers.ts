/** @file Which workers are there, by their own reports. Trusted: no actor. */

import type { ServiceContext } from '../context.ts';
import type { Worker } from '../generated/client.ts';

/** A worker that has been silent for this long is forgotten. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000;

/** Workers. */
export interface WorkerService {
  /** Says that a worker is there; call it every few seconds. `id` is a UUID of the process. */
  reportWorker(input: {
    readonly id: string;
    readonly machine: string;
    readonly provider: string;
  }): Promise<void>;
  /** Takes a worker that stops off the list. */
  removeWorker(id: string): Promise<void>;
  /** Workers seen within the last `withinSeconds`, newest first. @default withinSeconds 60 */
  listWorkers(input?: { readonly withinSeconds?: number }): Promise<Worker[]>;
}

/** Makes the service of workers. */
export function createWorkerService({ prisma }: ServiceContext): WorkerService {
  return {
    async reportWorker(worker) {
      const lastSeenAt = new Date();
      await prisma.worker.upsert({
        where: { id: worker.id },
        create: { ...worker, lastSeenAt },
        update: { ...worker, lastSeenAt },
      });
      await prisma.worker.deleteMany({
        where: { lastSeenAt: { lt: new Date(lastSeenAt.getTime() - FORGOTTEN_AFTER_MS) } },
      });
    },

    async removeWorker(id) {
      await prisma.worker.deleteMany({ where: { id } });
    },

    listWorkers: ({ withinSeconds = 60 } = {}) =>
      prisma.worker.findMany({
        where: { lastSeenAt: { gte: new Date(Date.now() - withinSeconds * 1000) } },
        orderBy: { lastSeenAt: 'desc' },
      }),
  };
}
