/** @file Reserving, settling and releasing budgets inside the transactions of runs. Exact under concurrency. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { RunKind } from '../generated/client.ts';

/** What a run asks of the budgets above it. */
export interface BudgetRequest {
  readonly runId: string;
  readonly teamId: string;
  readonly datasetId: string;
  readonly identities: number;
  readonly samples: number;
  /** Least angular distance the run keeps, radians; null where it keeps none. */
  readonly separation: number | null;
  /** What runs, so that a refusal says what to make smaller. */
  readonly kind: RunKind;
}

interface BudgetRow {
  readonly id: string;
  readonly datasetId: string | null;
  readonly maxIdentities: number;
  readonly maxSamples: number;
  readonly minSeparation: number;
  readonly reservedIdentities: number;
  readonly reservedSamples: number;
  readonly usedIdentities: number;
  readonly usedSamples: number;
}

/**
 * Locks every budget above the run (the team's, then the dataset's: always in this order, so that two runs never wait
 * for each other in a ring) and checks that each has room.
 *
 * @returns the ids of the budgets, for {@link writeReservations} once the run's row is there.
 * @throws CatalogError BUDGET_EXCEEDED with the numbers, INVALID where the run keeps less separation than a budget asks for.
 */
export async function lockBudgets(
  tx: Db,
  request: Omit<BudgetRequest, 'runId'>,
): Promise<string[]> {
  const budgets = await tx.$queryRaw<BudgetRow[]>`
    SELECT * FROM "identity_budget"
    WHERE "teamId" = ${request.teamId}::uuid
      AND ("datasetId" IS NULL OR "datasetId" = ${request.datasetId}::uuid)
    ORDER BY "datasetId" IS NOT NULL, "id"
    FOR UPDATE`;
  for (const budget of budgets) checkBudget(budget, request);
  return budgets.map((budget) => budget.id);
}

/** Takes the run's share out of budgets that {@link lockBudgets} has locked and checked. */
export async function writeReservations(
  tx: Db,
  budgetIds: readonly string[],
  { runId, identities, samples }: Pick<BudgetRequest, 'runId' | 'identities' | 'samples'>,
): Promise<void> {
  if (budgetIds.length === 0) return;
  await tx.identityBudget.updateMany({
    where: { id: { in: [...budgetIds] } },
    data: {
      reservedIdentities: { increment: identities },
      reservedSamples: { increment: samples },
    },
  });
  await tx.budgetReservation.createMany({
    data: budgetIds.map((budgetId) => ({ budgetId, runId, identities, samples })),
  });
}

/**
 * Turns what the run reserved into what it used, and gives the rest back. The caller holds the run's row.
 *
 * @throws CatalogError CONFLICT where more was produced than had been reserved.
 */
export async function settleBudgets(
  tx: Db,
  produced: { readonly runId: string; readonly identities: number; readonly samples: number },
): Promise<void> {
  const { runId, identities, samples } = produced;
  for (const reservation of await lockReservations(tx, runId)) {
    if (identities > reservation.identities || samples > reservation.samples) {
      throw new CatalogError(
        'CONFLICT',
        `The run made ${identities} identities and ${samples} samples but had reserved ${reservation.identities} and ${reservation.samples}; it cannot be committed.`,
      );
    }
  }
  await tx.$executeRaw`
    WITH settled AS (
      UPDATE "budget_reservation"
      SET "state" = 'SETTLED', "settledIdentities" = ${identities}, "settledSamples" = ${samples}
      WHERE "runId" = ${runId}::uuid AND "state" = 'RESERVED'
      RETURNING "budgetId", "identities", "samples"
    )
    UPDATE "identity_budget" b
    SET "reservedIdentities" = b."reservedIdentities" - s."identities",
        "reservedSamples" = b."reservedSamples" - s."samples",
        "usedIdentities" = b."usedIdentities" + ${identities},
        "usedSamples" = b."usedSamples" + ${samples},
        "updatedAt" = now()
    FROM settled s WHERE b."id" = s."budgetId"`;
}

/** Gives back all that the run reserved; nothing where it was settled or released before. */
export async function releaseBudgets(tx: Db, runId: string): Promise<void> {
  await lockReservations(tx, runId);
  await tx.$executeRaw`
    WITH released AS (
      UPDATE "budget_reservation" SET "state" = 'RELEASED'
      WHERE "runId" = ${runId}::uuid AND "state" = 'RESERVED'
      RETURNING "budgetId", "identities", "samples"
    )
    UPDATE "identity_budget" b
    SET "reservedIdentities" = b."reservedIdentities" - r."identities",
        "reservedSamples" = b."reservedSamples" - r."samples",
        "updatedAt" = now()
    FROM released r WHERE b."id" = r."budgetId"`;
}

/** Locks in the same order as {@link lockBudgets}. */
function lockReservations(
  tx: Db,
  runId: string,
): Promise<{ readonly identities: number; readonly samples: number }[]> {
  return tx.$queryRaw`
    SELECT r."identities", r."samples"
    FROM "budget_reservation" r JOIN "identity_budget" b ON b."id" = r."budgetId"
    WHERE r."runId" = ${runId}::uuid AND r."state" = 'RESERVED'
    ORDER BY b."datasetId" IS NOT NULL, b."id"
    FOR UPDATE OF b, r`;
}

function checkBudget(budget: BudgetRow, request: Omit<BudgetRequest, 'runId'>): void {
  const owner = budget.datasetId === null ? "The team's budget" : "The dataset's budget";
  if (request.separation !== null && request.separation < budget.minSeparation) {
    throw new CatalogError(
      'INVALID',
      `${owner} asks for identities at least ${budget.minSeparation} rad apart, and the recipe keeps ${request.separation} rad; use a recipe with a larger threshold.`,
      { path: ['recipeId'] },
    );
  }
  checkAmount(owner, {
    unit: 'identities',
    most: budget.maxIdentities,
    used: budget.usedIdentities,
    reserved: budget.reservedIdentities,
    wanted: request.identities,
    kind: request.kind,
  });
  checkAmount(owner, {
    unit: 'samples',
    most: budget.maxSamples,
    used: budget.usedSamples,
    reserved: budget.reservedSamples,
    wanted: request.samples,
    kind: request.kind,
  });
}

function checkAmount(
  owner: string,
  amount: {
    readonly unit: string;
    readonly most: number;
    readonly used: number;
    readonly reserved: number;
    readonly wanted: number;
    readonly kind: RunKind;
  },
): void {
  const { unit, most, used, reserved, wanted, kind } = amount;
  const left = most - used - reserved;
  if (wanted <= left) return;
  const smaller = kind === 'IMPORT' ? 'import less' : 'use a smaller recipe';
  throw new CatalogError(
    'BUDGET_EXCEEDED',
    `${owner} is ${most} ${unit}: ${used} are used and ${reserved} reserved by other runs, so ${left} are left, and this run needs ${wanted}; ${smaller}, or ask a maintainer to raise the budget.`,
    { path: [kind === 'IMPORT' ? 'datasetId' : 'recipeId'] },
  );
}
