/** @file Counts of what a query selects: per kind, and by distance in buckets. */

import type { Db } from '../context.ts';
import { Prisma, type SampleKind } from '../generated/client.ts';
import type { Selection } from './sample-query.ts';

/** Counts in `counts.length` buckets of equal width between two angles. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** What a query selects, in numbers. Angles in radians. */
export interface SampleFacets {
  readonly sampleCount: number;
  readonly identityCount: number;
  readonly kinds: readonly { readonly kind: SampleKind; readonly count: number }[];
  /** Distances of variations to their references; references are not counted. */
  readonly distanceToReference: Histogram;
  /** Distances of the identities to their nearest ones, within the run that made them. */
  readonly nearestDistance: Histogram;
}

/** Width of a bucket in radians, and how many there are from 0: the last one takes the largest angle, π. */
const BUCKET_RADIANS = 0.05;
const BUCKETS = 63;

/** Null for an angle that was not measured: LEAST by itself would leave the null out and take the last bucket. */
const bucketOf = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`CASE WHEN ${column} IS NOT NULL THEN LEAST(${BUCKETS - 1}::int, floor(${column} / ${BUCKET_RADIANS}::float8)::int) END`;

/** Reads the facets in two statements, whatever the number of rows. */
export async function readFacets(db: Db, { source, condition }: Selection): Promise<SampleFacets> {
  const [samples, identities] = await Promise.all([
    db.$queryRaw<{ kind: SampleKind; bucket: number | null; count: bigint }[]>`
      SELECT s."kind", ${bucketOf(Prisma.sql`s."distanceToReference"`)} AS "bucket", count(*) AS "count"
      FROM ${source} WHERE ${condition} GROUP BY 1, 2`,
    db.$queryRaw<{ bucket: number | null; count: bigint }[]>`
      SELECT ${bucketOf(Prisma.sql`n."nearestDistance"`)} AS "bucket", count(*) AS "count"
      FROM (SELECT s."runId", s."identityOrdinal" FROM ${source} WHERE ${condition}
        GROUP BY s."runId", s."identityOrdinal") g
      JOIN "identity" n ON n."runId" = g."runId" AND n."ordinal" = g."identityOrdinal" GROUP BY 1`,
  ]);
  const kinds = (['REFERENCE', 'VARIATION'] as const).map((kind) => ({
    kind,
    count: sum(samples.filter((row) => row.kind === kind)),
  }));
  return {
    sampleCount: sum(samples),
    identityCount: sum(identities),
    kinds,
    distanceToReference: histogram(samples.filter((row) => row.kind === 'VARIATION')),
    nearestDistance: histogram(identities),
  };
}

function histogram(
  rows: readonly { readonly bucket: number | null; readonly count: bigint }[],
): Histogram {
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const { bucket, count } of rows) {
    if (bucket !== null) counts[bucket] = (counts[bucket] ?? 0) + Number(count);
  }
  return { from: 0, to: BUCKETS * BUCKET_RADIANS, counts };
}

function sum(rows: readonly { readonly count: bigint }[]): number {
  return rows.reduce((total, row) => total + Number(row.count), 0);
}
