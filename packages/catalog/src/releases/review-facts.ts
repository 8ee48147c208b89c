/** @file The reviews of releases with what their authors may do today. */

import type { Db } from '../context.ts';
import type { ReleaseReview, Role } from '../generated/client.ts';

/** Reviews of one release, oldest first, and the roles in its team of those who wrote them. */
export interface ReviewFacts {
  readonly reviews: readonly ReleaseReview[];
  readonly roles: ReadonlyMap<string, Role>;
}

/** Reads the reviews of all the releases at once. */
export async function loadReviews(
  db: Db,
  releaseIds: readonly string[],
): Promise<(releaseId: string) => ReviewFacts> {
  const reviews = await db.releaseReview.findMany({
    where: { releaseId: { in: [...releaseIds] } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
  const roles = await db.$queryRaw<{ releaseId: string; userId: string; role: Role }[]>`
    SELECT DISTINCT w."releaseId", m."userId", m."role"::text AS "role"
    FROM "release_review" w
    JOIN "release" r ON r."id" = w."releaseId"
    JOIN "dataset" d ON d."id" = r."datasetId"
    JOIN "membership" m ON m."teamId" = d."teamId" AND m."userId" = w."authorId"
    WHERE w."releaseId" = ANY(${[...releaseIds]}::uuid[])`;
  const reviewsOf = Map.groupBy(reviews, (review) => review.releaseId);
  const rolesOf = Map.groupBy(roles, (row) => row.releaseId);
  return (releaseId) => ({
    reviews: reviewsOf.get(releaseId) ?? [],
    roles: new Map(rolesOf.get(releaseId)?.map(({ userId, role }) => [userId, role])),
  });
}
