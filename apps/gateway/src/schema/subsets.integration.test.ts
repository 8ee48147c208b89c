/** @file Queries over a version, subsets, merges, comparisons and likeness, as a client sends them. */
import { fillCatalog } from '@colloid/catalog/testing';
import { encodeNpy } from '@colloid/formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

const IDENTITIES = 900;
const WIDTH = 16;

let gateway: TestGateway;
let client: TestClient;
let stranger: TestClient;
let runId: string;
let versionId: string;
let embeddings: Float32Array;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog, databaseUrl } = gateway;
  const size = { identities: 1, variations: 1 };
  const seed = (name: string) => seedTeam({ catalog, secret: TEST_SECRET, name, ...size });
  const seeded: SeededTeam = await seed('ada');
  const { run, version } = await fillCatalog({
    catalog,
    databaseUrl,
    world: { ...seeded, owner: seeded.actor },
    identities: IDENTITIES,
    samplesPerIdentity: 3,
    seed: 1,
  });
  runId = run.id;
  versionId = toGlobalId('DatasetVersion', version);
  await storeEmbeddings();
  client = await signIn(gateway, seeded.email);
  stranger = await signIn(gateway, (await seed('eve')).email);
});
afterAll(() => gateway.stop());

/** Unit-free rows that differ by their number, in the shards that the filled rows speak of. */
async function storeEmbeddings(): Promise<void> {
  embeddings = Float32Array.from({ length: IDENTITIES * 3 * WIDTH }, (_, index) =>
    Math.sin(index * index + 0.3 * index),
  );
  for (const shard of await gateway.catalog.rows.shardsOfRun(runId)) {
    if (shard.kind !== 'EMBEDDINGS') continue;
    const from = shard.ordinal * 1000 * WIDTH;
    const rows = embeddings.slice(from, from + shard.count * WIDTH);
    await gateway.store.put(shard.objectKey, encodeNpy(rows, [shard.count, WIDTH]));
  }
}

const SELECTION = `query ($id: ID!, $query: SampleQueryInput!, $after: String) { node(id: $id) { ... on DatasetVersion {
  selection(query: $query) { samples(first: 100, after: $after, orderBy: RANDOM) { totalCount edges { cursor node { id } } }
  facets { sampleCount identityCount kinds { kind count } distanceToReference { from to counts } } } } } }`;

interface SelectionAnswer {
  readonly node: {
    readonly selection: {
      readonly samples: {
        readonly totalCount: number;
        readonly edges: readonly {
          readonly cursor: string;
          readonly node: { readonly id: string };
        }[];
      };
      readonly facets: {
        readonly sampleCount: number;
        readonly identityCount: number;
        readonly distanceToReference: { readonly counts: readonly number[] };
      };
    };
  };
}

const QUERY = {
  where: {
    kind: 'VARIATION',
    distanceToReference: { min: 0.5 },
    covariates: [{ name: 'pose', range: { min: 0 } }],
    not: { identity: { nearestDistance: { max: 1.1 } } },
  },
  perIdentity: 1,
  seed: 3,
};

describe('a selection', () => {
  test('is listed, counted and summarised alike, and goes on where its cursor says', async () => {
    const read = async (after: string | null) =>
      (await client.data<SelectionAnswer>(SELECTION, { id: versionId, query: QUERY, after })).node
        .selection;
    const one = await read(null);
    expect(one.samples.totalCount).toBeGreaterThan(150);
    expect(one.facets).toMatchObject({
      sampleCount: one.samples.totalCount,
      identityCount: one.samples.totalCount,
    });
    const sum = one.facets.distanceToReference.counts.reduce((a, b) => a + b, 0);
    expect(sum).toBe(one.samples.totalCount);
    const two = await read(one.samples.edges[49]?.cursor ?? null);
    const ids = (part: typeof one) => part.samples.edges.map((edge) => edge.node.id);
    expect(ids(two).slice(0, 50)).toEqual(ids(one).slice(50));
  });

  test('that cannot be is refused with the place of the mistake', async () => {
    const query = { where: { or: [{ quality: { min: 1, max: 0 } }] } };
    const { errors } = await client.send(SELECTION, { id: versionId, query });
    expect(errors[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      argumentPath: ['where', 'or', '0', 'quality'],
    });
    const after = 'bm90IGEgY3Vyc29y';
    const foreign = await client.send(SELECTION, { id: versionId, query: QUERY, after });
    expect(foreign.errors[0]?.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      argumentPath: ['after'],
    });
  });
});

const MAKE = `mutation ($input: MaterialiseSubsetInput!) { materialiseSubset(input: $input) {
  version { id number origin sampleCount query parents { number } } userErrors { code path } } }`;

interface Made {
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly sampleCount: number;
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[] }[];
}
const make = async (input: object, as = client): Promise<Made> =>
  (await as.data<{ materialiseSubset: Made }>(MAKE, { input })).materialiseSubset;

describe('a subset', () => {
  test('is saved, becomes a version, and is compared with its parent', async () => {
    const save = `mutation ($input: SaveSubsetInput!) { saveSubset(input: $input) { subset { id name query } userErrors { code path } } }`;
    const input = { versionId, name: 'frontal', query: QUERY };
    const { saveSubset } = await client.data<{ saveSubset: { subset: { id: string } } }>(save, {
      input,
    });
    expect(saveSubset.subset).toMatchObject({ name: 'frontal', query: QUERY });
    const { version } = await make({ subsetId: saveSubset.subset.id, message: 'only frontal' });
    expect(version).toMatchObject({
      origin: 'SUBSET',
      query: { query: QUERY, subset: 'frontal' },
      parents: [{ number: 1 }],
    });
    const compare = `query ($id: ID!, $other: ID!) { node(id: $id) { ... on DatasetVersion { tags subsets { name } comparedWith(id: $other) {
      samples { kept added removed } metrics { name before after } removedIdentities(first: 3) { name } addedIdentities { name } } } } }`;
    const { node } = await client.data<{ node: { comparedWith: { removedIdentities: object[] } } }>(
      compare,
      { id: version?.id, other: versionId },
    );
    expect(node.comparedWith).toMatchObject({
      samples: { kept: version?.sampleCount, added: 0 },
      addedIdentities: [],
    });
    expect(node.comparedWith.removedIdentities).toHaveLength(3);
    const tag = `mutation ($input: VersionTagInput!) { tagVersion(input: $input) { version { tags } userErrors { message } } }`;
    expect(
      await client.data(tag, { input: { versionId: version?.id, name: 'frontal-1' } }),
    ).toEqual({ tagVersion: { version: { tags: ['frontal-1'] }, userErrors: [] } });
    const merge = `mutation ($input: MergeVersionsInput!) { mergeVersions(input: $input) { version { origin sampleCount } userErrors { code path } } }`;
    const both = { versionIds: [versionId, version?.id] };
    expect(await client.data(merge, { input: both })).toEqual({
      mergeVersions: { version: null, userErrors: [{ code: 'CONFLICT', path: ['versionIds'] }] },
    });
    expect(await client.data(merge, { input: { ...both, onCollision: 'UNITE' } })).toMatchObject({
      mergeVersions: { version: { origin: 'MERGE', sampleCount: IDENTITIES * 3 } },
    });
  });

  test('of another team does not exist, and one of nothing is not made', async () => {
    expect(await make({ versionId, query: {} }, stranger)).toMatchObject({
      version: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['versionId'] }],
    });
    expect(await make({ versionId, query: { where: { quality: { min: 2 } } } })).toMatchObject({
      userErrors: [{ code: 'CONFLICT', path: ['query'] }],
    });
    expect(await make({ versionId })).toMatchObject({ userErrors: [{ code: 'INVALID' }] });
  });
});

describe('likeness', () => {
  const NEAREST = `query ($id: ID!, $to: ID!, $first: Int) { node(id: $id) { ... on DatasetVersion {
    similarIdentities(to: $to, first: $first) { distance identity { ordinal } } } } }`;
  interface Answer {
    readonly node: {
      readonly similarIdentities: readonly {
        readonly distance: number;
        readonly identity: { readonly ordinal: number };
      }[];
    };
  }
  const nearest = async (id: string, ordinal: number, first: number) => {
    const to = toGlobalId('Identity', { runId, ordinal });
    return (await client.data<Answer>(NEAREST, { id, to, first })).node.similarIdentities;
  };

  test('finds exactly the nearest, in a version and in a part of it', async () => {
    const row = (ordinal: number) =>
      embeddings.subarray(ordinal * 3 * WIDTH, (ordinal * 3 + 1) * WIDTH);
    const angle = (a: Float32Array, b: Float32Array) =>
      Math.acos(
        a.reduce((sum, x, d) => sum + x * (b[d] ?? 0), 0) / Math.hypot(...a) / Math.hypot(...b),
      );
    const expected = Array.from({ length: IDENTITIES }, (_, ordinal) => ordinal)
      .filter((ordinal) => ordinal !== 17)
      .toSorted((a, b) => angle(row(17), row(a)) - angle(row(17), row(b)));
    const found = await nearest(versionId, 17, 100);
    expect(found.map((each) => each.identity.ordinal)).toEqual(expected.slice(0, 100));
    expect(found[0]?.distance).toBeCloseTo(angle(row(17), row(expected[0] ?? 0)), 6);
    const query = { where: { identity: { ordinal: { max: 99 } } } };
    const part = (await make({ versionId, query })).version?.id ?? '';
    const within = await nearest(part, 17, 5);
    expect(within.map((each) => each.identity.ordinal)).toEqual(
      expected.filter((ordinal) => ordinal < 100).slice(0, 5),
    );
    const { errors } = await client.send(NEAREST, {
      id: part,
      to: toGlobalId('Identity', { runId, ordinal: 500 }),
    });
    expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', argumentPath: ['to'] });
  });
});
