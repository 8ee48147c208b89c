/** @file How the installation is. */
import type { WorkerReport } from '@colloid/catalog';

import { objectType } from '../nexus.ts';

/** See the GraphQL type SystemStatus. */
export interface SystemSource {
  readonly version: string;
  readonly database: string;
  readonly objectStore: string;
  readonly providers: {
    readonly name: string;
    readonly available: boolean;
    readonly reason: string | null;
  }[];
  readonly workers: WorkerReport[];
}

export const SystemStatus = objectType({
  name: 'SystemStatus',
  description: 'How this installation of Colloid is.',
  definition(t) {
    t.string('version', { description: 'Version of Colloid.' });
    t.string('database', { description: 'The database in words: product and version.' });
    t.string('objectStore', { description: 'Where objects are kept, in words.' });
    t.list.field('providers', {
      type: 'ProviderStatus',
      description: 'What runs can compute on here, as the running workers report it.',
    });
    t.list.field('workers', {
      type: 'WorkerStatus',
      description: 'Workers heard of within the last minute, latest first.',
    });
  },
});

export const ProviderStatus = objectType({
  name: 'ProviderStatus',
  description: 'One thing that runs can compute on.',
  definition(t) {
    t.string('name', { description: 'cpu, cuda or webgpu.' });
    t.boolean('available', { description: 'Whether a running worker computes on it.' });
    t.nullable.string('reason', { description: 'Why not; null where it is available.' });
  },
});

export const WorkerStatus = objectType({
  name: 'WorkerStatus',
  description: 'A worker that takes runs from the queue.',
  definition(t) {
    t.string('machine', { description: 'Name of the machine it runs on.' });
    t.string('provider', { description: 'What it computes on: cpu, cuda or webgpu.' });
    t.field('lastSeenAt', { type: 'DateTime', description: 'When it last said that it is there.' });
  },
});
