/** @file However many rows a page shows, it takes the same number of SQL statements. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { seedRelease } from '../testing/seed-release.ts';
import { beginRun, completeRun } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

let gateway: TestGateway;
let client: TestClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  const size = { identities: 6, variations: 1 };
  const seeded = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...size });
  await addVersion(seeded, 6);
  for (const slug of ['more', 'still-more', 'enough']) {
    const { actor, team } = seeded;
    const dataset = await catalog.datasets.createDataset({
      actor,
      teamId: team.id,
      slug,
      title: slug,
    });
    await addVersion({ ...seeded, dataset }, 2);
  }
  for (const state of ['DRAFT', 'IN_REVIEW', 'APPROVED', 'PUBLISHED', 'RETRACTED'] as const) {
    const version = await catalog.prisma.datasetVersion.findFirstOrThrow({
      where: { datasetId: seeded.dataset.id },
    });
    await seedRelease({ ...gateway, version, approverId: seeded.actor.userId, state });
  }
  client = await signIn(gateway, seeded.email);
});
afterAll(() => gateway.stop());

/** The pages that the web application shows, with the fields it asks for. */
const PAGES = {
  datasets: `query ($n: Int!) { team(slug: "ada-lab") { id name viewerRole budget { maxIdentities } datasets(first: $n) { totalCount pageInfo { hasNextPage } edges { node {
    id slug title team { slug } createdBy { name } budget { remainingIdentities } coverImages(first: 4, width: 96)
    latestVersion { number identityCount author { name } dataset { slug } } } } } } }`,
  runs: `query ($n: Int!) { team(slug: "ada-lab") { runs(first: $n) { totalCount edges { node {
    id number state dataset { slug title } recipe { name generator { name } recogniser { name } } createdBy { name } team { slug } versions { number } } } } } }`,
  identities: `query ($n: Int!) { team(slug: "ada-lab") { dataset(slug: "faces") { version(number: 1) { id number runs { number } runNumbers parents { number }
    isNearestKnown identities(first: $n, orderBy: NEAREST_IN_VERSION) { totalCount edges { nearest { distance identity { name } } node { id name runNumber madeIn { number } nearest { name reference { imageUrl(width: 96) } } reference { imageUrl(width: 128) } } } } } } } }`,
  samples: `query ($n: Int!) { team(slug: "ada-lab") { dataset(slug: "faces") { version(number: 1) { samples(first: $n) { edges { node { id imageUrl(width: 96) identity { name } } } } } } } }`,
  subset: `query ($n: Int!) { team(slug: "ada-lab") { dataset(slug: "faces") { version(number: 1) { id tags subsets { id name }
    selection(query: { where: { kind: VARIATION, distanceToReference: { min: 0 }, identity: { nearestDistance: { min: 0 } } }, perIdentity: 2, seed: 1 }) {
    samples(first: $n) { totalCount edges { node { id imageUrl(width: 96) identity { runNumber ordinal name } } } } facets { sampleCount } } } } } }`,
  releases: `query ($n: Int!) { team(slug: "ada-lab") { releasePolicy { approvalsNeeded } dataset(slug: "faces") { releases(first: $n) { totalCount edges { node {
    id number state title semanticVersion author { name } publishedBy { name } version { number } dataset { slug } sampleCount teamName approvalsGiven blockers viewerCan
    checks { kind state } reviews { author { name } isVoid } requestedReviewers { name } threads { comments { author { name } } } galleries { name }
    previousRelease { number } signingKey { id } downloadCount hasAcceptedTerms } } } } } }`,
} as const;

test.each(Object.entries(PAGES))(
  'the page of %s takes no more statements for all rows than for one',
  async (_page, query) => {
    const one = await statementsOf(query, 1);
    expect(await statementsOf(query, 100)).toBeLessThanOrEqual(one);
    expect(one).toBeLessThan(40);
  },
);

async function statementsOf(query: string, n: number): Promise<number> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  await client.data(query, { n });
  // The queue polls by itself; what reads the catalog's tables is what counts.
  const texts = spy.mock.calls.map(([first]) => textOf(first));
  spy.mockRestore();
  return texts.filter((text) => /^\s*SELECT/i.test(text) && !text.includes('pgboss')).length;
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const { text } = Object(statement) as { readonly text?: unknown };
  return typeof text === 'string' ? text : '';
}

async function addVersion(target: SeededTeam, identities: number): Promise<void> {
  const { id: runId } = await seedRun(gateway.catalog, target);
  await beginRun(gateway, runId);
  await completeRun(gateway, { runId, identities, samples: 2 });
}
