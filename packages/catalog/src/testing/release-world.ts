/** @file People around a release, and releases brought into any state the way people bring them there. */

import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import type { DatasetVersion, Release, ReleaseState } from '../generated/client.ts';
import { sha256 } from '../canonical-json.ts';
import type { CheckEnding, EnqueueReleaseChecks } from '../releases/release-checks.ts';
import type { SealManifest } from '../releases/publish-release.ts';
import { RELEASE_CHECK_KINDS } from '../releases/standing.ts';
import { makeMember, makePerson, makeTeam, produce, startRun, type TestTeam } from './world.ts';

/** A team with a version to release, and who has to do with it. */
export interface ReleaseWorld extends TestTeam {
  readonly version: DatasetVersion;
  readonly author: Actor;
  readonly reviewer: Actor;
  readonly secondReviewer: Actor;
  readonly maintainer: Actor;
  readonly viewer: Actor;
  /** In no team at all. */
  readonly outsider: Actor;
}

/** Makes it. */
export async function makeReleaseWorld(catalog: Catalog, slug = 'lab'): Promise<ReleaseWorld> {
  const team = await makeTeam(catalog, slug);
  await catalog.budgets.setIdentityBudget({
    actor: team.owner,
    scope: { teamId: team.team.id },
    maxIdentities: 1000,
    maxSamples: 10_000,
    minSeparation: 0,
  });
  const run = await startRun(catalog, team);
  await produce(catalog, run);
  const version = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  return {
    ...team,
    version,
    author: await makeMember(catalog, team, 'CONTRIBUTOR'),
    reviewer: await makeMember(catalog, team, 'REVIEWER'),
    secondReviewer: await makeMember(catalog, team, 'REVIEWER'),
    maintainer: await makeMember(catalog, team, 'MAINTAINER'),
    viewer: await makeMember(catalog, team, 'VIEWER'),
    outsider: await makePerson(catalog, 'outsider'),
  };
}

/** Checks that no worker makes; tests end them. */
export const enqueueNoChecks: EnqueueReleaseChecks = async (tx) => {
  await tx.executeSql('SELECT $1::int', [1]);
};

/** A manifest with the facts alone; its signature is a digest, which nobody here reads. */
export const sealPlainly: SealManifest = (facts) => {
  const text = JSON.stringify(facts);
  return { text, signature: sha256(text), key: { id: 'k'.repeat(16), publicKey: 'PEM' } };
};

let drafted = 0;

/** Drafts a release by the world's author; each comes after the ones before. */
export function draftRelease(
  catalog: Catalog,
  world: ReleaseWorld,
  options: Partial<Parameters<Catalog['releases']['createRelease']>[0]> = {},
): Promise<Release> {
  drafted += 1;
  return catalog.releases.createRelease({
    actor: world.author,
    versionId: world.version.id,
    semanticVersion: `1.0.${drafted}`,
    title: 'Faces',
    terms: { licence: 'CC-BY-4.0' },
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
    ...options,
  });
}

/** Ends every check of the release's newest attempt. */
export async function endChecks(
  catalog: Catalog,
  releaseId: string,
  ending: CheckEnding = { state: 'PASSED', sentence: 'Nothing was found.', evidence: { seen: 1 } },
): Promise<void> {
  const where = { id: releaseId };
  const { checkAttempt: attempt } = await catalog.prisma.release.findUniqueOrThrow({ where });
  for (const kind of RELEASE_CHECK_KINDS) {
    await catalog.releaseChecks.finishCheck({ releaseId, kind, attempt }, ending);
  }
}

/** Who takes a release from its draft to everybody. */
type ReleasePeople = Pick<ReleaseWorld, 'author' | 'reviewer' | 'maintainer'>;

/** Sends a draft to review, ends its checks and has it approved. */
export async function approveDraft(
  catalog: Catalog,
  { author, reviewer }: Omit<ReleasePeople, 'maintainer'>,
  { id: releaseId, candidateDigest }: Release,
): Promise<Release> {
  await catalog.releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
  await endChecks(catalog, releaseId);
  const approval = { releaseId, candidateDigest, decision: 'APPROVE' } as const;
  return catalog.releases.reviewRelease({ actor: reviewer, ...approval });
}

/** As {@link approveDraft}, and publishes it. */
export async function publishDraft(
  catalog: Catalog,
  people: ReleasePeople,
  draft: Release,
): Promise<Release> {
  const { id: releaseId, candidateDigest } = await approveDraft(catalog, people, draft);
  const what = { actor: people.maintainer, releaseId, candidateDigest };
  return catalog.releases.publishRelease(what, sealPlainly);
}

/** A release that has come to `state` by the steps that lead there. */
export async function releaseIn(
  catalog: Catalog,
  world: ReleaseWorld,
  state: ReleaseState,
  options: Parameters<typeof draftRelease>[2] = {},
): Promise<Release> {
  const { releases } = catalog;
  const { author, reviewer, maintainer } = world;
  const draft = await draftRelease(catalog, world, options);
  const { id: releaseId, candidateDigest } = draft;
  switch (state) {
    case 'DRAFT':
      return draft;
    case 'WITHDRAWN':
      return releases.withdrawRelease({ actor: author, releaseId });
    case 'IN_REVIEW':
      return releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
    case 'CHANGES_REQUESTED': {
      await releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
      const decision = { decision: 'REQUEST_CHANGES', body: 'No.', candidateDigest } as const;
      return releases.reviewRelease({ actor: reviewer, releaseId, ...decision });
    }
    case 'APPROVED':
      return approveDraft(catalog, world, draft);
    case 'PUBLISHED':
      return publishDraft(catalog, world, draft);
    case 'RETRACTED':
      await publishDraft(catalog, world, draft);
      return releases.retractRelease({ actor: maintainer, releaseId, reason: 'A face is real.' });
  }
}
