/** @file A release from its draft to its retraction: what counts, what is refused, what is kept. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
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
import type { CheckName } from './release-checks.ts';

let open: TestCatalog;
let catalog: Catalog;
let world: ReleaseWorld;
const statements: string[] = [];

beforeAll(async () => {
  open = await openTestCatalog({ onQuery: (sql) => statements.push(sql) });
  ({ catalog } = open);
  world = await makeReleaseWorld(catalog);
});
afterAll(() => open.close());

async function standing(actor: Actor, releaseId: string) {
  const [found] = await catalog.releases.standingsOf({ actor, releaseIds: [releaseId] });
  return found ?? null;
}

test('an approval is of a content: an edit makes it void, and the same content again brings it back', async () => {
  const { author, reviewer, secondReviewer, maintainer } = world;
  const approved = await releaseIn(catalog, world, 'APPROVED');
  const { id: releaseId, candidateDigest } = approved;
  const edit = (notes: string) =>
    catalog.releases.updateRelease({ actor: author, releaseId, notes });

  const edited = await edit('Other words.');
  expect(edited.state).toBe('DRAFT');
  expect(edited.candidateDigest).not.toBe(candidateDigest);
  expect(await standing(author, releaseId)).toMatchObject({
    approvalsGiven: 0,
    reviews: [{ isVoid: true, decision: 'APPROVE' }],
    blockers: [],
  });
  expect((await standing(author, releaseId))?.checks.map(({ state }) => state)).toEqual(
    Array.from({ length: 7 }, () => 'STALE'),
  );
  await expect(
    catalog.releases.reviewRelease({
      actor: secondReviewer,
      releaseId,
      candidateDigest,
      decision: 'APPROVE',
    }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });

  await catalog.releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
  await expect(
    catalog.releases.reviewRelease({
      actor: secondReviewer,
      releaseId,
      candidateDigest,
      decision: 'APPROVE',
    }),
  ).rejects.toThrow(/has been edited since you looked at it/);
  expect((await standing(author, releaseId))?.blockers[0]).toMatch(/^1 more approval is needed/);

  // An edit that changes nothing is none.
  const same = await edit('Other words.');
  expect(same.state).toBe('IN_REVIEW');
  const back = await edit('');
  expect(back.candidateDigest).toBe(candidateDigest);
  const reopened = await catalog.releases.requestReview(
    { actor: author, releaseId },
    enqueueNoChecks,
  );
  expect(reopened.state).toBe('APPROVED');
  expect(await standing(reviewer, releaseId)).toMatchObject({
    approvalsGiven: 1,
    reviews: [{ isVoid: false }],
  });
  // The checks of the first time are gone with the attempt.
  await expect(
    catalog.releases.publishRelease({ actor: maintainer, releaseId, candidateDigest }, sealPlainly),
  ).rejects.toThrow(/The check of the stored files waits for a worker/);
});

test('nobody who wrote any of it counts, whatever their role', async () => {
  const { author, maintainer, reviewer } = world;
  const draft = await draftRelease(catalog, world);
  const releaseId = draft.id;
  const edited = await catalog.releases.updateRelease({
    actor: maintainer,
    releaseId,
    title: 'Better',
  });
  const { candidateDigest } = edited;
  await expect(
    catalog.releases.updateRelease({ actor: reviewer, releaseId, title: 'Mine' }),
  ).rejects.toThrow(/Somebody else drafted release/);
  await expect(
    catalog.releases.requestReview(
      { actor: author, releaseId, reviewerIds: [maintainer.userId] },
      enqueueNoChecks,
    ),
  ).rejects.toMatchObject({ code: 'INVALID', path: ['reviewerIds', '0'] });
  await catalog.releases.requestReview({ actor: author, releaseId }, enqueueNoChecks);
  expect((await standing(maintainer, releaseId))?.viewerCan).not.toContain('REVIEW');
  for (const decision of ['APPROVE', 'REQUEST_CHANGES'] as const) {
    await expect(
      catalog.releases.reviewRelease({
        actor: maintainer,
        releaseId,
        candidateDigest,
        decision,
        body: 'Hm.',
      }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('an objection stands until whoever made it approves, and every word of a policy is asked for', async () => {
  const { owner, author, reviewer, secondReviewer, maintainer } = world;
  const teamId = world.team.id;
  const set = (change: object) =>
    catalog.releases.setReleasePolicy({ actor: owner, teamId, ...change });
  const { id: releaseId, candidateDigest } = await releaseIn(catalog, world, 'CHANGES_REQUESTED');
  const review = (actor: Actor, decision: 'APPROVE' | 'REQUEST_CHANGES' = 'APPROVE') =>
    catalog.releases.reviewRelease({ actor, releaseId, candidateDigest, decision, body: 'So.' });
  expect((await review(secondReviewer)).state).toBe('CHANGES_REQUESTED');
  expect((await standing(author, releaseId))?.blockers[0]).toBe('Somebody has asked for changes.');
  expect((await review(reviewer)).state).toBe('APPROVED');
  await set({ approvalsNeeded: 2, approverRole: 'MAINTAINER' });
  expect(await standing(author, releaseId)).toMatchObject({
    approvalsGiven: 0,
    approvalsNeeded: 2,
    blockers: expect.arrayContaining([
      '2 more approvals are needed, from somebody with the role Maintainer or higher who has not edited the release.',
    ]) as unknown,
  });
  await expect(review(reviewer)).rejects.toMatchObject({ code: 'FORBIDDEN', path: ['decision'] });
  expect((await review(maintainer)).state).toBe('IN_REVIEW');
  expect((await review(owner)).state).toBe('APPROVED');
  await endChecks(catalog, releaseId, { state: 'FAILED', sentence: 'Two are the same.' });
  await expect(
    catalog.releases.publishRelease({ actor: owner, releaseId, candidateDigest }, sealPlainly),
  ).rejects.toThrow(/The check for duplicates did not pass\./);
  for (const wrong of [
    { approvalsNeeded: 0 },
    { approvalsNeeded: 11 },
    { approverRole: 'CONTRIBUTOR' },
    { requiredChecks: ['LEAKAGE'] },
  ]) {
    await expect(set(wrong)).rejects.toMatchObject({
      code: 'INVALID',
      path: [Object.keys(wrong)[0]],
    });
  }
  await set({ approvalsNeeded: 1, approverRole: 'REVIEWER' });
  await catalog.releases.withdrawRelease({ actor: author, releaseId });
});

test('what a worker finds is dropped once somebody began the checks again or edited the release', async () => {
  const asked: CheckName[][] = [];
  const draft = await draftRelease(catalog, world);
  const releaseId = draft.id;
  const run = () =>
    catalog.releases.runReleaseChecks({ actor: world.author, releaseId }, async (_tx, checks) => {
      asked.push([...checks]);
      await Promise.resolve();
    });
  await run();
  await run();
  const [first, second] = asked.map((checks) => checks[0]);
  if (first === undefined || second === undefined) throw new Error('No check was enqueued.');
  const ending = { state: 'PASSED', sentence: 'Fine.' } as const;
  expect(await catalog.releaseChecks.beginCheck(first)).toBeNull();
  expect(await catalog.releaseChecks.finishCheck(first, ending)).toBe(false);
  expect(await catalog.releaseChecks.beginCheck(second)).toMatchObject({
    release: { id: releaseId },
    dataset: { team: { slug: 'lab' } },
    version: { id: world.version.id },
    datasheet: [{ question: 'Why?' }],
  });
  // A worker that died is followed by another one.
  expect(await catalog.releaseChecks.beginCheck(second)).not.toBeNull();
  expect(await catalog.releaseChecks.finishCheck(second, ending)).toBe(true);
  expect(await catalog.releaseChecks.beginCheck(second)).toBeNull();
  await catalog.releases.updateRelease({ actor: world.author, releaseId, title: 'Other' });
  const third = { ...second, kind: 'LEAKAGE' } as const;
  expect(await catalog.releaseChecks.beginCheck(third)).toBeNull();
  const shown = await standing(world.author, releaseId);
  expect(shown?.checks.find(({ kind }) => kind === second.kind)).toMatchObject({
    state: 'STALE',
    sentence: 'Fine.',
    isRequired: true,
  });
});

test('a manifest of something else is not kept, and nothing is published', async () => {
  const { id: releaseId, candidateDigest } = await releaseIn(catalog, world, 'APPROVED');
  const input = { actor: world.maintainer, releaseId, candidateDigest };
  await expect(
    catalog.releases.publishRelease(input, async (facts) => {
      const sealed = await sealPlainly(facts);
      return { ...sealed, text: JSON.stringify({ candidateDigest, versionDigest: 'another' }) };
    }),
  ).rejects.toThrow(/of another candidate/);
  const [release] = await catalog.releases.releasesByIds({ actor: world.owner, ids: [releaseId] });
  expect(release?.state).toBe('APPROVED');
  expect(await catalog.prisma.releaseManifest.count({ where: { releaseId } })).toBe(0);
});

test('the tables themselves keep what is published as it was approved, whatever a service gets wrong', async () => {
  const { prisma } = catalog;
  const { id } = await releaseIn(catalog, world, 'PUBLISHED');
  const write = (of: string, data: object) => prisma.release.update({ where: { id: of }, data });
  const changes: readonly object[] = [
    { title: 'Other' },
    { reach: 'PUBLIC' },
    { datasheet: [] },
    { candidateDigest: 'a' },
    { editorIds: [] },
    { publishedAt: null },
    { state: 'DRAFT' },
    { state: 'WITHDRAWN' },
  ];
  for (const change of changes) await expect(write(id, change)).rejects.toThrow(/never changes/);
  await expect(
    prisma.releaseManifest.update({ where: { releaseId: id }, data: { text: '{}' } }),
  ).rejects.toThrow(/never changes/);
  const draft = await releaseIn(catalog, world, 'DRAFT');
  await expect(write(draft.id, { state: 'PUBLISHED' })).rejects.toThrow(
    /Release \d+ (?:never changes|has no manifest)/,
  );
  await expect(write(draft.id, { state: 'RETRACTED' })).rejects.toThrow(/never changes/);
  const approved = await releaseIn(catalog, world, 'APPROVED');
  await expect(write(approved.id, { state: 'PUBLISHED' })).rejects.toThrow(/has no manifest/);
  const withdrawn = await releaseIn(catalog, world, 'WITHDRAWN');
  await expect(write(withdrawn.id, { state: 'DRAFT' })).rejects.toThrow(/never changes/);
});

test('a thread is answered and settled where it is, and its subject has to name a part', async () => {
  const { author, reviewer } = world;
  const { id: releaseId } = await releaseIn(catalog, world, 'IN_REVIEW');
  const other = await releaseIn(catalog, world, 'IN_REVIEW');
  const comment = (rest: object) =>
    catalog.releases.commentOnRelease({ actor: author, releaseId, body: 'Because.', ...rest });
  await comment({ actor: reviewer, subject: 'check:LEAKAGE', body: ' Why? ' });
  const threadsOf = async () =>
    (await catalog.releases.threadsOfReleases({ actor: author, releaseIds: [releaseId] }))[0] ?? [];
  const [thread] = await threadsOf();
  const threadId = thread?.id ?? '';
  await comment({ threadId });
  await catalog.releases.resolveThread({ actor: author, threadId, isResolved: true });
  expect(await threadsOf()).toMatchObject([
    {
      subject: 'check:LEAKAGE',
      resolvedById: author.userId,
      comments: [
        { authorId: reviewer.userId, body: 'Why?' },
        { authorId: author.userId, body: 'Because.' },
      ],
    },
  ]);
  await expect(comment({ threadId, subject: 'notes' })).rejects.toMatchObject({ code: 'INVALID' });
  await expect(comment({ subject: 'Drop table' })).rejects.toMatchObject({ path: ['subject'] });
  await expect(comment({ body: '  ' })).rejects.toMatchObject({ path: ['body'] });
  await expect(comment({ releaseId: other.id, threadId })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    path: ['threadId'],
  });
});

test('what is wrong with a candidate is said by its path, and nothing is written', async () => {
  const before = await catalog.prisma.release.count();
  const wrong: readonly (readonly [object, string])[] = [
    [{ semanticVersion: '1.0' }, 'semanticVersion'],
    [{ semanticVersion: '0.0.1' }, 'semanticVersion'],
    [{ title: ' ' }, 'title'],
    [{ notes: 'x'.repeat(20_001) }, 'notes'],
    [{ terms: { licence: '' } }, 'licence'],
    [{ terms: { licence: 'MIT', isGated: true } }, 'terms.text'],
    [
      {
        datasheet: [
          { question: 'A?', answer: '' },
          { question: ' A? ', answer: '' },
        ],
      },
      'datasheet.1.question',
    ],
    [{ galleryIds: [world.team.id] }, 'galleryIds.0'],
    [{ versionId: world.team.id }, 'versionId'],
    [{ versionId: 'none' }, 'versionId'],
  ];
  for (const [input, path] of wrong) {
    await expect(draftRelease(catalog, world, input), path).rejects.toMatchObject({
      path: path.split('.'),
    });
  }
  expect(await catalog.prisma.release.count()).toBe(before);
});

test('where releases stand takes as many statements for all of them as for one', async () => {
  const { edges } = await catalog.releases.listReleases({
    actor: world.owner,
    datasetId: world.dataset.id,
    page: { first: 100 },
  });
  const all = edges.map(({ node }) => node.id);
  expect(all.length).toBeGreaterThan(5);
  const count = async (releaseIds: string[]) => {
    statements.length = 0;
    const input = { actor: world.owner, releaseIds };
    await catalog.releases.standingsOf(input);
    await catalog.releases.threadsOfReleases(input);
    await catalog.releases.previousReleasesOf(input);
    await catalog.releases.placesOfReleases(input);
    await catalog.releases.downloadCountsOf(input);
    return statements.length;
  };
  const one = await count(all.slice(0, 1));
  expect(await count(all)).toBeLessThanOrEqual(one);
});
