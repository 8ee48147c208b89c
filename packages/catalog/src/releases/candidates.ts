/** @file What releases were: every candidate is kept as it was when somebody wrote it, so that a reviewer sees what has changed since. */

import type { Actor } from '../actor.ts';
import type { Db } from '../context.ts';
import type {
  Gallery,
  Prisma,
  PrismaClient,
  Release,
  ReleaseCandidate,
} from '../generated/client.ts';
import { cleanIds } from '../in-order.ts';
import { columnsOf } from './candidate.ts';
import { teamReleases } from './release-role.ts';

/** Names a candidate of a release. */
export interface CandidateName {
  readonly releaseId: string;
  /** `candidateDigest` of the release while it was that. */
  readonly digest: string;
}

/** Keeps the release as it is; what was kept under its digest before is the same and stays. */
export async function keepCandidate(
  tx: Db,
  release: Release,
  galleries: readonly Pick<Gallery, 'name' | 'version'>[],
): Promise<void> {
  await tx.releaseCandidate.createMany({
    data: [
      {
        releaseId: release.id,
        digest: release.candidateDigest,
        ...columnsOf(release),
        datasheet: release.datasheet as Prisma.InputJsonValue,
        galleries: galleries.map(({ name, version }) => `${name}@${version}`).toSorted(),
      },
    ],
    skipDuplicates: true,
  });
}

/** SHA-256, hexadecimal; nothing else names a candidate. */
const DIGEST = /^[0-9a-f]{64}$/;

/** See ReleaseService.candidatesOf. */
export async function candidatesOf(
  prisma: PrismaClient,
  { actor, names }: { readonly actor: Actor; readonly names: readonly CandidateName[] },
): Promise<(ReleaseCandidate | null)[]> {
  const rows = await prisma.releaseCandidate.findMany({
    where: {
      releaseId: { in: cleanIds(names.map(({ releaseId }) => releaseId)) },
      digest: { in: names.map(({ digest }) => digest).filter((digest) => DIGEST.test(digest)) },
      release: teamReleases(actor),
    },
  });
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  return names.map((name) => found.get(keyOf(name)) ?? null);
}

function keyOf({ releaseId, digest }: CandidateName): string {
  return `${releaseId.toLowerCase()} ${digest}`;
}
