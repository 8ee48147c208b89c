/** @file Imports as people start them, on a database and store of their own: what tests of imports begin with. */

import { randomUUID } from 'node:crypto';

import type { Catalog, DatasetVersion, NewImport, Run } from '@colloid/catalog';
import { makePng, type TarContent } from '@colloid/formats/testing';
import { type ObjectStore, putContent } from '@colloid/storage';

import { openReleaseWorld, type ReleaseWorld } from './release-world.ts';

const ROOM = { maxIdentities: 1000, maxSamples: 10_000, minSeparation: 0 };

export interface ImportWorld extends ReleaseWorld {
  readonly recogniserVersionId: string;
  /** A dataset with that budget. */
  openDataset(room?: typeof ROOM): Promise<string>;
  /** Uploads the tar files and queues their import, of a folder into a new dataset where nothing else is said. */
  queueImport(tars: readonly Uint8Array[], options?: Partial<NewImport>): Promise<Run>;
  /** Lines of the run's log, each after its level. */
  logOf(runId: string): Promise<string[]>;
  versionOf(runId: string): Promise<DatasetVersion>;
  /** Bytes of every sample, by `identity/ordinal`. */
  imagesOf(runId: string): Promise<Map<string, Buffer>>;
}

/** A plain image of the tiny recogniser's proportions; different seeds, different images. */
export function face(seed: number, size = 24): Uint8Array {
  const color = [(seed * 53) % 256, (seed * 97) % 256, (seed * 151) % 256] as const;
  return makePng(color, { width: size, height: size });
}

/** Files of a folder with so many images of each identity. */
export function folderOf(identities: Readonly<Record<string, number>>): TarContent[] {
  return Object.entries(identities).flatMap(([name, count], identity) =>
    Array.from({ length: count }, (_, image) => ({
      name: `${name}/${image}.png`,
      bytes: face(identity * 10 + image),
    })),
  );
}

/** Opens a world of releases with a recogniser to import by. */
export async function openImportWorld(): Promise<ImportWorld> {
  const world = await openReleaseWorld();
  const { catalog, store, seeded } = world;
  const { actor, teamId } = seeded;
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const openDataset: ImportWorld['openDataset'] = async (room = ROOM) => {
    const slug = `d-${randomUUID().slice(0, 8)}`;
    const { id } = await catalog.datasets.createDataset({ actor, teamId, slug, title: slug });
    await catalog.budgets.setIdentityBudget({ actor, scope: { datasetId: id }, ...room });
    return id;
  };
  const logOf = async (runId: string): Promise<string[]> => {
    const orderBy = { sequence: 'asc' } as const;
    const lines = await catalog.prisma.runLogLine.findMany({ where: { runId }, orderBy });
    return lines.map(({ level, message }) => `${level} ${message}`);
  };
  return {
    ...world,
    recogniserVersionId: models.find(({ kind }) => kind === 'RECOGNISER')?.id ?? '',
    openDataset,
    logOf,
    async queueImport(tars, options = {}) {
      const files = [];
      for (const [index, bytes] of tars.entries()) {
        const { digest, sizeBytes } = await putContent(store, bytes);
        files.push({ name: `faces-${index}.tar`, digest, sizeBytes });
      }
      const defaults = { source: 'FOLDER', name: 'faces', isSynthetic: false } as const;
      const datasetId = options.datasetId ?? (await openDataset());
      return catalog.runs.createImport(
        { actor, ...defaults, files, ...options, datasetId },
        async () => undefined,
      );
    },
    async versionOf(runId) {
      const [versions] = await catalog.versions.versionsOfRuns({ actor, runIds: [runId] });
      const [version] = versions ?? [];
      if (version === undefined) throw new Error((await logOf(runId)).join('\n'));
      return version;
    },
    imagesOf: (runId) => readImages({ catalog, store }, runId),
  };
}

async function readImages(
  { catalog, store }: { readonly catalog: Catalog; readonly store: ObjectStore },
  runId: string,
): Promise<Map<string, Buffer>> {
  const shards = (await catalog.rows.shardsOfRun(runId)).filter(({ kind }) => kind === 'IMAGES');
  const samples = await catalog.prisma.sample.findMany({
    where: { runId },
    orderBy: [{ identityOrdinal: 'asc' }, { ordinal: 'asc' }],
  });
  const found = new Map<string, Buffer>();
  for (const { identityOrdinal, ordinal, imageShard, imageOffset, imageLength } of samples) {
    const key = shards.find((shard) => shard.ordinal === imageShard)?.objectKey ?? '';
    const bytes = await store.getRange(key, Number(imageOffset), imageLength);
    found.set(`${identityOrdinal}/${ordinal}`, Buffer.from(bytes));
  }
  return found;
}
