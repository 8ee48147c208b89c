/** @file Identity budgets: how much a team or a dataset may hold, seen and set by people. */

import type { Actor } from '../actor.ts';
import { change, recordChange, type Change } from '../audit/change.ts';
import { requireAction, requireRole, teamDatasets, visibleTeams } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { IdentityBudget, Prisma } from '../generated/client.ts';
import { cleanIds, inIdOrder, inOrder } from '../in-order.ts';
import { isUuid } from '../paging/single-key.ts';
import { budgetHistories, type BudgetPoint } from './budget-history.ts';

/** Largest number a budget can hold: PostgreSQL's integer. */
const MAX_COUNT = 2_147_483_647;

/** Limits of a budget. */
export interface BudgetLimits {
  /** Most identities, 0 to 2 147 483 647. */
  readonly maxIdentities: number;
  /** Most samples (images), 0 to 2 147 483 647. */
  readonly maxSamples: number;
  /** Least angular distance between identities, radians, 0 to π. */
  readonly minSeparation: number;
}

/** What a budget is for: a whole team, or one dataset. */
export type BudgetScope = { readonly teamId: string } | { readonly datasetId: string };

/** Identity budgets. */
export interface BudgetService {
  /** Sets the limits of a team or a dataset. @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (out of range), CONFLICT (less than is used and reserved) */
  setIdentityBudget(
    input: BudgetLimits & { readonly actor: Actor; readonly scope: BudgetScope },
  ): Promise<IdentityBudget>;
  /** The team's own budget per team id. */
  budgetsOfTeams(input: {
    readonly actor: Actor;
    readonly teamIds: readonly string[];
  }): Promise<(IdentityBudget | null)[]>;
  /** The dataset's own budget per dataset id. */
  budgetsOfDatasets(input: {
    readonly actor: Actor;
    readonly datasetIds: readonly string[];
  }): Promise<(IdentityBudget | null)[]>;
  /** How each budget was used up, oldest first; nothing for one that the actor may not see. */
  historiesOf(input: {
    readonly actor: Actor;
    readonly budgetIds: readonly string[];
  }): Promise<BudgetPoint[][]>;
  budgetsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(IdentityBudget | null)[]>;
}

/** Makes the service of budgets. */
export function createBudgetService({ prisma }: ServiceContext): BudgetService {
  return {
    setIdentityBudget: ({ actor, scope, maxIdentities, maxSamples, minSeparation }) =>
      change(prisma, actor, async (tx) => {
        const { teamId, datasetId, owner } = await resolveScope(tx, actor, scope);
        const limits = { maxIdentities, maxSamples, minSeparation };
        checkLimits(limits);
        // Two first settings at once must not make two budgets for one scope.
        await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR NO KEY UPDATE`;
        const found = await tx.identityBudget.findFirst({ where: { teamId, datasetId } });
        if (found === null) {
          const made = await tx.identityBudget.create({ data: { teamId, datasetId, ...limits } });
          recordChange(tx, { teamId, action: 'budget.set', entity: owner(made), after: limits });
          return made;
        }
        await tx.$queryRaw`SELECT 1 FROM "identity_budget" WHERE "id" = ${found.id}::uuid FOR UPDATE`;
        const budget = await tx.identityBudget.findUniqueOrThrow({ where: { id: found.id } });
        checkRoom(budget, limits);
        recordChange(tx, {
          teamId,
          action: 'budget.set',
          entity: owner(budget),
          before: limitsOf(budget),
          after: limits,
        });
        return tx.identityBudget.update({ where: { id: found.id }, data: limits });
      }),

    async budgetsOfTeams({ actor, teamIds }) {
      const rows = await prisma.identityBudget.findMany({
        where: {
          teamId: { in: cleanIds(teamIds) },
          datasetId: null,
          team: visibleTeams(actor, 'budget.read'),
        },
      });
      return inOrder(teamIds, rows, { key: (id) => id, item: (row) => row.teamId });
    },

    async budgetsOfDatasets({ actor, datasetIds }) {
      const rows = await prisma.identityBudget.findMany({
        where: { datasetId: { in: cleanIds(datasetIds) }, dataset: teamDatasets(actor) },
      });
      return inOrder(datasetIds, rows, { key: (id) => id, item: (row) => row.datasetId ?? '' });
    },

    async historiesOf({ actor, budgetIds }) {
      const rows = await prisma.identityBudget.findMany({
        where: visibleBudgets(actor, budgetIds),
        select: { id: true },
      });
      const visible = new Set(rows.map(({ id }) => id));
      const histories = await budgetHistories(
        prisma,
        budgetIds.filter((id) => visible.has(id)),
      );
      const seen = budgetIds.filter((id) => visible.has(id));
      return budgetIds.map((id) => histories[seen.indexOf(id)] ?? []);
    },

    async budgetsByIds({ actor, ids }) {
      const rows = await prisma.identityBudget.findMany({
        where: visibleBudgets(actor, ids),
      });
      return inIdOrder(ids, rows);
    },
  };
}

function visibleBudgets(actor: Actor, ids: readonly string[]): Prisma.IdentityBudgetWhereInput {
  return {
    id: { in: cleanIds(ids) },
    team: visibleTeams(actor, 'budget.read'),
    OR: [{ datasetId: null }, { dataset: teamDatasets(actor) }],
  };
}

async function resolveScope(
  tx: Db,
  actor: Actor,
  scope: BudgetScope,
): Promise<{
  readonly teamId: string;
  readonly datasetId: string | null;
  /** The budget as the audit log names it: by what it is for. */
  readonly owner: (budget: IdentityBudget) => Change['entity'];
}> {
  if ('teamId' in scope) {
    await requireRole(tx, { actor, teamId: scope.teamId, action: 'budget.set' });
    const owner = ({ id }: IdentityBudget) => ({ type: 'IdentityBudget', id, label: 'the team' });
    return { teamId: scope.teamId, datasetId: null, owner };
  }
  const dataset = isUuid(scope.datasetId)
    ? await tx.dataset.findFirst({
        where: { AND: [{ id: scope.datasetId }, teamDatasets(actor)] },
        include: {
          team: {
            select: { slug: true, memberships: { where: { userId: actor.userId } } },
          },
        },
      })
    : null;
  const role = dataset?.team.memberships[0]?.role;
  if (dataset === null || role === undefined) throw notFound('dataset', ['datasetId']);
  requireAction(role, 'budget.set', dataset.team.slug);
  const { id: datasetId, teamId, title: label } = dataset;
  const owner = ({ id }: IdentityBudget) => ({ type: 'IdentityBudget', id, label, datasetId });
  return { teamId, datasetId, owner };
}

function limitsOf({ maxIdentities, maxSamples, minSeparation }: IdentityBudget): BudgetLimits {
  return { maxIdentities, maxSamples, minSeparation };
}

function checkLimits({ maxIdentities, maxSamples, minSeparation }: BudgetLimits): void {
  for (const [field, value] of Object.entries({ maxIdentities, maxSamples })) {
    if (Number.isInteger(value) && value >= 0 && value <= MAX_COUNT) continue;
    throw new CatalogError(
      'INVALID',
      `'${field}' is ${value}; give a whole number from 0 to ${MAX_COUNT}.`,
      { path: [field] },
    );
  }
  if (minSeparation >= 0 && minSeparation <= Math.PI) return;
  throw new CatalogError(
    'INVALID',
    `'minSeparation' is ${minSeparation}; give an angle from 0 to π radians.`,
    { path: ['minSeparation'] },
  );
}

function checkRoom(budget: IdentityBudget, limits: BudgetLimits): void {
  const identities = budget.usedIdentities + budget.reservedIdentities;
  const samples = budget.usedSamples + budget.reservedSamples;
  if (limits.maxIdentities < identities) {
    throw new CatalogError(
      'CONFLICT',
      `${budget.usedIdentities} identities are used and ${budget.reservedIdentities} reserved, so the budget cannot go below ${identities}.`,
      { path: ['maxIdentities'] },
    );
  }
  if (limits.maxSamples < samples) {
    throw new CatalogError(
      'CONFLICT',
      `${budget.usedSamples} samples are used and ${budget.reservedSamples} reserved, so the budget cannot go below ${samples}.`,
      { path: ['maxSamples'] },
    );
  }
}
