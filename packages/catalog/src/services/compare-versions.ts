/** @file What two versions differ in: identities and samples by their bits, metrics one by one. */

import type { Db } from '../context.ts';
import type { DatasetVersion, Identity, Prisma } from '../generated/client.ts';
import { measuredMetrics, withMeasured } from '../measurements/measured-metrics.ts';
import { identityMembership, type VersionScope } from '../selection/version-scope.ts';
import { contentsOfRuns } from './new-version.ts';

/** Members of one kind in two versions. */
export interface MemberDifference {
  readonly kept: number;
  readonly added: number;
  readonly removed: number;
}

/** One number of the versions' metrics; null where a version has none. */
export interface MetricDifference {
  /** Where it stands in the metrics, with dots: `theta.min`. */
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** From one version to another. */
export interface VersionComparison {
  readonly before: DatasetVersion;
  readonly after: DatasetVersion;
  readonly identities: MemberDifference;
  readonly samples: MemberDifference;
  readonly metrics: readonly MetricDifference[];
}

interface Overlap {
  readonly runId: string;
  readonly entity: 'IDENTITY' | 'SAMPLE';
  readonly kept: number;
}

/** Counts the differences, in statements whose number does not depend on that of rows. */
export async function compareVersions(
  db: Db,
  pair: { readonly before: DatasetVersion; readonly after: DatasetVersion },
): Promise<VersionComparison> {
  const { before, after } = pair;
  const ids = [before.id, after.id];
  const parts = await db.versionPart.findMany({ where: { versionId: { in: ids } } });
  const shared = [...Map.groupBy(parts, (part) => part.runId)]
    .filter(([, group]) => group.length === 2)
    .map(([runId, group]) => ({ runId, partial: group.filter((part) => part.stride !== null) }));
  const whole = await contentsOfRuns(
    db,
    shared.filter((run) => run.partial.length === 0).map((run) => run.runId),
  );
  // Where one of the two holds the whole run, all of the other's is kept.
  const overlaps = await db.$queryRaw<Overlap[]>`
    SELECT b."runId", b."entity", sum(bit_count(b."bits"))::int AS "kept" FROM (
      SELECT b."runId", b."entity", b."block", bit_and(b."bits") AS "bits", count(*) AS "versions"
      FROM "selection_block" b WHERE b."versionId" = ANY(${ids}::uuid[])
        AND b."runId" = ANY(${shared.map((run) => run.runId)}::uuid[])
      GROUP BY b."runId", b."entity", b."block"
    ) b
    JOIN (SELECT "runId", count("stride") AS "partial" FROM "version_part"
      WHERE "versionId" = ANY(${ids}::uuid[]) GROUP BY "runId") p ON p."runId" = b."runId" AND p."partial" = b."versions"
    GROUP BY b."runId", b."entity"`;
  const measured = await measuredMetrics(db, ids);
  const kept = (entity: Overlap['entity'], field: 'identities' | 'samples') =>
    overlaps
      .filter((overlap) => overlap.entity === entity)
      .reduce((sum, overlap) => sum + overlap.kept, 0) +
    [...whole.values()].reduce((sum, run) => sum + run[field], 0);
  const difference = (
    entity: Overlap['entity'],
    field: 'identities' | 'samples',
    count: 'identityCount' | 'sampleCount',
  ): MemberDifference => {
    const both = before.id === after.id ? before[count] : kept(entity, field);
    return { kept: both, added: after[count] - both, removed: before[count] - both };
  };
  return {
    before,
    after,
    identities: difference('IDENTITY', 'identities', 'identityCount'),
    samples: difference('SAMPLE', 'samples', 'sampleCount'),
    metrics: compareMetrics(
      withMeasured(before, measured.get(before.id)),
      withMeasured(after, measured.get(after.id)),
    ),
  };
}

/** The first identities that are in one version and not in the other, by run and number. */
export function identitiesOnlyIn(
  db: Db,
  options: { readonly scope: VersionScope; readonly without: VersionScope; readonly first: number },
): Promise<Identity[]> {
  const member = identityMembership(options.scope);
  const other = identityMembership(options.without, 'o');
  return db.$queryRaw`
    SELECT i.* FROM "identity" i ${member.join}
    WHERE ${member.condition} AND NOT EXISTS (
      SELECT 1 FROM (SELECT i."runId", i."ordinal") i ${other.join} WHERE ${other.condition})
    ORDER BY i."runId", i."ordinal" LIMIT ${options.first}::int`;
}

/** Every number of two JSON documents, by its place; lists are left to charts. */
function compareMetrics(before: Prisma.JsonValue, after: Prisma.JsonValue): MetricDifference[] {
  const [from, to] = [numbersOf(before), numbersOf(after)];
  const names = [...new Set([...from.keys(), ...to.keys()])];
  return names.map((name) => ({
    name,
    before: from.get(name) ?? null,
    after: to.get(name) ?? null,
  }));
}

function numbersOf(value: unknown, path: readonly string[] = []): Map<string, number> {
  if (typeof value === 'number') return new Map([[path.join('.'), value]]);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => Array.from(numbersOf(inner, path.concat(key)))),
  );
}
