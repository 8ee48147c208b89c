/** @file What reviewers looked at is kept as it was, with the checks and the policy of that moment; and how far a check is. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import { openTestCatalog, type TestCatalog } from '../testing/index.ts';
import {
  draftRelease,
  endChecks,
  enqueueNoChecks,
  makeReleaseWorld,
  type ReleaseWorld,
} from '../testing/release-world.ts';
import type { CheckName } from './release-checks.ts';
import { standingOf } from './review-standing.ts';

let open: TestCatalog;
let catalog: Catalog;
let world: ReleaseWorld;

beforeAll(async () => {
  open = await openTestCatalog();
  ({ catalog } = open);
  world = await makeReleaseWorld(catalog);
});
afterAll(() => open.close());

const candidateOf = async (actor: Actor, releaseId: string, digest: string) => {
  const [found] = await catalog.releases.candidatesOf({ actor, names: [{ releaseId, digest }] });
  return found;
};

const reviewsOf = async (releaseId: string) => {
  const [standing] = await catalog.releases.standingsOf({
    actor: world.owner,
    releaseIds: [releaseId],
  });
  return standing?.reviews ?? [];
};

test('a reviewer finds the candidate that they judged, whatever it was edited to since', async () => {
  const { author, reviewer, viewer, outsider, owner, team } = world;
  const first = await draftRelease(catalog, world, { notes: 'The first.' });
  const { id: releaseId, candidateDigest } = first;
  await catalog.releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
  await endChecks(catalog, releaseId, { state: 'FAILED', sentence: 'Two are the same.' });
  const object = { decision: 'REQUEST_CHANGES', body: 'Two faces are one.' } as const;
  await catalog.releases.reviewRelease({ actor: reviewer, releaseId, candidateDigest, ...object });
  const edit = (change: object) =>
    catalog.releases.updateRelease({ actor: author, releaseId, ...change });
  const second = await edit({
    notes: 'The second.',
    terms: { licence: 'MIT', text: 'Ask first.', isGated: true },
    datasheet: [{ question: 'Why?', answer: 'To teach.' }],
  });
  await catalog.releases.setReleasePolicy({
    actor: owner,
    teamId: team.id,
    requiredChecks: ['SHARD_INTEGRITY'],
  });

  const judged = await candidateOf(reviewer, releaseId, candidateDigest);
  expect(judged).toMatchObject({
    versionId: world.version.id,
    title: 'Faces',
    notes: 'The first.',
    licence: 'CC-BY-4.0',
    isGated: false,
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
    galleries: [],
  });
  expect(await candidateOf(viewer, releaseId, second.candidateDigest)).toMatchObject({
    notes: 'The second.',
    licence: 'MIT',
    isGated: true,
    datasheet: [{ answer: 'To teach.' }],
  });
  const [review] = await reviewsOf(releaseId);
  if (review === undefined) throw new Error('There is no review.');
  expect(standingOf(review)).toMatchObject({
    policy: { approvalsNeeded: 1, approverRole: 'REVIEWER' },
    checks: Array.from({ length: 7 }, () => ({ state: 'FAILED', sentence: 'Two are the same.' })),
  });
  expect(standingOf(review)?.policy.requiredChecks).toHaveLength(7);

  // Taken back, it is the same candidate again, kept once.
  const back = await edit({
    notes: 'The first.',
    terms: { licence: 'CC-BY-4.0' },
    datasheet: [{ question: 'Why?', answer: 'To test.' }],
  });
  expect(back.candidateDigest).toBe(candidateDigest);
  expect(await catalog.prisma.releaseCandidate.count({ where: { releaseId } })).toBe(2);

  expect(await candidateOf(outsider, releaseId, candidateDigest)).toBeNull();
  for (const never of ['f'.repeat(64), '', '\0']) {
    expect(await candidateOf(reviewer, releaseId, never)).toBeNull();
  }
  expect(await candidateOf(reviewer, 'none', candidateDigest)).toBeNull();
  const other = await draftRelease(catalog, world);
  expect(await candidateOf(reviewer, other.id, candidateDigest)).toBeNull();
  await catalog.releases.setReleasePolicy({
    actor: owner,
    teamId: team.id,
    requiredChecks: [...(standingOf(review)?.policy.requiredChecks ?? [])],
  });
});

test('the tables refuse to change a candidate or a review, and lose both with their release only', async () => {
  const { author, reviewer } = world;
  const { prisma } = catalog;
  const { id: releaseId, candidateDigest } = await draftRelease(catalog, world);
  await catalog.releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
  const approve = { candidateDigest, decision: 'APPROVE' } as const;
  await catalog.releases.reviewRelease({ actor: reviewer, releaseId, ...approve });
  const where = { releaseId };
  await expect(
    prisma.releaseCandidate.updateMany({ where, data: { notes: 'Other.' } }),
  ).rejects.toThrow(/never change/);
  await expect(
    prisma.releaseReview.updateMany({ where, data: { decision: 'REQUEST_CHANGES' } }),
  ).rejects.toThrow(/never change/);
  await prisma.release.delete({ where: { id: releaseId } });
  expect(await prisma.releaseCandidate.count({ where })).toBe(0);
  expect(await prisma.releaseReview.count({ where })).toBe(0);
});

test('a check says how far it is, until it ends or somebody begins it anew', async () => {
  const { author } = world;
  const { id: releaseId } = await draftRelease(catalog, world);
  const asked: CheckName[] = [];
  const run = () =>
    catalog.releases.runReleaseChecks({ actor: author, releaseId }, async (_tx, checks) => {
      asked.push(...checks.filter(({ kind }) => kind === 'DUPLICATES'));
      await Promise.resolve();
    });
  const shown = async () => {
    const [standing] = await catalog.releases.standingsOf({
      actor: author,
      releaseIds: [releaseId],
    });
    return standing?.checks.find(({ kind }) => kind === 'DUPLICATES');
  };
  await run();
  const [first] = asked;
  if (first === undefined) throw new Error('No check was enqueued.');
  const { releaseChecks: checks } = catalog;
  expect(await checks.recordProgress(first, { share: 0.1, step: 'too early' })).toBe(false);
  await checks.beginCheck(first);
  expect(await checks.recordProgress(first, { share: 0.3, step: 'shard 12 of 40' })).toBe(true);
  expect(await shown()).toMatchObject({ state: 'RUNNING', progress: 0.3, step: 'shard 12 of 40' });
  expect(await checks.recordProgress(first, { share: 7, step: 'shard 40 of 40' })).toBe(true);
  expect((await shown())?.progress).toBe(1);
  // A worker that died is followed by another one, which begins at nothing.
  await checks.beginCheck(first);
  expect(await shown()).toMatchObject({ progress: 0, step: '' });
  await checks.recordProgress(first, { share: 0.5, step: 'shard 20 of 40' });
  await checks.finishCheck(first, { state: 'ERRORED', sentence: 'A shard cannot be read.' });
  expect(await shown()).toMatchObject({ state: 'ERRORED', progress: 0.5, step: '' });
  expect(await checks.recordProgress(first, { share: 0.9, step: 'late' })).toBe(false);
  await run();
  const [, second] = asked;
  if (second === undefined) throw new Error('No check was enqueued again.');
  await checks.beginCheck(second);
  expect(await checks.recordProgress(first, { share: 0.9, step: 'late' })).toBe(false);
  await checks.finishCheck(second, { state: 'PASSED', sentence: 'No two are the same.' });
  expect(await shown()).toMatchObject({ state: 'PASSED', progress: 1, step: '' });
});
