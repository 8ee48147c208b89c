/** @file What outsiders and API keys see of releases, and what they may do. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import { completeScopes, type Action } from '../permissions.ts';
import { openTestCatalog, type TestCatalog } from '../testing/index.ts';
import {
  makeReleaseWorld,
  releaseIn,
  sealPlainly,
  type ReleaseWorld,
} from '../testing/release-world.ts';

let open: TestCatalog;
let catalog: Catalog;
let world: ReleaseWorld;

beforeAll(async () => {
  open = await openTestCatalog();
  ({ catalog } = open);
  world = await makeReleaseWorld(catalog);
});
afterAll(() => open.close());

async function standing(actor: Actor, releaseId: string) {
  const [found] = await catalog.releases.standingsOf({ actor, releaseIds: [releaseId] });
  return found ?? null;
}

describe('an outsider', () => {
  test('sees of a release what was published for everybody, and of its making nothing', async () => {
    const { outsider, author } = world;
    const reach = { terms: { licence: 'MIT', reach: 'PUBLIC' as const } };
    const draft = await releaseIn(catalog, world, 'APPROVED', reach);
    const ofTeam = await releaseIn(catalog, world, 'PUBLISHED');
    const out = await releaseIn(catalog, world, 'PUBLISHED', reach);
    const back = await releaseIn(catalog, world, 'RETRACTED', reach);
    const ids = [draft, ofTeam, out, back].map(({ id }) => id);
    const { releases } = catalog;
    const seen = await releases.releasesByIds({ actor: outsider, ids });
    expect(seen.map((row) => row?.id ?? null)).toEqual([null, null, out.id, back.id]);
    const { edges } = await releases.listPublishedReleases({ actor: outsider });
    expect(edges.map(({ node }) => node.id)).toEqual([back.id, out.id]);
    await releases.commentOnRelease({ actor: author, releaseId: out.id, body: 'Among us.' });
    expect(await standing(outsider, out.id)).toMatchObject({
      isMember: false,
      reviews: [],
      requestedReviewerIds: [],
      blockers: [],
      viewerCan: ['DOWNLOAD'],
    });
    const releaseIds = [out.id];
    expect(await releases.threadsOfReleases({ actor: outsider, releaseIds })).toEqual([[]]);
    expect(await releases.placesOfReleases({ actor: outsider, releaseIds })).toMatchObject([
      { teamSlug: 'lab', datasetSlug: 'faces', sampleCount: world.version.sampleCount },
    ]);
    expect(await releases.openDownload({ actor: outsider, releaseId: out.id })).toMatchObject({
      manifest: { releaseId: out.id },
    });
    await expect(
      releases.openDownload({ actor: outsider, releaseId: back.id }),
    ).rejects.toMatchObject({
      code: 'GONE',
      message: expect.stringContaining('A face is real.') as string,
    });
    await expect(
      releases.commentOnRelease({ actor: outsider, releaseId: out.id, body: 'Hello.' }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      releases.listDownloads({ actor: outsider, releaseId: out.id }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const releaseId of [draft.id, ofTeam.id]) {
      await expect(
        releases.acceptReleaseTerms({ actor: outsider, releaseId }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('is shown the release before it only where it is public too', async () => {
    const reach = { terms: { licence: 'MIT', reach: 'PUBLIC' as const } };
    const first = await releaseIn(catalog, world, 'PUBLISHED', reach);
    const between = await releaseIn(catalog, world, 'PUBLISHED');
    const last = await releaseIn(catalog, world, 'PUBLISHED', reach);
    const previous = async (actor: Actor) => {
      const releaseIds = [last.id];
      return (await catalog.releases.previousReleasesOf({ actor, releaseIds }))[0]?.id;
    };
    expect(await previous(world.outsider)).toBe(first.id);
    expect(await previous(world.viewer)).toBe(between.id);
  });
});

test('an API key neither reviews nor sets a policy, and does with a release what its scopes say', async () => {
  const keyOf = (actor: Actor, scopes: readonly Action[]): Actor => ({
    ...actor,
    key: { id: world.team.id, teamId: world.team.id, scopes: new Set(completeScopes(scopes)) },
  });
  expect(completeScopes(['release.publish'])).toEqual(
    expect.arrayContaining(['release.read', 'version.read', 'dataset.read']),
  );
  const { id: releaseId, candidateDigest } = await releaseIn(catalog, world, 'APPROVED');
  const everything = keyOf(world.owner, ['release.propose', 'release.publish', 'release.retract']);
  await expect(
    catalog.releases.reviewRelease({
      actor: everything,
      releaseId,
      candidateDigest,
      decision: 'APPROVE',
    }),
  ).rejects.toThrow(/lacks the scope 'release.review'/);
  const proposer = keyOf(world.owner, ['release.propose']);
  await expect(
    catalog.releases.updateRelease({ actor: proposer, releaseId, title: 'Mine' }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await standing(proposer, releaseId))?.viewerCan).toEqual(['RUN_CHECKS']);
  await expect(
    catalog.releases.publishRelease({ actor: proposer, releaseId, candidateDigest }, sealPlainly),
  ).rejects.toThrow(/lacks the scope 'release.publish'/);
  const published = await catalog.releases.publishRelease(
    { actor: everything, releaseId, candidateDigest },
    sealPlainly,
  );
  expect(published.state).toBe('PUBLISHED');
});
