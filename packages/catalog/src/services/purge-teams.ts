/** @file Removes the rows of deleted teams whose time is over. Their files go with the next clean-up, since nothing refers to them any more. */

import { change, recordChange } from '../audit/change.ts';
import type { Db } from '../context.ts';
import type { PrismaClient, Team } from '../generated/client.ts';
import { teamEntity } from './change-team.ts';

/** Samples deleted in one statement. */
const PAGE = 20_000;
/** The last step deletes everything of a team but its samples. */
const LAST_STEP_TIMEOUT_MS = 15 * 60 * 1000;

/**
 * Removes them one after the other, and returns which. What was begun and broken off goes on at the next call. A worker that
 * still works for a team that is gone finds no rows, and is done.
 */
export async function purgeTeams(
  prisma: PrismaClient,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Pick<Team, 'id' | 'slug'>[]> {
  const due = await prisma.team.findMany({
    where: { purgeAfter: { lte: new Date() } },
    orderBy: { purgeAfter: 'asc' },
  });
  const purged: Pick<Team, 'id' | 'slug'>[] = [];
  for (const team of due) {
    signal?.throwIfAborted();
    await deleteSamples(prisma, team.id, signal);
    if (await deleteTeamRows(prisma, team)) purged.push({ id: team.id, slug: team.slug });
  }
  return purged;
}

/** Millions of rows: by pages, each in a transaction of its own. */
async function deleteSamples(
  prisma: PrismaClient,
  teamId: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const runs = await prisma.run.findMany({ where: { teamId }, select: { id: true } });
  for (const { id } of runs) {
    for (;;) {
      signal?.throwIfAborted();
      const deleted = await prisma.$executeRaw`
        DELETE FROM "sample" WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM "sample" WHERE "runId" = ${id}::uuid LIMIT ${PAGE}))`;
      if (deleted === 0) break;
    }
  }
}

/** In the order in which rows refer to each other. False where another worker was first. */
function deleteTeamRows(prisma: PrismaClient, team: Team): Promise<boolean> {
  return change(
    prisma,
    null,
    async (tx) => {
      const held = await tx.$queryRaw<unknown[]>`
        SELECT 1 FROM "team" WHERE "id" = ${team.id}::uuid AND "purgeAfter" IS NOT NULL FOR UPDATE`;
      if (held.length === 0) return false;
      const counts = await countRows(tx, team.id);
      const teamId = team.id;
      const ofTeam = { dataset: { teamId } };
      await tx.release.deleteMany({ where: ofTeam });
      await tx.versionParent.deleteMany({ where: { version: ofTeam } });
      await tx.datasetVersion.deleteMany({ where: ofTeam });
      await tx.run.updateMany({ where: { teamId }, data: { branchedFromId: null } });
      await tx.run.deleteMany({ where: { teamId } });
      await tx.recipe.deleteMany({ where: { teamId } });
      await tx.gallery.deleteMany({ where: { teamId } });
      await tx.covariateSet.deleteMany({ where: { teamId } });
      await tx.modelVersion.deleteMany({ where: { teamId } });
      await tx.team.delete({ where: { id: teamId } });
      recordChange(tx, {
        teamId,
        action: 'team.purge',
        entity: teamEntity(team),
        before: { slug: team.slug, name: team.name, ...counts },
      });
      return true;
    },
    { timeout: LAST_STEP_TIMEOUT_MS },
  );
}

async function countRows(tx: Db, teamId: string) {
  const where = { teamId };
  return {
    datasets: await tx.dataset.count({ where }),
    runs: await tx.run.count({ where }),
    models: await tx.modelVersion.count({ where }),
  };
}
