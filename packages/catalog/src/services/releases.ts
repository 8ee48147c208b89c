/** @file Releases: how a version of a dataset gets to those who use it, and how it is taken back. */

import type { Actor } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import type { Release, ReleaseCandidate } from '../generated/client.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { candidatesOf, type CandidateName } from '../releases/candidates.ts';
import { commentOnRelease, resolveThread, type NewComment } from '../releases/discuss-release.ts';
import {
  acceptReleaseTerms,
  countDownloads,
  listDownloads,
  type NamedDownload,
  openDownload,
  recordDownload,
  type OpenDownload,
} from '../releases/downloads.ts';
import {
  policiesOfTeams,
  setReleasePolicy,
  type PolicyChange,
  type TeamPolicy,
} from '../releases/policies.ts';
import { publishRelease, retractRelease, type SealManifest } from '../releases/publish-release.ts';
import { createReleaseReads, type ReleaseReads } from '../releases/read-releases.ts';
import { runReleaseChecks, type EnqueueReleaseChecks } from '../releases/release-checks.ts';
import { standingsOf, type ReleaseStanding } from '../releases/release-standing.ts';
import {
  requestReview,
  reviewRelease,
  type NewReview,
  type ReviewRequest,
} from '../releases/review-release.ts';
import {
  createRelease,
  updateRelease,
  withdrawRelease,
  type NewRelease,
  type ReleaseEdit,
} from '../releases/write-release.ts';

interface OneRelease {
  readonly actor: Actor;
  readonly releaseId: string;
}

/**
 * Releases. Every call that changes one takes its row and checks state, role and candidate under that lock; each throws NOT_FOUND
 * for what the actor may not see, FORBIDDEN for what their role or key may not do, CONFLICT for a state that does not fit.
 */
export interface ReleaseService extends ReleaseReads {
  /** Drafts a release of a version. @throws CatalogError INVALID, CONFLICT (version taken, or not after what is published) */
  createRelease(input: NewRelease): Promise<Release>;
  /** Changes the candidate; the release is a draft again, and approvals of what it was are void. @throws CatalogError INVALID, CONFLICT */
  updateRelease(input: ReleaseEdit): Promise<Release>;
  /** Sends a draft into review and begins its checks; again, asks more people. @throws CatalogError INVALID (somebody who cannot review it) */
  requestReview(input: ReviewRequest, enqueue: EnqueueReleaseChecks): Promise<Release>;
  /** Approves or asks for changes. @throws CatalogError FORBIDDEN (whoever edited it), CONFLICT (another candidate) */
  reviewRelease(input: NewReview): Promise<Release>;
  commentOnRelease(input: NewComment): Promise<Release>;
  /** Settles a thread or opens it again; what it is already it stays. */
  resolveThread(input: {
    readonly actor: Actor;
    readonly threadId: string;
    readonly isResolved: boolean;
  }): Promise<Release>;
  /** Begins every check anew. */
  runReleaseChecks(input: OneRelease, enqueue: EnqueueReleaseChecks): Promise<Release>;
  /** Publishes an approved candidate with the manifest that `seal` makes. @throws CatalogError CONFLICT with all that is missing */
  publishRelease(
    input: OneRelease & { readonly candidateDigest: string },
    seal: SealManifest,
  ): Promise<Release>;
  retractRelease(input: OneRelease & { readonly reason: string }): Promise<Release>;
  withdrawRelease(input: OneRelease): Promise<Release>;
  /** Agrees to the terms of a gated release; a second time changes nothing. */
  acceptReleaseTerms(input: OneRelease): Promise<Release>;
  /**
   * What is to be downloaded. @throws CatalogError GONE (retracted), CONFLICT (not published), FORBIDDEN (terms not agreed to)
   *
   * @param input.needsTerms false for what may be read before agreeing: the manifest. @default true
   */
  openDownload(input: OneRelease & { readonly needsTerms?: boolean }): Promise<OpenDownload>;
  /** Notes that the actor downloads a file; false where that was noted today already. @throws as openDownload */
  recordDownload(input: OneRelease & { readonly file: string }): Promise<boolean>;
  /** Who downloaded what, newest first. */
  listDownloads(input: OneRelease & { readonly page?: PageRequest }): Promise<Page<NamedDownload>>;
  countDownloads(input: OneRelease): Promise<number>;
  /** Where each release stands for the actor; null for one that they may not see. */
  standingsOf(input: {
    readonly actor: Actor;
    readonly releaseIds: readonly string[];
  }): Promise<(ReleaseStanding | null)[]>;
  /** What releases were under these digests; null for what was never so, or is not of a team of the actor. */
  candidatesOf(input: {
    readonly actor: Actor;
    readonly names: readonly CandidateName[];
  }): Promise<(ReleaseCandidate | null)[]>;
  /** The policy of each team that the actor belongs to. */
  policiesOfTeams(input: {
    readonly actor: Actor;
    readonly teamIds: readonly string[];
  }): Promise<(TeamPolicy | null)[]>;
  setReleasePolicy(input: PolicyChange): Promise<TeamPolicy>;
}

/** Makes the service of releases. */
export function createReleaseService(context: ServiceContext): ReleaseService {
  const { prisma } = context;
  return {
    ...createReleaseReads(context),
    createRelease: (input) => createRelease(prisma, input),
    updateRelease: (input) => updateRelease(prisma, input),
    requestReview: (input, enqueue) => requestReview(prisma, input, enqueue),
    reviewRelease: (input) => reviewRelease(prisma, input),
    commentOnRelease: (input) => commentOnRelease(prisma, input),
    resolveThread: (input) => resolveThread(prisma, input),
    runReleaseChecks: (input, enqueue) => runReleaseChecks(prisma, input, enqueue),
    publishRelease: (input, seal) => publishRelease(prisma, input, seal),
    retractRelease: (input) => retractRelease(prisma, input),
    withdrawRelease: (input) => withdrawRelease(prisma, input),
    acceptReleaseTerms: (input) => acceptReleaseTerms(prisma, input),
    openDownload: (input) => openDownload(prisma, input),
    recordDownload: (input) => recordDownload(prisma, input),
    listDownloads: (input) => listDownloads(prisma, input),
    countDownloads: (input) => countDownloads(prisma, input),
    standingsOf: (input) => standingsOf(context, input),
    candidatesOf: (input) => candidatesOf(prisma, input),
    policiesOfTeams: (input) => policiesOfTeams(prisma, input),
    setReleasePolicy: (input) => setReleasePolicy(prisma, input),
  };
}
