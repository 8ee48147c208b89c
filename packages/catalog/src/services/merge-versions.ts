/** @file Putting several versions of a dataset together into one. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { DatasetVersion } from '../generated/client.ts';
import { beginVersion, contentsOfRuns, finishVersion } from './new-version.ts';

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
  const parts = await tx.versionPart.findMany({
    where: { versionId: { in: ids } },
    include: { run: { select: { number: true } }, version: { select: { number: true } } },
    orderBy: [{ run: { number: 'asc' } }, { version: { number: 'asc' } }],
  });
  const byRun = Map.groupBy(parts, (part) => part.runId);
  const shared = [...byRun.values()].filter((group) => group.length > 1);
  if (shared.length > 0 && input.onCollision === 'REFUSE') {
    const which = shared.map((group) => {
      const versions = group.map((part) => part.version.number).join(' and ');
      return `run ${group[0]?.run.number ?? ''} is part of versions ${versions}`;
    });
    throw new CatalogError(
      'CONFLICT',
      `The versions overlap: ${which.join('; ')}. Leave one out, or ask to unite them, which keeps each sample once.`,
      { path: ['versionIds'] },
    );
  }
  await refuseTwins(tx, byRun);

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

/** Two runs with the same contents would bring every face twice. */
async function refuseTwins(
  tx: Db,
  byRun: ReadonlyMap<string, readonly { readonly run: { readonly number: number } }[]>,
): Promise<void> {
  const contents = await contentsOfRuns(tx, [...byRun.keys()]);
  const twins = [...Map.groupBy(contents.values(), (run) => run.digest).values()].find(
    (group) => group.length > 1,
  );
  if (twins === undefined) return;
  const numbers = twins.map((run) => byRun.get(run.runId)?.[0]?.run.number ?? 0);
  throw new CatalogError(
    'CONFLICT',
    `Runs ${numbers.toSorted((a, b) => a - b).join(' and ')} made the same faces, so the union would hold each of them twice; leave one out.`,
    { path: ['versionIds'] },
  );
}
