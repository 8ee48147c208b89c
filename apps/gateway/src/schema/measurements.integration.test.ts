/** @file Measuring versions that exist, as a client asks for it and reads it; a worker's part is written into the catalog. */
import type { MeasurementEnding } from '@colloid/catalog';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { beginRun, completeRun } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let stranger: TestClient;
let versionId: string;
let galleryId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  const seed = (name: string) =>
    seedTeam({ catalog, secret: TEST_SECRET, name, identities: 3, variations: 1 });
  ada = await seed('ada');
  const { id: runId } = await seedRun(catalog, ada);
  await beginRun(gateway, runId);
  await catalog.rows.insertShards({
    runId,
    shards: [
      {
        kind: 'EMBEDDINGS',
        ordinal: 0,
        digest: 'a'.repeat(64),
        objectKey: 'embeddings',
        sizeBytes: 1n,
        count: 6,
      },
    ],
  });
  const version = await completeRun(gateway, { runId, identities: 3, samples: 2 });
  versionId = toGlobalId('DatasetVersion', version);
  const recipe = await catalog.prisma.recipe.findFirstOrThrow({ where: { teamId: ada.team.id } });
  const gallery = await catalog.prisma.gallery.create({
    data: {
      teamId: ada.team.id,
      name: 'people',
      version: '1',
      recogniserVersionId: recipe.recogniserVersionId,
      state: 'READY',
      source: { kind: 'EMBEDDINGS', embeddings: { name: 'e.npy', digest: 'b'.repeat(64) } },
      digest: 'b'.repeat(64),
      objectKey: 'people',
      count: 4,
    },
  });
  galleryId = toGlobalId('Gallery', gallery);
  client = await signIn(gateway, ada.email);
  stranger = await signIn(gateway, (await seed('eve')).email);
});
afterAll(() => gateway.stop());

const MATERIALISE = `mutation ($input: MaterialiseSubsetInput!) { materialiseSubset(input: $input) {
  version { id measurements { isAlone state progress } measures { identitiesAboveIct } } userErrors { message } } }`;
const MEASURE = `mutation ($input: MeasureVersionInput!) { measureVersion(input: $input) {
  version { measurements { isAlone state failure gallery { name } } } userErrors { code message path } } }`;
const READ = `query ($id: ID!) { node(id: $id) { ... on DatasetVersion { metrics
  measurements { isAlone state failure askedBy { name } gallery { name } leakage { name } }
  measures { identitiesAboveIct nearest { listed { theta identityA { ordinal } identityB { name } } } leakage { name } }
  leakage { name toSamples { samplesUnder listed(first: 1) { run identity sample row theta image { imageUrl identity { ordinal } } } } } } } }`;

const bins = { edges: [0, 1, 2], counts: [1, 2] };
const METRICS = {
  ict: 1,
  theta: { min: 0.5, mean: 1, max: 1.5 },
  aboveIct: 0.5,
  identitiesAboveIct: 0.25,
  histograms: {
    inter: bins,
    nearest: bins,
    intra: null,
    intraPairs: null,
    interLatent: null,
    intraLatent: null,
  },
  verification: null,
  duplicates: { threshold: 0.1, count: 0, listed: [] },
  nearest: { listed: [{ a: 0, b: 2, theta: 0.5, runA: 1, runB: 1 }] },
  capacity: { draws: 8, points: [], fit: null },
};
const SIDE = {
  histogram: bins,
  nearest: bins,
  min: 0.25,
  falseMatchRate: 0.001,
  impostors: 6,
  expected: 0.01,
  samplesUnder: 1,
  under: {
    threshold: 0.5,
    count: 2,
    listed: [
      { run: 1, identity: 1, sample: 1, row: 3, theta: 0.25 },
      { run: 1, identity: 1, sample: 0, row: 3, theta: 0.4 },
    ],
  },
};
const LEAKAGE = {
  gallery: { name: 'people@1', digest: 'b'.repeat(64), rows: 4, classes: null },
  recogniser: 'r@1',
  samples: 6,
  toSamples: SIDE,
  toCentres: null,
};

/** Writes what a worker would. */
async function finish(ending: MeasurementEnding, isAlone: boolean): Promise<void> {
  const { measuring, prisma } = gateway.catalog;
  const { id } = await prisma.measurement.findFirstOrThrow({
    where: { state: 'QUEUED', ...(isAlone ? { galleryId: null } : { NOT: { galleryId: null } }) },
  });
  await measuring.beginMeasurement(id);
  expect(await measuring.finishMeasurement(id, ending)).toBe(true);
}

const done = (metrics: object): MeasurementEnding => ({
  state: 'DONE',
  inputsDigest: 'f'.repeat(64),
  metrics,
});

test('a subset waits to be measured as soon as it is made, and has its metrics when that is done', async () => {
  const input = { versionId, query: { maxIdentities: 2 } };
  const made = await client.data<{
    readonly materialiseSubset: { readonly version: { readonly id: string } };
  }>(MATERIALISE, { input });
  const { version } = made.materialiseSubset;
  expect(version).toMatchObject({
    measurements: [{ isAlone: true, state: 'QUEUED', progress: 0 }],
    measures: null,
  });
  const jobs = await gateway.catalog.prisma.$queryRaw`
    SELECT 1 FROM pgboss.job WHERE name = 'version.measure'`;
  expect(jobs).toHaveLength(1);
  await finish(done(METRICS), true);
  expect(await client.data(READ, { id: version.id })).toMatchObject({
    node: {
      metrics: { ict: 1, theta: { min: 0.5 }, histograms: { inter: bins } },
      measurements: [{ state: 'DONE', askedBy: { name: 'ada' } }],
      measures: {
        identitiesAboveIct: 0.25,
        nearest: {
          listed: [
            { theta: 0.5, identityA: { ordinal: 0 }, identityB: { name: 'identity-000002' } },
          ],
        },
      },
      leakage: [],
    },
  });
  expect(await stranger.data(READ, { id: version.id })).toEqual({ node: null });
});

test('a version is measured against a gallery, and who is found in it is shown by their face', async () => {
  const input = { versionId, galleryIds: [galleryId] };
  expect(await client.data(MEASURE, { input })).toMatchObject({
    measureVersion: {
      version: { measurements: [{ isAlone: false, state: 'QUEUED', gallery: { name: 'people' } }] },
    },
  });
  await finish({ state: 'FAILED', failure: 'The store is empty.' }, false);
  await client.data(MEASURE, { input });
  await finish(done(LEAKAGE), false);
  expect(await client.data(READ, { id: versionId })).toMatchObject({
    node: {
      measurements: [{ state: 'DONE', failure: null, leakage: { name: 'people@1' } }],
      leakage: [
        {
          name: 'people@1',
          toSamples: {
            samplesUnder: 1,
            listed: [
              {
                run: 1,
                identity: 1,
                sample: 1,
                row: 3,
                theta: 0.25,
                image: {
                  imageUrl: expect.stringContaining('/objects/'),
                  identity: { ordinal: 1 },
                },
              },
            ],
          },
        },
      ],
    },
  });
});

test('what cannot be measured is said with its place', async () => {
  const input = { versionId, galleryIds: [versionId] };
  expect(await client.data(MEASURE, { input })).toMatchObject({
    measureVersion: {
      version: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['galleryIds'] }],
    },
  });
  const { prisma } = gateway.catalog;
  await prisma.shard.deleteMany({ where: { kind: 'EMBEDDINGS' } });
  expect(await client.data(MEASURE, { input: { versionId, galleryIds: [] } })).toMatchObject({
    measureVersion: {
      userErrors: [
        { code: 'CONFLICT', message: expect.stringMatching(/^Run 1 has no embeddings/) },
      ],
    },
  });
});
