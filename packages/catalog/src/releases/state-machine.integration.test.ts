/** @file Every action in every state, then long random ways through all of them. */

import { randomUUID } from 'node:crypto';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../catalog.ts';
import { isCatalogError } from '../errors.ts';
import type { Release, ReleaseState } from '../generated/client.ts';
import { openTestCatalog, type TestCatalog } from '../testing/index.ts';
import {
  draftRelease,
  endChecks,
  enqueueNoChecks,
  makeReleaseWorld,
  releaseIn,
  sealPlainly,
  type ReleaseWorld,
} from '../testing/release-world.ts';
import { RELEASE_CHECK_KINDS } from './standing.ts';
import type { ReleaseAction } from './actions.ts';
import { compareSemanticVersions } from './semantic-version.ts';

let open: TestCatalog;
let catalog: Catalog;
let world: ReleaseWorld;

beforeAll(async () => {
  open = await openTestCatalog();
  ({ catalog } = open);
  world = await makeReleaseWorld(catalog);
});
afterAll(() => open.close());

const STATES: readonly ReleaseState[] = [
  'DRAFT',
  'IN_REVIEW',
  'CHANGES_REQUESTED',
  'APPROVED',
  'PUBLISHED',
  'RETRACTED',
  'WITHDRAWN',
];

/** The state after each action, by whoever may do it; where there is none the answer is CONFLICT, or what stands there. */
const AFTER: Readonly<Record<ReleaseAction, Partial<Record<ReleaseState, string>>>> = {
  EDIT: { DRAFT: 'DRAFT', IN_REVIEW: 'DRAFT', CHANGES_REQUESTED: 'DRAFT', APPROVED: 'DRAFT' },
  REQUEST_REVIEW: { DRAFT: 'IN_REVIEW', IN_REVIEW: 'IN_REVIEW' },
  RUN_CHECKS: {
    DRAFT: 'DRAFT',
    IN_REVIEW: 'IN_REVIEW',
    CHANGES_REQUESTED: 'CHANGES_REQUESTED',
    APPROVED: 'APPROVED',
  },
  REVIEW: { IN_REVIEW: 'APPROVED', CHANGES_REQUESTED: 'CHANGES_REQUESTED', APPROVED: 'APPROVED' },
  COMMENT: {
    DRAFT: 'DRAFT',
    IN_REVIEW: 'IN_REVIEW',
    CHANGES_REQUESTED: 'CHANGES_REQUESTED',
    APPROVED: 'APPROVED',
    PUBLISHED: 'PUBLISHED',
    RETRACTED: 'RETRACTED',
  },
  PUBLISH: { APPROVED: 'PUBLISHED' },
  RETRACT: { PUBLISHED: 'RETRACTED' },
  WITHDRAW: {
    DRAFT: 'WITHDRAWN',
    IN_REVIEW: 'WITHDRAWN',
    CHANGES_REQUESTED: 'WITHDRAWN',
    APPROVED: 'WITHDRAWN',
  },
  DOWNLOAD: { PUBLISHED: 'PUBLISHED', RETRACTED: 'GONE' },
  ACCEPT_TERMS: { PUBLISHED: 'PUBLISHED' },
};

const GATED = { licence: 'MIT', text: 'Use it well.', isGated: true };

const ATTEMPTS: Readonly<Record<ReleaseAction, (release: Release) => Promise<unknown>>> = {
  EDIT: ({ id: releaseId }) =>
    catalog.releases.updateRelease({ actor: world.author, releaseId, title: 'Other faces' }),
  REQUEST_REVIEW: ({ id: releaseId }) =>
    catalog.releases.requestReview(
      { actor: world.author, releaseId, reviewerIds: [world.reviewer.userId] },
      enqueueNoChecks,
    ),
  RUN_CHECKS: ({ id: releaseId }) =>
    catalog.releases.runReleaseChecks({ actor: world.author, releaseId }, enqueueNoChecks),
  REVIEW: ({ id: releaseId, candidateDigest }) =>
    catalog.releases.reviewRelease({
      actor: world.secondReviewer,
      releaseId,
      candidateDigest,
      decision: 'APPROVE',
    }),
  COMMENT: ({ id: releaseId }) =>
    catalog.releases.commentOnRelease({ actor: world.author, releaseId, body: 'Why?' }),
  PUBLISH: ({ id: releaseId, candidateDigest }) =>
    catalog.releases.publishRelease(
      { actor: world.maintainer, releaseId, candidateDigest },
      sealPlainly,
    ),
  RETRACT: ({ id: releaseId }) =>
    catalog.releases.retractRelease({ actor: world.maintainer, releaseId, reason: 'Wrong.' }),
  WITHDRAW: ({ id: releaseId }) =>
    catalog.releases.withdrawRelease({ actor: world.author, releaseId }),
  DOWNLOAD: async ({ id: releaseId }) => {
    const { isGated } = await rowOf(releaseId);
    await catalog.releases.openDownload({ actor: world.viewer, releaseId, needsTerms: !isGated });
  },
  ACCEPT_TERMS: ({ id: releaseId }) =>
    catalog.releases.acceptReleaseTerms({ actor: world.viewer, releaseId }),
};

const rowOf = (id: string) => catalog.prisma.release.findUniqueOrThrow({ where: { id } });

/** The release with all that hangs on it. */
const everythingOf = (id: string) =>
  catalog.prisma.release.findUniqueOrThrow({
    where: { id },
    include: {
      checks: { orderBy: { kind: 'asc' } },
      reviews: true,
      reviewers: true,
      threads: { include: { comments: true } },
      acceptances: true,
      downloads: true,
      manifest: true,
    },
  });

describe.each(STATES)('a release that is %s', (state) => {
  test('can be treated as the table says and in no other way', async () => {
    let release = await releaseIn(catalog, world, state, { terms: GATED });
    expect(release.state).toBe(state);
    for (const action of Object.keys(AFTER) as ReleaseAction[]) {
      const after = AFTER[action][state] ?? 'CONFLICT';
      const before = await everythingOf(release.id);
      const [standing] = await catalog.releases.standingsOf({
        actor: world.owner,
        releaseIds: [release.id],
      });
      if ((STATES as readonly string[]).includes(after)) {
        await ATTEMPTS[action](release);
        expect((await rowOf(release.id)).state, action).toBe(after);
        expect(standing?.viewerCan, action).toContain(
          action === 'DOWNLOAD' ? 'ACCEPT_TERMS' : action,
        );
        // What was done leads elsewhere, or leaves something behind; the next action meets a new one.
        release = await releaseIn(catalog, world, state, { terms: GATED });
      } else {
        await expect(ATTEMPTS[action](release), action).rejects.toMatchObject({ code: after });
        expect(await everythingOf(release.id), action).toEqual(before);
        expect(standing?.viewerCan, action).not.toContain(action);
      }
    }
  });
});

/** Where a release may go from each state, at one step. */
const EDGES: Readonly<Record<ReleaseState, readonly ReleaseState[]>> = {
  DRAFT: ['DRAFT', 'IN_REVIEW', 'APPROVED', 'CHANGES_REQUESTED', 'WITHDRAWN'],
  IN_REVIEW: ['IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED', 'DRAFT', 'WITHDRAWN'],
  CHANGES_REQUESTED: ['CHANGES_REQUESTED', 'IN_REVIEW', 'APPROVED', 'DRAFT', 'WITHDRAWN'],
  APPROVED: ['APPROVED', 'IN_REVIEW', 'CHANGES_REQUESTED', 'PUBLISHED', 'DRAFT', 'WITHDRAWN'],
  PUBLISHED: ['PUBLISHED', 'RETRACTED'],
  RETRACTED: ['RETRACTED'],
  WITHDRAWN: ['WITHDRAWN'],
};

const PEOPLE = [
  'author',
  'reviewer',
  'secondReviewer',
  'maintainer',
  'owner',
  'viewer',
  'outsider',
] as const;

const anyStep = fc.record({
  who: fc.constantFrom(...PEOPLE),
  what: fc.constantFrom(
    'ready',
    'edit',
    'editBack',
    'request',
    'approve',
    'approveOld',
    'object',
    'pass',
    'fail',
    'runChecks',
    'publish',
    'publishOld',
    'policy',
    'demote',
    'promote',
  ),
});

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** What lies between a draft and what is out: by chance among all steps hardly a walk would publish anything. */
const likelyStep = fc.constantFrom<Step>(
  { who: 'author', what: 'ready' },
  { who: 'author', what: 'ready' },
  { who: 'author', what: 'edit' },
  { who: 'reviewer', what: 'approve' },
  { who: 'secondReviewer', what: 'approve' },
  { who: 'maintainer', what: 'publish' },
  { who: 'maintainer', what: 'publish' },
);

const arbitraryStep = fc.oneof(
  { weight: 4, arbitrary: likelyStep },
  { weight: 1, arbitrary: anyStep },
);

async function take(step: Step, id: string, oldDigest: string): Promise<void> {
  const { releases, members } = catalog;
  const actor = world[step.who];
  const { candidateDigest } = await rowOf(id);
  const review = { actor, releaseId: id, candidateDigest };
  const teamId = world.team.id;
  const { userId } = world.secondReviewer;
  switch (step.what) {
    case 'ready':
      await releases.requestReview({ actor, releaseId: id }, enqueueNoChecks);
      await endChecks(catalog, id);
      break;
    case 'edit':
      await releases.updateRelease({ actor, releaseId: id, notes: randomUUID() });
      break;
    case 'editBack':
      await releases.updateRelease({ actor, releaseId: id, notes: '' });
      break;
    case 'request':
      await releases.requestReview({ actor, releaseId: id }, enqueueNoChecks);
      break;
    case 'approve':
      await releases.reviewRelease({ ...review, decision: 'APPROVE' });
      break;
    case 'approveOld':
      await releases.reviewRelease({ ...review, candidateDigest: oldDigest, decision: 'APPROVE' });
      break;
    case 'object':
      await releases.reviewRelease({ ...review, decision: 'REQUEST_CHANGES', body: 'No.' });
      break;
    case 'pass':
      await endChecks(catalog, id);
      break;
    case 'fail':
      await endChecks(catalog, id, { state: 'FAILED', sentence: 'Two are the same.' });
      break;
    case 'runChecks':
      await releases.runReleaseChecks({ actor, releaseId: id }, enqueueNoChecks);
      break;
    case 'publish':
      await releases.publishRelease(review, sealPlainly);
      break;
    case 'publishOld':
      await releases.publishRelease({ ...review, candidateDigest: oldDigest }, sealPlainly);
      break;
    case 'policy':
      await releases.setReleasePolicy({
        actor,
        teamId,
        approvalsNeeded: step.who === 'owner' ? 2 : 1,
      });
      break;
    case 'demote':
      await members.setMemberRole({ actor: world.owner, teamId, userId, role: 'VIEWER' });
      break;
    case 'promote':
      await members.setMemberRole({ actor: world.owner, teamId, userId, role: 'REVIEWER' });
      break;
  }
}

/** What has to be true of a release that was published a moment ago, from the tables and by no code of the services. */
async function expectRightfullyPublished(id: string): Promise<void> {
  const { reviews, checks, manifest, ...release } = await everythingOf(id);
  const policy = await catalog.prisma.releasePolicy.findUnique({
    where: { teamId: world.team.id },
  });
  const members = await catalog.prisma.membership.findMany({ where: { teamId: world.team.id } });
  const isReviewer = (userId: string) =>
    members.some((row) => row.userId === userId && !['VIEWER', 'CONTRIBUTOR'].includes(row.role));
  const lastWords = new Map(
    reviews
      .filter((review) => review.candidateDigest === release.candidateDigest)
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .map((review) => [review.authorId, review.decision]),
  );
  const counting = [...lastWords].filter(
    ([userId]) => !release.editorIds.includes(userId) && isReviewer(userId),
  );
  expect(counting.filter(([, decision]) => decision === 'REQUEST_CHANGES')).toEqual([]);
  expect(counting.length).toBeGreaterThanOrEqual(policy?.approvalsNeeded ?? 1);
  expect(release.editorIds).toContain(release.authorId);
  expect(
    checks
      .filter((check) => check.state === 'PASSED')
      .filter((check) => check.candidateDigest === release.candidateDigest)
      .map((check) => check.kind),
  ).toHaveLength(RELEASE_CHECK_KINDS.length);
  expect(JSON.parse(manifest?.text ?? '{}')).toMatchObject({
    candidateDigest: release.candidateDigest,
    versionDigest: world.version.digest,
  });
}

test('no way through the services publishes what was not approved, and none changes what is published', async () => {
  let published = 0;
  const walks = process.env['COLLOID_TEST_ALL'] === undefined ? 8 : 200;
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { minLength: 15, maxLength: 25 }), async (steps) => {
      // A walk that failed has to fail again when it is taken alone.
      const { owner, team, secondReviewer } = world;
      const ofTeam = { actor: owner, teamId: team.id };
      await catalog.releases.setReleasePolicy({ ...ofTeam, approvalsNeeded: 1 });
      const { userId } = secondReviewer;
      await catalog.members.setMemberRole({ ...ofTeam, userId, role: 'REVIEWER' });
      const draft = await draftRelease(catalog, world);
      let before: Release = draft;
      for (const step of steps) {
        try {
          await take(step, draft.id, draft.candidateDigest);
        } catch (error) {
          if (!isCatalogError(error)) throw error;
        }
        const after = await rowOf(draft.id);
        expect(EDGES[before.state], `${step.who} ${step.what}`).toContain(after.state);
        if (before.state === 'PUBLISHED') expect(after).toEqual(before);
        else if (after.state === 'PUBLISHED') {
          published += 1;
          await expectRightfullyPublished(draft.id);
        }
        before = after;
      }
      if (before.state !== 'PUBLISHED') {
        await catalog.releases.withdrawRelease({ actor: world.owner, releaseId: draft.id });
      }
    }),
    { numRuns: walks, seed: 20_261_128 },
  );
  process.stdout.write(`releases: ${published} of ${walks} walks published\n`);
  // Walks that publish nothing would show nothing.
  expect(published).toBeGreaterThan(0);
  const inOrder = await catalog.prisma.release.findMany({
    where: { publishedAt: { not: null } },
    orderBy: { publishedAt: 'asc' },
  });
  for (const [index, release] of inOrder.slice(1).entries()) {
    const earlier = inOrder[index]?.semanticVersion ?? '';
    expect(compareSemanticVersions(release.semanticVersion, earlier)).toBeGreaterThan(0);
  }
}, 600_000);
