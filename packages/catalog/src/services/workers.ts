/** @file Which workers are there, by their own reports. Trusted: no actor. */

import { z } from 'zod';
import type { ServiceContext } from '../context.ts';
import type { Worker } from '../generated/client.ts';

/** A worker that has been silent for this long is forgotten. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60 * 1000;

const ZWorkerProvider = z.object({
  name: z.string(),
  available: z.boolean(),
  reason: z.string().nullish(),
});

/** Something a worker could compute on, or why it cannot. */
export type WorkerProvider = z.infer<typeof ZWorkerProvider>;

/** A worker as it last reported itself. */
export type WorkerReport = Omit<Worker, 'providers'> & {
  readonly providers: readonly WorkerProvider[];
};

/** Workers. */
export interface WorkerService {
  /** Says that a worker is there; call it every few seconds. `id` is a UUID of the process. */
  reportWorker(input: {
    readonly id: string;
    readonly machine: string;
    /** What it computes on. */
    readonly provider: string;
    /** @default [] */
    readonly providers?: readonly WorkerProvider[] | undefined;
  }): Promise<void>;
  /** Takes a worker that stops off the list. */
  removeWorker(id: string): Promise<void>;
  /** Workers seen lately, the last one first. @default seenWithinSeconds 60 */
  listWorkers(input?: { readonly seenWithinSeconds?: number }): Promise<WorkerReport[]>;
}

/** Makes the service of workers. */
export function createWorkerService({ prisma }: ServiceContext): WorkerService {
  return {
    async reportWorker({ id, machine, provider, providers = [] }) {
      const lastSeenAt = new Date();
      const data = {
        machine,
        provider,
        providers: ZWorkerProvider.array().parse(providers),
        lastSeenAt,
      };
      await prisma.worker.upsert({ where: { id }, create: { id, ...data }, update: data });
      await prisma.worker.deleteMany({
        where: { lastSeenAt: { lt: new Date(lastSeenAt.getTime() - FORGOTTEN_AFTER_MS) } },
      });
    },

    async removeWorker(id) {
      await prisma.worker.deleteMany({ where: { id } });
    },

    async listWorkers({ seenWithinSeconds = 60 } = {}) {
      const rows = await prisma.worker.findMany({
        where: { lastSeenAt: { gte: new Date(Date.now() - seenWithinSeconds * 1000) } },
        orderBy: { lastSeenAt: 'desc' },
      });
      return rows.map(({ providers, ...row }) =>
        Object.assign(row, { providers: ZWorkerProvider.array().parse(providers) }),
      );
    },
  };
}
