/** @file Ending a run with a dataset version: number, digest, budget, state and news in one transaction. */

import { change, recordChange } from '../audit/change.ts';
import { versionEntity } from '../audit/entities.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { notifyRun } from '../events/run-event.ts';
import type {
  DatasetVersion,
  Prisma,
  PrismaClient,
  Run,
  RunKind,
  VersionOrigin,
} from '../generated/client.ts';
import { settleBudgets } from './budget-reservations.ts';
import { checkTransition, lockRun } from './run-state.ts';
import { digestOfRun } from './version-digest.ts';

/** Longest a commit may take: hashing the rows of ten million samples takes about a minute. */
const COMMIT_TIMEOUT_MS = 10 * 60 * 1000;

/** What a version of each kind of run says of its origin. */
const ORIGINS = { SAMPLING: 'RUN', IMPORT: 'IMPORT' } as const satisfies Record<
  RunKind,
  VersionOrigin
>;

/** What a version records beside the rows of its run. */
export interface NewVersion {
  readonly runId: string;
  /** Measurements shown with the version. */
  readonly metrics: Prisma.InputJsonObject;
  /** The run's own summary: { before, after, intraBelowInter }. */
  readonly summary?: Prisma.InputJsonObject | undefined;
  /** @default the run's message */
  readonly message?: string | undefined;
}

/** See VersionService.commitVersion. */
export function commitVersion(prisma: PrismaClient, input: NewVersion): Promise<DatasetVersion> {
  return change(prisma, null, (tx) => commitInTransaction(tx, input), {
    timeout: COMMIT_TIMEOUT_MS,
  });
}

async function commitInTransaction(tx: Db, input: NewVersion): Promise<DatasetVersion> {
  const { runId } = input;
  const run = await lockRun(tx, runId);
  if (run.state === 'SUCCEEDED') return committedBefore(tx, run);
  checkTransition(run, 'SUCCEEDED');
  const identityCount = await tx.identity.count({ where: { runId } });
  const sampleCount = await tx.sample.count({ where: { runId } });
  if (identityCount === 0 || sampleCount === 0) {
    throw new CatalogError(
      'CONFLICT',
      `Run ${run.number} has recorded ${identityCount} identities and ${sampleCount} samples, so there is nothing to commit; let it render first.`,
    );
  }
  const digest = await digestOfRun(tx, runId);

  // Versions of a dataset are numbered one at a time. Order of locks everywhere: run, dataset, budgets.
  await tx.$queryRaw`SELECT 1 FROM "dataset" WHERE "id" = ${run.datasetId}::uuid FOR NO KEY UPDATE`;
  const latest = await tx.datasetVersion.findFirst({
    where: { datasetId: run.datasetId },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  const version = await tx.datasetVersion.create({
    data: {
      datasetId: run.datasetId,
      number: (latest?.number ?? 0) + 1,
      digest,
      origin: ORIGINS[run.kind],
      message: input.message ?? run.message,
      authorId: run.createdById,
      identityCount,
      sampleCount,
      metrics: input.metrics,
      parts: { create: { runId } },
      parents: { create: await parentsOf(tx, run) },
    },
  });
  await tx.runShard.deleteMany({ where: { runId } });
  await settleBudgets(tx, { runId, identities: identityCount, samples: sampleCount });
  await tx.run.update({
    where: { id: runId },
    data: {
      state: 'SUCCEEDED',
      progress: 1,
      secondsLeft: 0,
      finishedAt: new Date(),
      ...(input.summary === undefined ? {} : { summary: input.summary }),
    },
  });
  await notifyRun(tx, { kind: 'RUN', runId, hasEnded: true });
  recordChange(tx, {
    teamId: run.teamId,
    action: 'version.commit',
    entity: await versionEntity(tx, version),
    after: { digest, runId, identityCount, sampleCount },
  });
  return version;
}

/** A branch comes of what its run was branched from, where that has become a version by now. */
async function parentsOf(tx: Db, run: Run): Promise<{ parentId: string }[]> {
  if (run.branchedFromId === null) return [];
  const parent = await tx.datasetVersion.findFirst({
    where: { origin: ORIGINS.SAMPLING, parts: { some: { runId: run.branchedFromId } } },
    orderBy: { number: 'asc' },
    select: { id: true },
  });
  return parent === null ? [] : [{ parentId: parent.id }];
}

async function committedBefore(tx: Db, run: Run): Promise<DatasetVersion> {
  return tx.datasetVersion.findFirstOrThrow({
    where: {
      origin: ORIGINS[run.kind],
      datasetId: run.datasetId,
      parts: { some: { runId: run.id } },
    },
    orderBy: { number: 'asc' },
  });
}
