/** @file How the installation is, from the database and the workers' own reports; the gateway itself never computes. */
import type { Services } from '../../context.ts';
import manifest from '../../../package.json' with { type: 'json' };
import type { SystemSource } from './types.ts';

const PROVIDERS = ['cpu', 'cuda', 'webgpu'] as const;

const STORES = {
  memory: 'Memory of the gateway: lost when it stops',
  filesystem: 'Files in the data folder',
  s3: 'S3-compatible object store',
} as const;

/** See the GraphQL type SystemStatus. */
export async function readSystem({ catalog, store }: Services): Promise<SystemSource> {
  const [{ version }, workers] = await Promise.all([catalog.ping(), catalog.workers.listWorkers()]);
  return {
    version: manifest.version,
    database: `PostgreSQL ${version}`,
    objectStore: STORES[store.kind],
    providers: PROVIDERS.map((name) => {
      const available = workers.some((worker) => worker.provider === name);
      return { name, available, reason: available ? null : reasonAgainst(name, workers.length) };
    }),
    workers,
  };
}

function reasonAgainst(name: string, workers: number): string {
  return workers === 0
    ? 'No worker is running; start one with ./colloid worker.'
    : `None of the ${workers} running worker(s) computes on ${name}.`;
}
