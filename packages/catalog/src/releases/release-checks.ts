/** @file Checks of releases: begun by people, done by workers, bound to the candidate that they looked at. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import {
  lendTransaction,
  type Db,
  type EnqueueTransaction,
  type ServiceContext,
} from '../context.ts';
import {
  Prisma,
  type Dataset,
  type DatasetVersion,
  type Gallery,
  type PrismaClient,
  type Release,
  type ReleaseCheckKind,
} from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';
import { notifyRelease } from '../events/run-event.ts';
import { datasheetOf, type DatasheetAnswer } from './candidate.ts';
import { recordRelease } from './release-entity.ts';
import { lockRelease } from './release-role.ts';
import { RELEASE_CHECK_KINDS } from './standing.ts';
import { galleriesOf } from './write-release.ts';

/** Names one attempt at one check. */
export interface CheckName {
  readonly releaseId: string;
  readonly kind: ReleaseCheckKind;
  /** What an earlier attempt finds is dropped. */
  readonly attempt: number;
}

/** Adds the jobs of these checks inside the transaction that begins them. */
export type EnqueueReleaseChecks = (
  transaction: EnqueueTransaction,
  checks: readonly CheckName[],
) => Promise<void>;

/** What a check looks at. */
export interface ReleaseForCheck {
  /** As it is now; what is found is of its `candidateDigest`. */
  readonly release: Release;
  readonly dataset: Dataset & { readonly team: { readonly slug: string } };
  readonly version: DatasetVersion;
  readonly galleries: readonly Gallery[];
  readonly datasheet: readonly DatasheetAnswer[];
}

/** How a check ended: one sentence for people, and what it is based on. */
export interface CheckEnding {
  /** ERRORED: it could not be done, which says nothing about the release. */
  readonly state: 'PASSED' | 'FAILED' | 'ERRORED';
  readonly sentence: string;
  readonly evidence?: Prisma.InputJsonValue | undefined;
}

/** How far a check is. */
export interface CheckProgress {
  /** Share that is done, 0 to 1. */
  readonly share: number;
  /** What it is at, such as "shard 12 of 40". */
  readonly step: string;
}

/** Trusted: what workers read and write of checks. */
export interface ReleaseCheckService {
  /** The check as RUNNING with what it looks at; null where it is gone, superseded, ended, or its release no longer that candidate. */
  beginCheck(name: CheckName): Promise<ReleaseForCheck | null>;
  /** Tells how far it is, those who watch the release too. False where nobody waits for it any more, and nothing is written. */
  recordProgress(name: CheckName, progress: CheckProgress): Promise<boolean>;
  /** False where nobody waits for it any more, and nothing is written. */
  finishCheck(name: CheckName, ending: CheckEnding): Promise<boolean>;
}

/** Makes the service of checks. */
export function createReleaseCheckService({ prisma }: ServiceContext): ReleaseCheckService {
  return {
    beginCheck: (name) =>
      prisma.$transaction(async (tx) => {
        if (!isUuid(name.releaseId)) return null;
        const found = await tx.release.findUnique({
          where: { id: name.releaseId },
          include: { version: true, dataset: { include: { team: { select: { slug: true } } } } },
        });
        if (found === null) return null;
        const { version, dataset, ...release } = found;
        const { count } = await tx.releaseCheck.updateMany({
          where: { ...unended(name), candidateDigest: release.candidateDigest },
          data: { state: 'RUNNING', startedAt: new Date(), progress: 0, step: '' },
        });
        if (count === 0) return null;
        await notifyRelease(tx, release.id);
        const galleries = await galleriesOf(tx, release.id);
        return { release, version, dataset, galleries, datasheet: datasheetOf(release) };
      }),

    recordProgress: (name, { share, step }) =>
      prisma.$transaction(async (tx) => {
        if (!isUuid(name.releaseId)) return false;
        const { count } = await tx.releaseCheck.updateMany({
          where: { ...unended(name), state: 'RUNNING' },
          data: { progress: Math.min(1, Math.max(0, share)), step },
        });
        if (count > 0) await notifyRelease(tx, name.releaseId);
        return count > 0;
      }),

    finishCheck: (name, { state, sentence, evidence }) =>
      change(prisma, null, async (tx) => {
        if (!isUuid(name.releaseId)) return false;
        const { count } = await tx.releaseCheck.updateMany({
          where: unended(name),
          data: {
            state,
            sentence,
            evidence: evidence ?? Prisma.DbNull,
            // One that could not be done stays where it came to.
            ...(state === 'ERRORED' ? {} : { progress: 1 }),
            step: '',
            finishedAt: new Date(),
          },
        });
        if (count === 0) return false;
        const release = await tx.release.findUniqueOrThrow({
          where: { id: name.releaseId },
          include: { dataset: { select: { teamId: true } } },
        });
        await recordRelease(tx, {
          teamId: release.dataset.teamId,
          release,
          action: 'release.check',
          after: { kind: name.kind, state, sentence },
        });
        return true;
      }),
  };
}

/** See ReleaseService.runReleaseChecks. */
export function runReleaseChecks(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly releaseId: string },
  enqueue: EnqueueReleaseChecks,
): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { release, team } = await lockRelease(tx, { ...input, action: 'RUN_CHECKS' });
    const begun = await beginChecks(tx, release, enqueue);
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.check',
      after: { attempt: begun.checkAttempt },
    });
    return begun;
  });
}

/** Begins every kind of check anew; the caller holds the release. */
export async function beginChecks(
  tx: Db,
  release: Release,
  enqueue: EnqueueReleaseChecks,
): Promise<Release> {
  const { id: releaseId, candidateDigest } = release;
  const attempt = release.checkAttempt + 1;
  await tx.releaseCheck.deleteMany({ where: { releaseId } });
  await tx.releaseCheck.createMany({
    data: RELEASE_CHECK_KINDS.map((kind) => ({ releaseId, kind, candidateDigest, attempt })),
  });
  const begun = await tx.release.update({
    where: { id: releaseId },
    data: { checkAttempt: attempt },
  });
  const checks = RELEASE_CHECK_KINDS.map((kind) => ({ releaseId, kind, attempt }));
  await enqueue(lendTransaction(tx), checks);
  return begun;
}

/** A check that has this name and has not ended; one that is RUNNING may have lost its worker. */
function unended({ releaseId, kind, attempt }: CheckName) {
  return {
    releaseId,
    kind,
    attempt,
    state: { in: ['PENDING', 'RUNNING'] },
  } satisfies Prisma.ReleaseCheckWhereInput;
}
