/** @file Which identity a number means within a version: identities are numbered by their runs, and a version may hold several. */

import type { Actor } from '../actor.ts';
import { CatalogError } from '../errors.ts';
import type { Identity, PrismaClient } from '../generated/client.ts';
import { identityMembership, loadVersionScope } from '../selection/version-scope.ts';

/** Names one identity of a version. */
export interface PlaceInVersion {
  readonly actor: Actor;
  readonly versionId: string;
  /** Number in the run that made it, from 0. */
  readonly ordinal: number;
  /** Number of that run in its dataset. @default whichever run of the version has it, if only one does */
  readonly runNumber?: number | null | undefined;
}

/** Runs that a refusal names one by one. */
const MOST_NAMED = 5;

/**
 * The identity, or null where the version has none of that number.
 *
 * @throws CatalogError NOT_FOUND for the version, INVALID where several runs have the number and none is named
 */
export async function identityOfVersion(
  prisma: PrismaClient,
  { actor, versionId, ordinal, runNumber }: PlaceInVersion,
): Promise<Identity | null> {
  const scope = await loadVersionScope(prisma, { actor, versionId });
  const parts = scope.parts.filter(({ number }) => (runNumber ?? number) === number);
  if (parts.length === 0) return null;
  const { join, condition } = identityMembership({ ...scope, parts });
  const rows = await prisma.$queryRaw<Identity[]>`
    SELECT i.* FROM "identity" i ${join} WHERE ${condition} AND i."ordinal" = ${ordinal}::int`;
  if (rows.length < 2) return rows[0] ?? null;
  const owners = new Set(rows.map(({ runId }) => runId));
  const numbers = parts.filter(({ runId }) => owners.has(runId)).map(({ number }) => number);
  const named = numbers.toSorted((a, b) => a - b).slice(0, MOST_NAMED);
  const others =
    numbers.length > named.length ? ` and ${numbers.length - named.length} others` : '';
  throw new CatalogError(
    'INVALID',
    `Several runs of this version have an identity ${ordinal}: ${named.join(', ')}${others}. Say which with \`run\`.`,
    { path: ['run'] },
  );
}
