/** @file Putting several versions of a dataset together into one. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { DatasetVersion } from '../generated/client.ts';
import { findCollisions } from './merge-collisions.ts';
import { beginVersion, finishVersion } from './new-version.ts';

/** What to do with a run that several of the versions hold: refuse, or keep each of its samples once. */
export type MergeCollision = 'REFUSE' | 'UNITE';

/** Makes the version inside a transaction. @throws CatalogError CONFLICT naming the runs and versions that collide */
export async function mergeVersions(
  tx: Db,
  input: {
    readonly datasetId: string;
    /** Versions of the dataset, at least two. */
    readonly versions: readonly DatasetVersion[];
    readonly onCollision: MergeCollision;
    readonly message: string;
    readonly authorId: string;
  },
): Promise<DatasetVersion> {
  const ids = input.versions.map((version) => version.id);
  const { overlaps, twins, byRun } = await findCollisions(tx, ids);
  if (overlaps.length > 0 && input.onCollision === 'REFUSE') {
    const which = overlaps.map(
      ({ runNumber, versionNumbers }) =>
        `run ${runNumber} is part of versions ${versionNumbers.join(' and ')}`,
    );
    throw new CatalogError(
      'CONFLICT',
      `The versions overlap: ${which.join('; ')}. Leave one out, or ask to unite them, which keeps each sample once.`,
      { path: ['versionIds'] },
    );
  }
  if (twins[0] !== undefined) {
    throw new CatalogError(
      'CONFLICT',
      `Runs ${twins[0].join(' and ')} made the same faces, so the union would hold each of them twice; leave one out.`,
      { path: ['versionIds'] },
    );
  }

  const merged = await beginVersion(tx, {
    datasetId: input.datasetId,
    origin: 'MERGE',
    message: input.message,
    authorId: input.authorId,
    parentIds: ids,
  });
  await tx.versionPart.createMany({
    data: [...byRun].map(([runId, group]) => ({
      versionId: merged.id,
      runId,
      // Where one has the whole run, so has the union.
      stride: group.some((part) => part.stride === null) ? null : (group[0]?.stride ?? null),
    })),
  });
  await tx.$executeRaw`
    INSERT INTO "selection_block" ("versionId", "runId", "entity", "block", "bits")
    SELECT ${merged.id}::uuid, b."runId", b."entity", b."block", bit_or(b."bits")
    FROM "selection_block" b
    JOIN "version_part" p ON p."versionId" = ${merged.id}::uuid AND p."runId" = b."runId" AND p."stride" IS NOT NULL
    WHERE b."versionId" = ANY(${ids}::uuid[])
    GROUP BY b."runId", b."entity", b."block"`;
  return finishVersion(tx, merged.id);
}
