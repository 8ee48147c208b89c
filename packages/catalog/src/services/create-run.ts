/** @file Starting a run: permission, budget, row and job in one transaction. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { runEntity } from '../audit/entities.ts';
import { requireAction, teamDatasets } from '../authorise.ts';
import { lendTransaction, type Db, type Enqueue } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type { Dataset, Prisma, PrismaClient, Recipe, Run } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { checkLength } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { lockBudgets, writeReservations } from './budget-reservations.ts';
import { holdTeam } from './write-role.ts';

/** How much a recipe makes; read out of its definition by whoever knows recipes. */
export interface RunPlan {
  /** Identities, at least 1. */
  readonly identityCount: number;
  /** Images of one identity, its reference included; at least 1. */
  readonly samplesPerIdentity: number;
  /** Least angular distance between references that the recipe works for (ICT), radians; null where it has none. */
  readonly separation: number | null;
}

/** A run to be started. */
export interface NewRun {
  readonly actor: Actor;
  readonly datasetId: string;
  readonly recipeId: string;
  readonly message?: string | null | undefined;
  /** A word of the client's choice that makes a repeated request harmless, per team. */
  readonly idempotencyKey?: string | null | undefined;
  /** Reads the plan from the recipe's stored definition. */
  readonly plan: (definition: Prisma.JsonValue) => RunPlan;
  /** Where the run is to begin, for a branch; `check` throws where it cannot. */
  readonly branch?: BranchPoint | undefined;
}

/** A checkpoint that a run begins with. */
export interface BranchPoint {
  readonly runId: string;
  readonly iteration: number;
  readonly check: (tx: Db, recipe: Recipe) => Promise<void>;
}

/** See RunService.createRun. */
export async function createRun(
  prisma: PrismaClient,
  input: NewRun,
  enqueue: Enqueue,
): Promise<Run> {
  try {
    return await change(prisma, input.actor, (tx) => createInTransaction(tx, input, enqueue));
  } catch (error) {
    // Two requests with one key at the same moment: the other one has made the run.
    if (!isGiven(input.idempotencyKey) || !isUniqueViolation(error)) throw error;
    const existing = await prisma.$transaction(async (tx) =>
      findByKey(tx, await requireDataset(tx, input, 'run.create'), input),
    );
    if (existing === null) throw error;
    return existing;
  }
}

async function createInTransaction(tx: Db, input: NewRun, enqueue: Enqueue): Promise<Run> {
  const dataset = await requireDataset(tx, input, 'run.create');
  const existing = await findByKey(tx, dataset, input);
  if (existing !== null) return existing;
  const recipe = await requireRecipe(tx, dataset, input.recipeId);
  await input.branch?.check(tx, recipe);
  const plan = checkPlan(input.plan(recipe.definition));
  const amounts = {
    identities: plan.identityCount,
    samples: plan.identityCount * plan.samplesPerIdentity,
  };
  await holdTeam(tx, dataset.teamId);
  await lockDataset(tx, dataset.id);
  // A request with the same key that was first has made the run by now, and has what this one would ask the budget for again.
  const made = await findByKey(tx, dataset, input);
  if (made !== null) return made;
  const budgetIds = await lockBudgets(tx, {
    teamId: dataset.teamId,
    datasetId: dataset.id,
    separation: plan.separation,
    kind: 'SAMPLING',
    ...amounts,
  });
  const run = await tx.run.create({
    data: {
      teamId: dataset.teamId,
      datasetId: dataset.id,
      recipeId: recipe.id,
      number: await nextRunNumber(tx, dataset.id),
      identityCount: plan.identityCount,
      samplesPerIdentity: plan.samplesPerIdentity,
      message: checkLength(input.message ?? '', 'message', 2000),
      idempotencyKey: input.idempotencyKey ?? null,
      createdById: input.actor.userId,
      branchedFromId: input.branch?.runId ?? null,
      branchedFromIteration: input.branch?.iteration ?? null,
    },
  });
  await writeReservations(tx, budgetIds, { runId: run.id, ...amounts });
  await enqueue(lendTransaction(tx), run.id, recipe.definition);
  await notifyRun(tx, { kind: 'RUN', runId: run.id });
  recordChange(tx, {
    teamId: run.teamId,
    action: run.branchedFromId === null ? 'run.create' : 'run.branch',
    entity: await runEntity(tx, run),
    after: {
      recipe: `${recipe.name} ${recipe.version}`,
      recipeId: recipe.id,
      ...amounts,
      ...(run.branchedFromId === null
        ? {}
        : { branchedFromId: run.branchedFromId, iteration: run.branchedFromIteration }),
    },
  });
  return run;
}

/** Runs of a dataset are numbered one at a time. Order of locks everywhere: run, team, dataset, budgets. */
export async function lockDataset(tx: Db, datasetId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${datasetId}::uuid FOR NO KEY UPDATE`;
}

/** The number of the dataset's next run; the caller holds the dataset's row. */
export async function nextRunNumber(tx: Db, datasetId: string): Promise<number> {
  const latest = await tx.run.findFirst({
    where: { datasetId },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  return (latest?.number ?? 0) + 1;
}

/** A dataset in which the actor may do `action`. @throws CatalogError NOT_FOUND, FORBIDDEN */
export async function requireDataset(
  tx: Db,
  { actor, datasetId }: Pick<NewRun, 'actor' | 'datasetId'>,
  action: 'run.create' | 'run.import',
): Promise<Dataset> {
  const dataset = isUuid(datasetId)
    ? await tx.dataset.findFirst({
        where: { AND: [{ id: datasetId }, teamDatasets(actor)] },
        include: {
          team: { select: { slug: true, memberships: { where: { userId: actor.userId } } } },
        },
      })
    : null;
  const role = dataset?.team.memberships[0]?.role;
  if (dataset === null || role === undefined) throw notFound('dataset', ['datasetId']);
  requireAction(role, action, dataset.team.slug);
  return dataset;
}

async function requireRecipe(tx: Db, dataset: Dataset, recipeId: string): Promise<Recipe> {
  const recipe = isUuid(recipeId)
    ? await tx.recipe.findFirst({
        where: { id: recipeId, teamId: dataset.teamId },
        include: { generatorVersion: true, recogniserVersion: true },
      })
    : null;
  if (recipe === null) throw notFound('recipe', ['recipeId']);
  for (const model of [recipe.generatorVersion, recipe.recogniserVersion]) {
    if (model.state === 'READY') continue;
    throw new CatalogError(
      'INVALID',
      `The ${model.kind.toLowerCase()} '${model.name}' ${model.version} of this recipe is ${model.state}, and only READY models can be used; see its report.`,
      { path: ['recipeId'] },
    );
  }
  return recipe;
}

async function findByKey(
  tx: Db,
  dataset: Dataset,
  { idempotencyKey, recipeId, branch }: NewRun,
): Promise<Run | null> {
  if (!isGiven(idempotencyKey)) return null;
  const run = await tx.run.findUnique({
    where: { teamId_idempotencyKey: { teamId: dataset.teamId, idempotencyKey } },
  });
  if (run === null) return null;
  const isSame =
    run.datasetId === dataset.id &&
    run.recipeId === recipeId &&
    run.branchedFromId === (branch?.runId ?? null) &&
    run.branchedFromIteration === (branch?.iteration ?? null);
  if (isSame) return run;
  throw new CatalogError(
    'CONFLICT',
    `The idempotency key '${idempotencyKey}' was used for another run of this team; use a new key for a new run.`,
    { path: ['idempotencyKey'] },
  );
}

function checkPlan(plan: RunPlan): RunPlan {
  const { identityCount, samplesPerIdentity } = plan;
  const samples = identityCount * samplesPerIdentity;
  const isWhole = Number.isInteger(identityCount) && Number.isInteger(samplesPerIdentity);
  if (isWhole && identityCount >= 1 && samplesPerIdentity >= 1 && samples <= 2_147_483_647) {
    return plan;
  }
  throw new CatalogError(
    'INVALID',
    `The recipe asks for ${identityCount} identities with ${samplesPerIdentity} samples each; a run makes at least 1 of each and at most 2147483647 samples.`,
    { path: ['recipeId'] },
  );
}
