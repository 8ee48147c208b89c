/** @file How the installation is, from the database and the workers' own reports; the gateway itself never computes. */
import type { WorkerReport } from '@colloid/catalog';

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
    providers: PROVIDERS.map((name) => providerStatus(name, workers)),
    workers,
  };
}

/** Available where some worker says so; else the reason that a worker gives. */
function providerStatus(
  name: string,
  workers: readonly WorkerReport[],
): SystemSource['providers'][number] {
  const said = workers.flatMap((worker) =>
    worker.providers.filter((provider) => provider.name === name),
  );
  const available =
    said.some((provider) => provider.available) ||
    workers.some((worker) => worker.provider === name);
  if (available) return { name, available, reason: null };
  const reason =
    workers.length === 0
      ? 'No worker is running; start one with ./colloid worker.'
      : (said.find((provider) => provider.reason != null)?.reason ??
        `None of the running workers can compute on ${name}.`);
  return { name, available, reason };
}
