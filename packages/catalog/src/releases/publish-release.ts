/** @file Publishing a release and taking it back. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import { canonicalJson, sha256 } from '../canonical-json.ts';
import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type {
  Prisma,
  PrismaClient,
  Release,
  ReleaseCheck,
  ReleaseCheckKind,
  ReleaseReach,
  ReleaseReview,
} from '../generated/client.ts';
import { checkText } from '../names.ts';
import { policyOf } from './policies.ts';
import { recordRelease } from './release-entity.ts';
import { lockRelease, type LockedRelease } from './release-role.ts';
import { requireCandidate } from './review-release.ts';
import { loadReviews } from './review-facts.ts';
import { RELEASE_CHECK_KINDS, blockersOf, weigh } from './standing.ts';
import { publishedVersions } from './write-release.ts';

/** Somebody as a manifest names them. */
export interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

/** A check as a manifest tells of it. */
export interface CheckFacts {
  readonly kind: ReleaseCheckKind;
  readonly state: ReleaseCheck['state'];
  readonly sentence: string;
  readonly evidence: Prisma.JsonValue;
  /** SHA-256 of the evidence's canonical JSON; null where there is none. */
  readonly evidenceDigest: string | null;
  readonly finishedAt: Date | null;
}

/** All that a manifest says of a release, beside its files and key. */
export interface ReleaseFacts {
  readonly releaseId: string;
  readonly versionId: string;
  readonly dataset: { readonly team: string; readonly slug: string; readonly title: string };
  readonly release: {
    readonly number: number;
    readonly semanticVersion: string;
    readonly title: string;
    readonly notes: string;
  };
  readonly versionNumber: number;
  readonly versionDigest: string;
  readonly candidateDigest: string;
  readonly counts: { readonly identities: number; readonly images: number };
  readonly terms: {
    readonly licence: string;
    readonly text: string;
    readonly isGated: boolean;
    readonly reach: ReleaseReach;
  };
  /** Of this candidate, in the order of the kinds. */
  readonly checks: readonly CheckFacts[];
  /** Those that count, oldest first. */
  readonly approvals: readonly {
    readonly by: NamedPerson;
    readonly at: Date;
    readonly candidateDigest: string;
  }[];
  readonly publishedAt: Date;
  readonly publishedBy: NamedPerson;
}

/** A manifest and its signature, byte for byte as they will be handed out. */
export interface SealedManifest {
  /** manifest.json: JSON with at least `candidateDigest` and `versionDigest`. */
  readonly text: string;
  /** manifest.sig. */
  readonly signature: string;
  readonly key: {
    readonly id: string;
    /** SPKI in PEM. */
    readonly publicKey: string;
  };
}

/**
 * Makes the manifest of a release that is about to be published, and signs it. It is called once, inside of the transaction and
 * under its locks, so that what it is given is what is published; it should read little and compute little.
 */
export type SealManifest = (facts: ReleaseFacts) => SealedManifest | Promise<SealedManifest>;

/** See ReleaseService.publishRelease. */
export function publishRelease(
  prisma: PrismaClient,
  input: {
    readonly actor: Actor;
    readonly releaseId: string;
    readonly candidateDigest: string;
  },
  seal: SealManifest,
): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, releaseId } = input;
    const locked = await lockRelease(tx, { actor, releaseId, action: 'PUBLISH' });
    const { release, team, at } = locked;
    requireCandidate(release, input.candidateDigest);
    const { approvals, checks } = await requireFit(tx, locked);
    const facts = await factsOf(tx, locked, { actor, approvals, checks });
    await keepManifest(tx, facts, await seal(facts));
    const published = await tx.release.update({
      where: { id: release.id },
      data: { state: 'PUBLISHED', publishedAt: at, publishedById: actor.userId },
    });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.publish',
      before: { state: release.state },
      after: {
        state: 'PUBLISHED',
        semanticVersion: release.semanticVersion,
        candidateDigest: release.candidateDigest,
        reach: release.reach,
        approvedBy: facts.approvals.map(({ by }) => by.name),
      },
    });
    return published;
  });
}

/** See ReleaseService.retractRelease. */
export function retractRelease(
  prisma: PrismaClient,
  input: { readonly actor: Actor; readonly releaseId: string; readonly reason: string },
): Promise<Release> {
  return change(prisma, input.actor, async (tx) => {
    const { actor, releaseId } = input;
    const { release, team, at } = await lockRelease(tx, { actor, releaseId, action: 'RETRACT' });
    const reason = checkText(input.reason, 'reason', 2000);
    const retracted = await tx.release.update({
      where: { id: release.id },
      data: {
        state: 'RETRACTED',
        retractedAt: at,
        retractedById: actor.userId,
        retractionReason: reason,
      },
    });
    await recordRelease(tx, {
      teamId: team.id,
      release,
      action: 'release.retract',
      before: { state: release.state },
      after: { state: 'RETRACTED', reason },
    });
    return retracted;
  });
}

/** @throws CatalogError CONFLICT with everything that is missing */
async function requireFit(tx: Db, { release, team }: LockedRelease) {
  const teamId = team.id;
  const policy = policyOf(teamId, await tx.releasePolicy.findUnique({ where: { teamId } }));
  const { reviews, roles } = (await loadReviews(tx, [release.id]))(release.id);
  const checks = await tx.releaseCheck.findMany({ where: { releaseId: release.id } });
  const published = await publishedVersions(tx, [release.datasetId]);
  const verdict = weigh(reviews, { candidate: release, policy, roles });
  const blockers = blockersOf({
    release,
    verdict,
    policy,
    checks,
    publishedVersion: published.get(release.datasetId) ?? null,
  });
  if (blockers.length > 0) {
    throw new CatalogError(
      'CONFLICT',
      `Release ${release.number} cannot be published yet. ${blockers.join(' ')}`,
    );
  }
  const ofCandidate = checks.filter((row) => row.candidateDigest === release.candidateDigest);
  return { approvals: verdict.approvals, checks: ofCandidate };
}

async function factsOf(
  tx: Db,
  { release, version, dataset, team, at }: LockedRelease,
  found: {
    readonly actor: Actor;
    readonly approvals: readonly ReleaseReview[];
    readonly checks: readonly ReleaseCheck[];
  },
): Promise<ReleaseFacts> {
  const { actor, approvals, checks } = found;
  const ids = [actor.userId, ...approvals.map((review) => review.authorId)];
  const people = await tx.user.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true },
  });
  const named = (id: string): NamedPerson =>
    people.find((row) => row.id === id) ?? { id, name: id };
  const { number, semanticVersion, title, notes, licence, termsText, isGated, reach } = release;
  return {
    releaseId: release.id,
    versionId: version.id,
    dataset: { team: team.slug, slug: dataset.slug, title: dataset.title },
    release: { number, semanticVersion, title, notes },
    versionNumber: version.number,
    versionDigest: version.digest,
    candidateDigest: release.candidateDigest,
    counts: { identities: version.identityCount, images: version.sampleCount },
    terms: { licence, text: termsText, isGated, reach },
    checks: checks
      .toSorted((a, b) => placeOf(a.kind) - placeOf(b.kind))
      .map(({ kind, state, sentence, evidence, finishedAt }) => ({
        kind,
        state,
        sentence,
        evidence,
        evidenceDigest: evidence === null ? null : sha256(canonicalJson(evidence)),
        finishedAt,
      })),
    approvals: approvals.map(({ authorId, createdAt, candidateDigest }) => ({
      by: named(authorId),
      at: createdAt,
      candidateDigest,
    })),
    publishedAt: at,
    publishedBy: named(actor.userId),
  };
}

async function keepManifest(tx: Db, facts: ReleaseFacts, sealed: SealedManifest): Promise<void> {
  const { text, signature, key } = sealed;
  const said = JSON.parse(text) as { candidateDigest?: unknown; versionDigest?: unknown };
  if (
    said.candidateDigest !== facts.candidateDigest ||
    said.versionDigest !== facts.versionDigest
  ) {
    throw new Error(`The manifest made for release ${facts.releaseId} is of another candidate.`);
  }
  // Created at most once, whoever publishes at the same moment; a key never changes under its id.
  await tx.signingKey.createMany({ data: [key], skipDuplicates: true });
  await tx.releaseManifest.create({
    data: { releaseId: facts.releaseId, text, digest: sha256(text), signature, keyId: key.id },
  });
}

function placeOf(kind: ReleaseCheckKind): number {
  return RELEASE_CHECK_KINDS.indexOf(kind);
}
