/** @file Where a release stands: which reviews count, which state follows from them, what keeps it from being published. No database. */

import type {
  Release,
  ReleaseCheck,
  ReleaseCheckKind,
  ReleaseReview,
  ReleaseState,
  Role,
} from '../generated/client.ts';
import { ROLES } from '../permissions.ts';
import { REVIEW_STATES } from './actions.ts';
import { compareSemanticVersions } from './semantic-version.ts';

/** Every kind of check, in the order in which they are shown. */
export const RELEASE_CHECK_KINDS = [
  'BUDGET_AND_ICT',
  'DUPLICATES',
  'LEAKAGE',
  'SHARD_INTEGRITY',
  'SYNTHETIC_MARK',
  'LICENCES',
  'DATASHEET',
] as const satisfies readonly ReleaseCheckKind[];

/** What each check looks at, as sentences name it. */
export const CHECK_WORDS: Readonly<Record<ReleaseCheckKind, string>> = {
  BUDGET_AND_ICT: 'of the budget and the separation of identities',
  DUPLICATES: 'for duplicates',
  LEAKAGE: 'for leakage of real people',
  SHARD_INTEGRITY: 'of the stored files',
  SYNTHETIC_MARK: 'of the synthetic mark in the images',
  LICENCES: 'of the licences',
  DATASHEET: 'of the datasheet',
};

/** What a team asks of a release. */
export interface PolicyTerms {
  /** Persons who have to approve, 1 to 10. */
  readonly approvalsNeeded: number;
  /** The least role of somebody whose approval counts, REVIEWER or higher. */
  readonly approverRole: Role;
  /** Checks that have to have passed, of this very candidate. */
  readonly requiredChecks: readonly ReleaseCheckKind[];
}

/** Of a team that has set nothing: one approval by a reviewer, and every check. */
export const DEFAULT_POLICY: PolicyTerms = {
  approvalsNeeded: 1,
  approverRole: 'REVIEWER',
  requiredChecks: RELEASE_CHECK_KINDS,
};

/** The part of a release that reviews and checks are held against. */
export type Candidate = Pick<Release, 'state' | 'candidateDigest' | 'editorIds'>;

type ReviewFacts = Pick<
  ReleaseReview,
  'id' | 'authorId' | 'decision' | 'candidateDigest' | 'createdAt'
>;

/** Whether a review says nothing about the candidate: it was of another one, or its author has had a hand in this one. */
export function isVoid(
  review: Pick<ReleaseReview, 'authorId' | 'candidateDigest'>,
  candidate: Candidate,
): boolean {
  return (
    review.candidateDigest !== candidate.candidateDigest ||
    candidate.editorIds.includes(review.authorId)
  );
}

/** The last word of each person about this candidate. */
export function standingReviews<R extends ReviewFacts>(
  reviews: readonly R[],
  candidate: Candidate,
): R[] {
  const last = new Map<string, R>();
  for (const review of reviews.toSorted(byTime)) {
    if (!isVoid(review, candidate)) last.set(review.authorId, review);
  }
  return [...last.values()];
}

/** What reviews come to. */
export interface Verdict<R> {
  /** Approvals that count. */
  readonly approvals: readonly R[];
  /** Whoever asked for changes and has not approved since. */
  readonly objections: readonly R[];
}

/**
 * Weighs the reviews. An approval counts while its author has the role that the policy asks for; an objection stands until its
 * author takes it back, or has left the team or lost the right to review.
 *
 * @param roles the roles of the reviews' authors today; null once the release is published, where what counted then counts for ever
 */
export function weigh<R extends ReviewFacts>(
  reviews: readonly R[],
  options: {
    readonly candidate: Candidate;
    readonly policy: PolicyTerms;
    readonly roles: ReadonlyMap<string, Role> | null;
  },
): Verdict<R> {
  const { candidate, policy, roles } = options;
  const hasRole = (userId: string, least: Role): boolean => {
    if (roles === null) return true;
    const role = roles.get(userId);
    return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
  };
  const standing = standingReviews(reviews, candidate);
  return {
    approvals: standing.filter(
      ({ decision, authorId }) => decision === 'APPROVE' && hasRole(authorId, policy.approverRole),
    ),
    objections: standing.filter(
      ({ decision, authorId }) => decision === 'REQUEST_CHANGES' && hasRole(authorId, 'REVIEWER'),
    ),
  };
}

/** The state of a release under review that follows from its reviews; that of any other release is left as it is. */
export function stateAfter(
  state: ReleaseState,
  verdict: Verdict<unknown>,
  { approvalsNeeded }: PolicyTerms,
): ReleaseState {
  if (!(REVIEW_STATES as readonly ReleaseState[]).includes(state)) return state;
  if (verdict.objections.length > 0) return 'CHANGES_REQUESTED';
  return verdict.approvals.length >= approvalsNeeded ? 'APPROVED' : 'IN_REVIEW';
}

/** The state of a check as it is shown: STALE once it is of another candidate. */
export function shownState(
  check: Pick<ReleaseCheck, 'state' | 'candidateDigest'>,
  candidate: Pick<Release, 'candidateDigest'>,
): ReleaseCheck['state'] | 'STALE' {
  return check.candidateDigest === candidate.candidateDigest ? check.state : 'STALE';
}

/** What stands between the release and its next state, as sentences; none where nothing does. */
export function blockersOf(options: {
  readonly release: Candidate & Pick<Release, 'semanticVersion'>;
  readonly verdict: Verdict<unknown>;
  readonly policy: PolicyTerms;
  readonly checks: readonly Pick<ReleaseCheck, 'kind' | 'state' | 'candidateDigest'>[];
  /** The greatest version that the dataset has published. */
  readonly publishedVersion: string | null;
}): string[] {
  const { release, verdict, policy, checks } = options;
  const passed = versionBlockers(release, options.publishedVersion);
  if (release.state === 'DRAFT') return passed;
  if (!(REVIEW_STATES as readonly ReleaseState[]).includes(release.state)) return [];
  return [
    ...reviewBlockers(verdict, policy),
    ...policy.requiredChecks.flatMap((kind) => {
      const check = checks.find((row) => row.kind === kind);
      const state = check === undefined ? null : shownState(check, release);
      return state === 'PASSED'
        ? []
        : [`The check ${CHECK_WORDS[kind]} ${CHECK_STATE[state ?? 'STALE']}.`];
    }),
    ...passed,
  ];
}

const CHECK_STATE = {
  PENDING: 'waits for a worker',
  RUNNING: 'is at work',
  FAILED: 'did not pass',
  ERRORED: 'could not be done; run it again',
  STALE: 'has not been made of this candidate; run it',
} as const satisfies Record<Exclude<ReleaseCheck['state'], 'PASSED'> | 'STALE', string>;

function reviewBlockers(
  { approvals, objections }: Verdict<unknown>,
  { approvalsNeeded, approverRole }: PolicyTerms,
): string[] {
  const missing = approvalsNeeded - approvals.length;
  const people = missing === 1 ? 'approval is' : 'approvals are';
  return [
    ...(objections.length > 0
      ? [
          objections.length === 1
            ? 'Somebody has asked for changes.'
            : `${objections.length} people have asked for changes.`,
        ]
      : []),
    ...(missing > 0
      ? [
          `${missing} more ${people} needed, from somebody with the role ${wordOf(approverRole)} or higher who has not edited the release.`,
        ]
      : []),
  ];
}

/** A role as pages call it. */
function wordOf(role: Role): string {
  return `${role.slice(0, 1)}${role.slice(1).toLowerCase()}`;
}

function versionBlockers(
  { semanticVersion }: Pick<Release, 'semanticVersion'>,
  publishedVersion: string | null,
): string[] {
  if (publishedVersion === null || compareSemanticVersions(semanticVersion, publishedVersion) > 0) {
    return [];
  }
  return [
    `Version ${publishedVersion} has been published, and ${semanticVersion} does not come after it; choose a greater one.`,
  ];
}

function byTime(a: ReviewFacts, b: ReviewFacts): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1);
}
