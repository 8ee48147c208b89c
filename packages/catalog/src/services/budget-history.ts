/** @file How a budget was used up over time, from the reservations of its runs. */

import type { Db } from '../context.ts';
import { groupInOrder } from '../in-order.ts';

/** Moments of a budget that are told, the latest. */
const MOST_POINTS = 200;

/** What was used and promised at a moment, after what happened then. */
export interface BudgetPoint {
  readonly at: Date;
  readonly usedIdentities: number;
  readonly reservedIdentities: number;
  readonly usedSamples: number;
  readonly reservedSamples: number;
}

/** The points of each budget, oldest first: one whenever a run reserved, settled or gave back. At most the latest 200. */
export async function budgetHistories(
  db: Db,
  budgetIds: readonly string[],
): Promise<BudgetPoint[][]> {
  const rows = await db.$queryRaw<(BudgetPoint & { readonly budgetId: string })[]>`
    WITH steps AS (
      SELECT r."budgetId", n."createdAt" AS "at", r."identities" AS ri, r."samples" AS rs, 0 AS ui, 0 AS us
      FROM "budget_reservation" r JOIN "run" n ON n."id" = r."runId"
      WHERE r."budgetId" = ANY(${[...budgetIds]}::uuid[])
      UNION ALL
      SELECT r."budgetId", n."finishedAt", -r."identities", -r."samples", r."settledIdentities", r."settledSamples"
      FROM "budget_reservation" r JOIN "run" n ON n."id" = r."runId"
      WHERE r."budgetId" = ANY(${[...budgetIds]}::uuid[]) AND r."state" <> 'RESERVED' AND n."finishedAt" IS NOT NULL
    ), moments AS (
      SELECT "budgetId", "at", SUM(ri) AS ri, SUM(rs) AS rs, SUM(ui) AS ui, SUM(us) AS us FROM steps GROUP BY 1, 2
    ), points AS (
      SELECT "budgetId", "at",
        (SUM(ui) OVER w)::int AS "usedIdentities", (SUM(ri) OVER w)::int AS "reservedIdentities",
        (SUM(us) OVER w)::int AS "usedSamples", (SUM(rs) OVER w)::int AS "reservedSamples",
        row_number() OVER (PARTITION BY "budgetId" ORDER BY "at" DESC) AS "back"
      FROM moments WINDOW w AS (PARTITION BY "budgetId" ORDER BY "at")
    )
    SELECT * FROM points WHERE "back" <= ${MOST_POINTS} ORDER BY "budgetId", "at"`;
  return groupInOrder(budgetIds, rows, ({ budgetId }) => budgetId);
}
