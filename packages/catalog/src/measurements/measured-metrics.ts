/** @file The metrics of a version with those that were measured of it later. */

import type { Db } from '../context.ts';
import type { DatasetVersion, Prisma } from '../generated/client.ts';

/** What was measured later, per version id; a version that nobody has measured since is absent. */
export async function measuredMetrics(
  db: Db,
  versionIds: readonly string[],
  dataset: Prisma.DatasetWhereInput = {},
): Promise<ReadonlyMap<string, Prisma.JsonObject>> {
  const rows = await db.measurement.findMany({
    where: {
      versionId: { in: [...versionIds] },
      galleryId: null,
      state: 'DONE',
      version: { dataset },
    },
    select: { versionId: true, metrics: true },
  });
  return new Map(rows.map(({ versionId, metrics }) => [versionId, metrics as Prisma.JsonObject]));
}

/** Both together. What the version was committed with stays: a measurement adds to it. */
export function withMeasured(
  version: Pick<DatasetVersion, 'metrics'>,
  measured: Prisma.JsonObject | null | undefined,
): Prisma.JsonObject {
  return { ...measured, ...(version.metrics as Prisma.JsonObject) };
}
