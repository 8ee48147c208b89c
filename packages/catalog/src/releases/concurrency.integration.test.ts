/** @file Several people at one release at the same moment: one wins, the others are told why not. */

import { afterAll, beforeAll, expect, test } from 'vitest';
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
import { makeMember } from '../testing/world.ts';

let open: TestCatalog;
let catalog: Catalog;
let world: ReleaseWorld;

beforeAll(async () => {
  open = await openTestCatalog({ poolSize: 20 });
  ({ catalog } = open);
  world = await makeReleaseWorld(catalog);
});
afterAll(() => open.close());

const codeOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'fulfilled'
    ? 'DONE'
    : String((result.reason as { code?: unknown }).code ?? result.reason);

const codesOf = async (attempts: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(attempts)).map(codeOf).toSorted();

const rowOf = (id: string) => catalog.prisma.release.findUniqueOrThrow({ where: { id } });

test('of many who publish one release at once, one does', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { id: releaseId, candidateDigest } = await releaseIn(catalog, world, 'APPROVED');
    const publish = (actor: typeof world.owner) =>
      catalog.releases.publishRelease({ actor, releaseId, candidateDigest }, sealPlainly);
    const people = [world.maintainer, world.owner, world.maintainer, world.owner];
    expect(await codesOf(people.map(publish))).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
      'DONE',
    ]);
    const events = await catalog.prisma.auditEvent.count({
      where: { entityId: releaseId, action: 'release.publish' },
    });
    expect(events).toBe(1);
    expect(await catalog.prisma.releaseManifest.count({ where: { releaseId } })).toBe(1);
  }
});

test('an edit and a publication at once: what is out is what was approved', async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 6; round += 1) {
    const approved = await releaseIn(catalog, world, 'APPROVED');
    const { id: releaseId, candidateDigest } = approved;
    const [edit, publication] = (
      await Promise.allSettled([
        catalog.releases.updateRelease({ actor: world.author, releaseId, notes: 'Late.' }),
        catalog.releases.publishRelease(
          { actor: world.maintainer, releaseId, candidateDigest },
          sealPlainly,
        ),
      ])
    ).map(codeOf);
    const { state, notes } = await rowOf(releaseId);
    outcomes.add(`${edit ?? ''} ${publication ?? ''} ${state} ${notes}`);
  }
  for (const outcome of outcomes) {
    expect(['DONE CONFLICT DRAFT Late.', 'CONFLICT DONE PUBLISHED ']).toContain(outcome);
  }
});

test('an approver loses their role while somebody publishes: either came first, and what is out had its approval', async () => {
  const teamId = world.team.id;
  const { userId } = world.reviewer;
  for (let round = 0; round < 4; round += 1) {
    const { id: releaseId, candidateDigest } = await releaseIn(catalog, world, 'APPROVED');
    const results = await Promise.allSettled([
      catalog.members.setMemberRole({ actor: world.owner, teamId, userId, role: 'VIEWER' }),
      catalog.releases.publishRelease(
        { actor: world.maintainer, releaseId, candidateDigest },
        sealPlainly,
      ),
    ]);
    expect(results.map(codeOf)[0]).toBe('DONE');
    const events = await catalog.prisma.auditEvent.findMany({
      where: { action: { in: ['member.change', 'release.publish'] }, chain: teamId },
      orderBy: { sequence: 'desc' },
      take: 2,
    });
    const isOut = (await rowOf(releaseId)).state === 'PUBLISHED';
    expect(results.map(codeOf)[1]).toBe(isOut ? 'DONE' : 'CONFLICT');
    // The log tells which came first: who published did so before the role was taken.
    if (isOut)
      expect(events.map(({ action }) => action)).toEqual(['member.change', 'release.publish']);
    await catalog.members.setMemberRole({ actor: world.owner, teamId, userId, role: 'REVIEWER' });
  }
});

test('two releases of a dataset published at once come out in the order of their versions, or the lower one stays', async () => {
  const lower = await releaseIn(catalog, world, 'APPROVED', { semanticVersion: '2.0.0' });
  const higher = await releaseIn(catalog, world, 'APPROVED', { semanticVersion: '3.0.0' });
  const results = await Promise.allSettled(
    [higher, lower].map(({ id: releaseId, candidateDigest }) =>
      catalog.releases.publishRelease(
        { actor: world.maintainer, releaseId, candidateDigest },
        sealPlainly,
      ),
    ),
  );
  const [first, second] = await Promise.all([rowOf(lower.id), rowOf(higher.id)]);
  expect(results.map(codeOf)[0]).toBe('DONE');
  if (first.publishedAt === null) {
    expect(results.map(codeOf)[1]).toBe('CONFLICT');
    await expect(
      catalog.releases.publishRelease(
        { actor: world.maintainer, releaseId: lower.id, candidateDigest: lower.candidateDigest },
        sealPlainly,
      ),
    ).rejects.toThrow(/3\.0\.0 has been published, and 2\.0\.0 does not come after it/);
  } else {
    expect(first.publishedAt.getTime()).toBeLessThanOrEqual(second.publishedAt?.getTime() ?? 0);
  }
});

test('ten drafts at once have ten numbers, and one version belongs to one of them', async () => {
  const same = Array.from({ length: 10 }, () =>
    draftRelease(catalog, world, { semanticVersion: '4.0.0' }),
  );
  expect(await codesOf(same)).toEqual([...Array.from({ length: 9 }, () => 'CONFLICT'), 'DONE']);
  const different = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      draftRelease(catalog, world, { semanticVersion: `4.1.${index}` }),
    ),
  );
  expect(new Set(different.map(({ number }) => number)).size).toBe(10);
  // Once it is withdrawn, somebody else may have it.
  const held = await catalog.prisma.release.findFirstOrThrow({ where: { heldVersion: '4.0.0' } });
  await catalog.releases.withdrawRelease({ actor: world.author, releaseId: held.id });
  await draftRelease(catalog, world, { semanticVersion: '4.0.0' });
});

test('reviews at once are all counted, and the last one that is needed approves', async () => {
  const teamId = world.team.id;
  const reviewers = await Promise.all(
    Array.from({ length: 6 }, () => makeMember(catalog, world, 'REVIEWER')),
  );
  await catalog.releases.setReleasePolicy({ actor: world.owner, teamId, approvalsNeeded: 6 });
  const draft = await draftRelease(catalog, world, { semanticVersion: '5.0.0' });
  const { id: releaseId, candidateDigest } = draft;
  await catalog.releases.requestReview({ actor: world.author, releaseId }, enqueueNoChecks);
  await endChecks(catalog, releaseId);
  await Promise.all(
    reviewers.map((actor) =>
      catalog.releases.reviewRelease({ actor, releaseId, candidateDigest, decision: 'APPROVE' }),
    ),
  );
  expect((await rowOf(releaseId)).state).toBe('APPROVED');
  await catalog.releases.setReleasePolicy({ actor: world.owner, teamId, approvalsNeeded: 7 });
  expect((await rowOf(releaseId)).state).toBe('IN_REVIEW');
  await catalog.releases.setReleasePolicy({ actor: world.owner, teamId, approvalsNeeded: 1 });
  expect((await rowOf(releaseId)).state).toBe('APPROVED');
});

test('somebody who agrees to terms five times at once has agreed once', async () => {
  const { id: releaseId } = await releaseIn(catalog, world, 'PUBLISHED', {
    semanticVersion: '6.0.0',
    terms: { licence: 'MIT', text: 'Use it well.', isGated: true, reach: 'PUBLIC' },
  });
  const actor = { ...world.outsider, address: '192.0.2.1' };
  await expect(catalog.releases.openDownload({ actor, releaseId })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await Promise.all(
    Array.from({ length: 5 }, () => catalog.releases.acceptReleaseTerms({ actor, releaseId })),
  );
  const rows = await catalog.prisma.termsAcceptance.findMany({ where: { releaseId } });
  expect(rows).toMatchObject([{ userId: actor.userId, address: '192.0.2.1' }]);
  const events = await catalog.prisma.auditEvent.count({
    where: { entityId: releaseId, action: 'release.acceptTerms' },
  });
  expect(events).toBe(1);
  const download = { actor, releaseId, file: 'dataset.zip' };
  const recorded = await Promise.all(
    Array.from({ length: 5 }, () => catalog.releases.recordDownload(download)),
  );
  expect(recorded.filter(Boolean)).toHaveLength(1);
});

test('a download and a retraction at once: it is noted, so that its person can be told, or there is nothing to download', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { id: releaseId } = await releaseIn(catalog, world, 'PUBLISHED', {
      semanticVersion: `7.0.${round}`,
    });
    const [download, retraction] = (
      await Promise.allSettled([
        catalog.releases.recordDownload({ actor: world.viewer, releaseId, file: 'dataset.zip' }),
        catalog.releases.retractRelease({
          actor: world.maintainer,
          releaseId,
          reason: 'A face is real.',
        }),
      ])
    ).map(codeOf);
    expect(retraction).toBe('DONE');
    const rows = await catalog.prisma.releaseDownload.count({ where: { releaseId } });
    expect([download, rows]).toEqual(rows === 1 ? ['DONE', 1] : ['GONE', 0]);
  }
});
