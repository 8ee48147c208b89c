/** @file Where releases stand for whoever is looking, read for many at once. */

import type { Actor } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import type {
  Release,
  ReleaseCheck,
  ReleaseCheckKind,
  ReleaseReview,
  Role,
} from '../generated/client.ts';
import { cleanIds } from '../in-order.ts';
import { can } from '../permissions.ts';
import { RELEASE_ACTIONS, isPossible, type ReleaseAction } from './actions.ts';
import { policyOf, type TeamPolicy } from './policies.ts';
import { teamReleases, visibleReleases } from './release-role.ts';
import { loadReviews } from './review-facts.ts';
import { RELEASE_CHECK_KINDS, blockersOf, isVoid, shownState, weigh } from './standing.ts';
import { isOwn, publishedVersions } from './write-release.ts';

/** A check as it stands now. */
export interface StandingCheck {
  readonly kind: ReleaseCheckKind;
  readonly state: ReleaseCheck['state'] | 'STALE';
  /** Share that is done, 0 to 1. */
  readonly progress: number;
  /** What it is at; empty unless a worker has said so and is not done. */
  readonly step: string;
  readonly sentence: string;
  readonly evidence: unknown;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly isRequired: boolean;
}

/** A review with whether it still says anything. */
export interface StandingReview extends ReleaseReview {
  readonly isVoid: boolean;
}

/** Where a release stands. Of reviews, reviewers and what is missing only members are told. */
export interface ReleaseStanding {
  readonly isMember: boolean;
  readonly approvalsNeeded: number;
  readonly approvalsGiven: number;
  readonly checks: readonly StandingCheck[];
  /** Oldest first. */
  readonly reviews: readonly StandingReview[];
  readonly requestedReviewerIds: readonly string[];
  readonly blockers: readonly string[];
  readonly viewerCan: readonly ReleaseAction[];
  readonly hasAcceptedTerms: boolean;
}

/** Reads them in a number of statements that does not depend on how many there are; null for one the actor may not see. */
export async function standingsOf(
  { prisma }: ServiceContext,
  { actor, releaseIds }: { readonly actor: Actor; readonly releaseIds: readonly string[] },
): Promise<(ReleaseStanding | null)[]> {
  const ids = cleanIds(releaseIds);
  const rows = await prisma.release.findMany({
    where: { AND: [{ id: { in: ids } }, visibleReleases(actor)] },
    include: {
      checks: true,
      reviewers: { orderBy: { createdAt: 'asc' } },
      acceptances: { where: { userId: actor.userId } },
      dataset: {
        select: {
          teamId: true,
          team: {
            select: {
              releasePolicy: true,
              memberships: { where: { userId: actor.userId }, select: { role: true } },
            },
          },
        },
      },
    },
  });
  const own = await prisma.release.findMany({
    where: { AND: [{ id: { in: ids } }, teamReleases(actor)] },
    select: { id: true },
  });
  const ofTeam = new Set(own.map(({ id }) => id));
  const reviewsOf = await loadReviews(prisma, ids);
  const published = await publishedVersions(
    prisma,
    rows.map((row) => row.datasetId),
  );
  const standings = new Map(
    rows.map((row) => {
      const { checks, reviewers, acceptances, dataset, ...release } = row;
      const isMember = ofTeam.has(release.id);
      const role = isMember ? (dataset.team.memberships[0]?.role ?? null) : null;
      const policy = policyOf(dataset.teamId, dataset.team.releasePolicy);
      const { reviews, roles } = reviewsOf(release.id);
      const verdict = weigh(reviews, {
        candidate: release,
        policy,
        roles: release.publishedAt === null ? roles : null,
      });
      const blockers = blockersOf({
        release,
        verdict,
        policy,
        checks,
        publishedVersion: published.get(release.datasetId) ?? null,
      });
      const hasAcceptedTerms = acceptances.length > 0;
      const standing: ReleaseStanding = {
        isMember,
        approvalsNeeded: policy.approvalsNeeded,
        approvalsGiven: verdict.approvals.length,
        checks: shownChecks(release, checks, policy),
        reviews: isMember
          ? reviews.map((review) => Object.assign({}, review, { isVoid: isVoid(review, release) }))
          : [],
        requestedReviewerIds: isMember ? reviewers.map(({ userId }) => userId) : [],
        blockers: isMember ? blockers : [],
        viewerCan: actionsOf({ actor, release, role, blockers, hasAcceptedTerms }),
        hasAcceptedTerms,
      };
      return [release.id, standing];
    }),
  );
  return releaseIds.map((id) => standings.get(id.toLowerCase()) ?? null);
}

function shownChecks(
  release: Release,
  checks: readonly ReleaseCheck[],
  policy: TeamPolicy,
): StandingCheck[] {
  return RELEASE_CHECK_KINDS.flatMap((kind) => {
    const check = checks.find((row) => row.kind === kind);
    if (check === undefined) return [];
    const { progress, step, sentence, evidence, startedAt, finishedAt } = check;
    const isRequired = policy.requiredChecks.includes(kind);
    const state = shownState(check, release);
    const found = { sentence, evidence, startedAt, finishedAt };
    return [{ kind, state, progress, step, ...found, isRequired }];
  });
}

/** What of the table of actions would be done, and not refused, if this actor asked for it now. */
function actionsOf(options: {
  readonly actor: Actor;
  readonly release: Release;
  readonly role: Role | null;
  readonly blockers: readonly string[];
  readonly hasAcceptedTerms: boolean;
}): ReleaseAction[] {
  const { actor, release, role, blockers, hasAcceptedTerms } = options;
  const isAllowed: Readonly<Record<ReleaseAction, boolean>> = {
    EDIT: isOwn(release, actor, role),
    REQUEST_REVIEW: release.state !== 'DRAFT' || blockers.length === 0,
    RUN_CHECKS: true,
    REVIEW: !release.editorIds.includes(actor.userId),
    COMMENT: true,
    PUBLISH: blockers.length === 0,
    RETRACT: true,
    WITHDRAW: isOwn(release, actor, role),
    DOWNLOAD: !release.isGated || hasAcceptedTerms,
    ACCEPT_TERMS: release.isGated && !hasAcceptedTerms,
  };
  return (Object.keys(RELEASE_ACTIONS) as ReleaseAction[]).filter(
    (action) =>
      isAllowed[action] && isPossible(action, release.state) && mayAsk(actor, role, action),
  );
}

function mayAsk(actor: Actor, role: Role | null, action: ReleaseAction): boolean {
  const { permission } = RELEASE_ACTIONS[action];
  if (actor.key !== undefined && !actor.key.scopes.has(permission)) return false;
  // Whoever sees a published release may download it, member or not.
  return role === null ? permission === 'release.read' : can(role, permission);
}
