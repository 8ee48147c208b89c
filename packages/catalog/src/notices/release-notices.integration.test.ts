import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Release } from '../generated/client.ts';
import {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';
import { publishDraft } from '../testing/release-world.ts';

let open: TestCatalog;
let world: TestTeam;
let author: Actor;
let reviewer: Actor;
let viewer: Actor;
let outsider: Actor;
let release: Release;

beforeAll(async () => {
  open = await openTestCatalog();
  const { catalog } = open;
  world = await makeTeam(catalog, 'releases');
  author = await makeMember(catalog, world, 'CONTRIBUTOR');
  reviewer = await makeMember(catalog, world, 'REVIEWER');
  viewer = await makeMember(catalog, world, 'VIEWER');
  outsider = await makePerson(catalog, 'outsider');
  const run = await startRun(catalog, world);
  await produce(catalog, run);
  const version = await catalog.versions.commitVersion({ runId: run.id, metrics: { ict: 1 } });
  release = await catalog.releases.createRelease({
    actor: author,
    versionId: version.id,
    semanticVersion: '1.0.0',
    title: 'First faces',
    terms: { licence: 'CC-BY-4.0', reach: 'PUBLIC' },
  });
});
afterAll(() => open.close());

const LABEL = 'First faces, release 1';

/** What somebody has been told since they were asked last. */
async function news(actor: Actor): Promise<string[]> {
  const page = await open.catalog.notifications.listNotifications({ actor, isUnread: true });
  await open.catalog.notifications.markRead({ actor, ids: 'ALL' });
  return page.edges
    .map(({ node }) => node)
    .filter(({ action }) => action.startsWith('release.'))
    .map(({ sentence }) => sentence);
}

const everybody = async () => ({
  owner: await news(world.owner),
  author: await news(author),
  reviewer: await news(reviewer),
  viewer: await news(viewer),
  outsider: await news(outsider),
});
const NOTHING = { owner: [], author: [], reviewer: [], viewer: [], outsider: [] };

test('a review: who is asked, who wrote it, who spoke, and who had approved what is no longer so', async () => {
  const { releases } = open.catalog;
  const releaseId = release.id;
  expect(await everybody()).toEqual(NOTHING);
  await releases.requestReview({ actor: author, releaseId, reviewerIds: [reviewer.userId] }, (tx) =>
    enqueueNothing(tx),
  );
  const asked = { ...NOTHING, reviewer: [`contributor asks you to review ${LABEL}`] };
  expect(await everybody()).toEqual(asked);

  await releases.commentOnRelease({ actor: reviewer, releaseId, body: 'Why these?' });
  const thread = await open.catalog.prisma.releaseThread.findFirstOrThrow();
  await releases.commentOnRelease({ actor: author, releaseId, threadId: thread.id, body: 'So.' });
  expect(await everybody()).toEqual({
    ...NOTHING,
    author: [`reviewer commented on ${LABEL}`],
    reviewer: [`contributor commented on ${LABEL}`],
  });

  const { candidateDigest } = release;
  const review = { actor: reviewer, releaseId, candidateDigest } as const;
  await releases.reviewRelease({ ...review, decision: 'REQUEST_CHANGES', body: 'Say more.' });
  await releases.updateRelease({ actor: author, releaseId, notes: 'More.' });
  expect(await everybody()).toEqual({
    ...NOTHING,
    author: [`reviewer asked for changes to ${LABEL}`],
    reviewer: [`${LABEL} was edited, so your review no longer counts`],
  });
});

test('a retraction reaches the team and everybody who downloaded it, with its reason', async () => {
  const { catalog } = open;
  const releaseId = release.id;
  const edited = await catalog.prisma.release.findUniqueOrThrow({ where: { id: releaseId } });
  await publishDraft(catalog, { author, reviewer, maintainer: world.owner }, edited);
  const published = `owner-of-releases published ${LABEL}`;
  expect(await everybody()).toMatchObject({ viewer: [published], outsider: [] });
  const { userId } = outsider;
  await catalog.prisma.releaseDownload.createMany({
    data: ['a.tar', 'b.tar'].map((file) => ({ releaseId, userId, file, day: new Date() })),
  });
  await catalog.releases.retractRelease({
    actor: world.owner,
    releaseId,
    reason: 'A gallery leaked.',
  });
  const sentence = `${LABEL} was retracted: A gallery leaked`;
  expect(await everybody()).toEqual({
    owner: [],
    author: [sentence],
    reviewer: [sentence],
    viewer: [sentence],
    outsider: [sentence],
  });
});
