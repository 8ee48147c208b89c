/** @file Asking for reviews and giving them. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { PrismaClient, Release, ReleaseDecision } from '../generated/client.ts';
import { checkLength, checkText } from '../names.ts';
import { ROLES, can } from '../permissions.ts';
import { policyOf, type TeamPolicy } from './policies.ts';
import { beginChecks, type EnqueueReleaseChecks } from './release-checks.ts';
import { recordRelease } from './release-entity.ts';
import { lockRelease, type LockedRelease } from './release-role.ts';
import { loadReviews } from './review-facts.ts';
import { standingColumn } from './review-standing.ts';
import { blockersOf, stateAfter, weigh } from './standing.ts';
import { publishedVersions } from './write-release.ts';

const MOST_REVIEWERS = 20;

/** A request for reviews. */
export interface ReviewRequest {
  readonly actor: Actor;
  readonly releaseId: string;
  /** Persons with the role REVIEWER or higher who have not edited the release. */
  readonly reviewerIds?: readonly string[] | null | undefined;
}

/** What somebody says of a candidate. */
export interface NewReview {
  readonly actor: Actor;
  readonly releaseId: string;
  /** The candidate that they looked at. */
  readonly candidateDigest: string;
  readonly decision: ReleaseDecision;
  /** Has to be given with REQUEST_CHANGES. */
  readonly body?: string | null | undefined;
}

/** See ReleaseService.requestReview. */
export function requestReview(
  prisma: PrismaClient,
  input: ReviewRequest,
  enqueue: EnqueueReleaseChecks,
): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, releaseId } = input;
    const locked = await lockRelease(tx, { actor, releaseId, action: 'REQUEST_REVIEW' });
    const { release, team } = locked;
    const reviewerIds = await requireReviewers(tx, locked, input.reviewerIds ?? []);
    await refuseStaleVersion(tx, release);
    await tx.releaseReviewer.createMany({
      data: reviewerIds.map((userId) => ({ releaseId, userId, requestedById: actor.userId })),
      skipDuplicates: true,
    });
    const opened = release.state === 'DRAFT' ? await open(tx, locked, enqueue) : release;
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.requestReview',
      before: { state: release.state },
      after: { state: opened.state, reviewerIds, candidateDigest: release.candidateDigest },
    });
    return opened;
  });
}

/** See ReleaseService.reviewRelease. */
export function reviewRelease(prisma: PrismaClient, input: NewReview): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, releaseId, decision } = input;
    const locked = await lockRelease(tx, { actor, releaseId, action: 'REVIEW' });
    const { release, team, at } = locked;
    requireCandidate(release, input.candidateDigest);
    const policy = await policyNow(tx, locked);
    requireImpartial(locked, policy, input);
    const body =
      decision === 'APPROVE'
        ? checkLength(input.body ?? '', 'body', 10_000)
        : checkText(input.body ?? '', 'body', 10_000);
    await tx.releaseReview.create({
      data: {
        releaseId: release.id,
        authorId: actor.userId,
        decision,
        body,
        candidateDigest: release.candidateDigest,
        standing: standingColumn({
          policy,
          release,
          checks: await tx.releaseCheck.findMany({ where: { releaseId: release.id } }),
        }),
        createdAt: at,
      },
    });
    const state = await stateNow(tx, locked, release);
    const reviewed = await tx.release.update({ where: { id: release.id }, data: { state } });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.review',
      before: { state: release.state },
      after: { state, decision, candidateDigest: release.candidateDigest },
    });
    return reviewed;
  });
}

/** @throws CatalogError CONFLICT where the candidate is no longer the one that somebody looked at */
export function requireCandidate(release: Release, digest: string): void {
  if (release.candidateDigest === digest) return;
  throw new CatalogError(
    'CONFLICT',
    `Release ${release.number} has been edited since you looked at it; look at what has changed, and decide again.`,
    { path: ['candidateDigest'] },
  );
}

async function open(
  tx: Db,
  locked: LockedRelease,
  enqueue: EnqueueReleaseChecks,
): Promise<Release> {
  const begun = await beginChecks(tx, locked.release, enqueue);
  // Content that was edited back to what somebody had reviewed finds that review in force again: it is the same content.
  const state = await stateNow(tx, locked, { ...begun, state: 'IN_REVIEW' });
  return tx.release.update({ where: { id: begun.id }, data: { state } });
}

async function policyNow(tx: Db, { team: { id: teamId } }: LockedRelease): Promise<TeamPolicy> {
  return policyOf(teamId, await tx.releasePolicy.findUnique({ where: { teamId } }));
}

async function stateNow(tx: Db, locked: LockedRelease, release: Release) {
  const policy = await policyNow(tx, locked);
  const { reviews, roles } = (await loadReviews(tx, [release.id]))(release.id);
  return stateAfter(release.state, weigh(reviews, { candidate: release, policy, roles }), policy);
}

async function refuseStaleVersion(tx: Db, release: Release): Promise<void> {
  const published = await publishedVersions(tx, [release.datasetId]);
  const [blocker] = blockersOf({
    release: { ...release, state: 'DRAFT' },
    verdict: { approvals: [], objections: [] },
    policy: { approvalsNeeded: 1, approverRole: 'REVIEWER', requiredChecks: [] },
    checks: [],
    publishedVersion: published.get(release.datasetId) ?? null,
  });
  if (blocker !== undefined) {
    throw new CatalogError('CONFLICT', blocker, { path: ['semanticVersion'] });
  }
}

function requireImpartial(
  { release, team, role }: LockedRelease,
  policy: TeamPolicy,
  { actor, decision }: NewReview,
): void {
  if (release.editorIds.includes(actor.userId)) {
    throw new CatalogError(
      'FORBIDDEN',
      `You have written part of release ${release.number}, so your review would not count; ask somebody who has not.`,
    );
  }
  const isHighEnough = role !== null && ROLES.indexOf(role) >= ROLES.indexOf(policy.approverRole);
  if (decision === 'REQUEST_CHANGES' || isHighEnough) return;
  throw new CatalogError(
    'FORBIDDEN',
    `Approvals in team '${team.slug}' are for ${policy.approverRole} or higher, and your role is ${role ?? 'none'}; you can ask for changes, and comment.`,
    { path: ['decision'] },
  );
}

async function requireReviewers(
  tx: Db,
  { release, team }: LockedRelease,
  ids: readonly string[],
): Promise<string[]> {
  const unique = [...new Set(ids)];
  if (unique.length > MOST_REVIEWERS) {
    throw new CatalogError(
      'INVALID',
      `There are ${unique.length} reviewers; ask ${MOST_REVIEWERS} at most.`,
      { path: ['reviewerIds'] },
    );
  }
  const members = await tx.membership.findMany({
    where: { teamId: team.id, userId: { in: unique } },
    include: { user: { select: { name: true } } },
  });
  for (const [index, id] of unique.entries()) {
    const path = ['reviewerIds', String(index)];
    const member = members.find((row) => row.userId === id);
    if (member === undefined) {
      throw new CatalogError('NOT_FOUND', 'There is no such member of the team.', { path });
    }
    if (!can(member.role, 'release.review')) {
      throw new CatalogError(
        'INVALID',
        `${member.user.name} is ${member.role}, and reviews are for REVIEWER or higher.`,
        { path },
      );
    }
    if (release.editorIds.includes(id)) {
      throw new CatalogError(
        'INVALID',
        `${member.user.name} has written part of the release, so their review would not count.`,
        { path },
      );
    }
  }
  return unique;
}
