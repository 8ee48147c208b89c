/** @file What a reviewer had before them beside the candidate: what the team asked for, and how the checks stood. Kept with the review. */

import type { Prisma, ReleaseCheck, ReleaseCheckKind, ReleaseReview } from '../generated/client.ts';
import { RELEASE_CHECK_KINDS, shownState, type Candidate, type PolicyTerms } from './standing.ts';

/** A check as it stood when somebody gave their review. */
export interface CheckThen {
  readonly kind: ReleaseCheckKind;
  readonly state: ReleaseCheck['state'] | 'STALE';
  /** What it had found; empty where it had not ended. */
  readonly sentence: string;
}

/** How a release stood at the moment of a review. */
export interface ReviewStanding {
  readonly policy: PolicyTerms;
  /** Those that there were, in the order in which they are shown. */
  readonly checks: readonly CheckThen[];
}

/** The column of a review. */
export function standingColumn(options: {
  readonly policy: PolicyTerms;
  readonly release: Pick<Candidate, 'candidateDigest'>;
  readonly checks: readonly Pick<ReleaseCheck, 'kind' | 'state' | 'sentence' | 'candidateDigest'>[];
}): Prisma.InputJsonObject {
  const { approvalsNeeded, approverRole, requiredChecks } = options.policy;
  const checks = RELEASE_CHECK_KINDS.flatMap((kind) => {
    const check = options.checks.find((row) => row.kind === kind);
    if (check === undefined) return [];
    return { kind, state: shownState(check, options.release), sentence: check.sentence };
  });
  return {
    policy: { approvalsNeeded, approverRole, requiredChecks: [...requiredChecks] },
    checks,
  };
}

/** The column read again; null of a review from before it was kept. */
export function standingOf({ standing }: Pick<ReleaseReview, 'standing'>): ReviewStanding | null {
  return standing as unknown as ReviewStanding | null;
}
