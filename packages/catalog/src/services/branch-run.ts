/** @file Branching a run: a new one whose references begin with a state that another one kept. */

import type { Actor } from '../actor.ts';
import { visibleRuns } from '../authorise.ts';
import type { Db, Enqueue } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { Prisma, PrismaClient, Recipe, Run } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import { createRun, type NewRun } from './create-run.ts';

/** Most iterations that a refusal lists. */
const LISTED = 20;

/** A branch to be started; its dataset is that of the run it comes from. */
export interface NewBranch extends Omit<NewRun, 'datasetId' | 'branch'> {
  readonly actor: Actor;
  /** The run that kept the checkpoint; in any state. */
  readonly runId: string;
  /** At which iteration; one of those the run has kept. */
  readonly iteration: number;
  /** Why a recipe cannot go on from that iteration of the other one, as a sentence; null where it can. */
  readonly checkBranch: (recipes: {
    readonly source: Prisma.JsonValue;
    readonly branch: Prisma.JsonValue;
    readonly iteration: number;
  }) => string | null;
}

/** See RunService.branchRun. */
export async function branchRun(
  prisma: PrismaClient,
  input: NewBranch,
  enqueue: Enqueue,
): Promise<Run> {
  const { runId, iteration, checkBranch, ...run } = input;
  const source = isUuid(runId)
    ? await prisma.run.findFirst({
        where: { AND: [{ id: runId }, visibleRuns(input.actor)] },
        include: { recipe: true },
      })
    : null;
  if (source === null) throw notFound('run', ['runId']);
  return createRun(
    prisma,
    {
      ...run,
      datasetId: source.datasetId,
      branch: {
        runId: source.id,
        iteration,
        check: async (tx, recipe) => {
          if (source.recipe === null) {
            throw invalid(
              `Run ${source.number} imported images and has no state to branch from; start a run of a recipe.`,
              'runId',
            );
          }
          await requireCheckpoint(tx, source, iteration);
          requireSameModels({ ...source, recipe: source.recipe }, recipe);
          const definitions = { source: source.recipe.definition, branch: recipe.definition };
          const reason = checkBranch({ ...definitions, iteration });
          if (reason !== null) throw invalid(reason, 'recipeId');
        },
      },
    },
    enqueue,
  );
}

async function requireCheckpoint(tx: Db, source: Run, iteration: number): Promise<void> {
  const kept = await tx.runCheckpoint.findMany({
    where: { runId: source.id },
    select: { iteration: true },
    orderBy: { iteration: 'asc' },
  });
  if (kept.some((checkpoint) => checkpoint.iteration === iteration)) return;
  const listed = kept.slice(-LISTED).map((checkpoint) => checkpoint.iteration);
  const those = `${listed.length < kept.length ? 'among others ' : ''}${listed.join(', ')}`;
  throw invalid(
    kept.length === 0
      ? `Run ${source.number} has kept no checkpoint to branch from; a recipe keeps one every checkpointEvery iterations, and its last state.`
      : `Run ${source.number} has kept no checkpoint of iteration ${iteration}; it has kept ${those}.`,
    'iteration',
  );
}

function requireSameModels(source: Run & { readonly recipe: Recipe }, branch: Recipe): void {
  const pairs = [
    ['generator', source.recipe.generatorVersionId, branch.generatorVersionId],
    ['recogniser', source.recipe.recogniserVersionId, branch.recogniserVersionId],
  ] as const;
  for (const [kind, before, after] of pairs) {
    if (before === after) continue;
    throw invalid(
      `The recipe has another ${kind} than that of run ${source.number}, whose latents and embeddings mean nothing to it; choose a recipe with the same models.`,
      'recipeId',
    );
  }
}

function invalid(message: string, field: string): CatalogError {
  return new CatalogError('INVALID', message, { path: [field] });
}
