import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DatasetVersion, Run } from '../generated/client.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import {
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

const IDENTITIES = 700;
const PER_IDENTITY = 4;

let open: TestCatalog;
let world: TestTeam;
let run: Run;
let version: DatasetVersion;

beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'pages');
  run = await startRun(open.catalog, world, {
    identityCount: IDENTITIES,
    samplesPerIdentity: PER_IDENTITY,
  });
  await produce(open.catalog, run);
  version = await open.catalog.versions.commitVersion({ runId: run.id, metrics: {} });
});
afterAll(() => open.close());

/** All items of a list, page by page, in both directions. Both are in the order of the list. */
async function walk<T>(
  size: number,
  read: (page: PageRequest) => Promise<Page<T>>,
): Promise<{ forwards: T[]; backwards: T[] }> {
  const forwards: T[] = [];
  let page = await read({ first: size });
  expect(page.hasPreviousPage).toBe(false);
  for (;;) {
    forwards.push(...page.edges.map((edge) => edge.node));
    if (!page.hasNextPage) break;
    page = await read({ first: size, after: page.endCursor });
    expect(page.hasPreviousPage).toBe(true);
  }
  const backwards: T[] = [];
  page = await read({ last: size });
  expect(page.hasNextPage).toBe(false);
  for (;;) {
    backwards.unshift(...page.edges.map((edge) => edge.node));
    if (!page.hasPreviousPage) break;
    page = await read({ last: size, before: page.startCursor });
    expect(page.hasNextPage).toBe(true);
  }
  return { forwards, backwards };
}

describe('pages', () => {
  test('of samples are complete and in order in both directions, each sample once', async () => {
    const versionId = version.id;
    const { forwards, backwards } = await walk(333, (page) =>
      open.catalog.samples.listSamples({ actor: world.owner, versionId, page }),
    );
    const keys = forwards.map((sample) => sample.identityOrdinal * PER_IDENTITY + sample.ordinal);
    expect(keys).toEqual(Array.from({ length: IDENTITIES * PER_IDENTITY }, (_, index) => index));
    expect(backwards).toEqual(forwards);
    expect(forwards[5]).toMatchObject({ imageOffset: 4_000_000_000n, distanceToReference: 0.1 });
  });

  test('of identities by nearest distance keep ties apart and those without a neighbour last', async () => {
    const { forwards, backwards } = await walk(64, (page) =>
      open.catalog.samples.listIdentities({
        actor: world.owner,
        versionId: version.id,
        page,
        orderBy: 'NEAREST_DISTANCE',
      }),
    );
    expect(new Set(forwards.map((identity) => identity.ordinal)).size).toBe(IDENTITIES);
    expect(backwards).toEqual(forwards);
    const distances = forwards.map((identity) => identity.nearestDistance ?? Infinity);
    expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    expect(distances.at(-1)).toBe(Infinity);
  });

  test('of identities by ordinal, and of one identity’s samples', async () => {
    const { samples } = open.catalog;
    const { forwards, backwards } = await walk(500, (page) =>
      samples.listIdentities({ actor: world.owner, versionId: version.id, page }),
    );
    expect(forwards.map((identity) => identity.ordinal)).toEqual(
      Array.from({ length: IDENTITIES }, (_, index) => index),
    );
    expect(backwards).toEqual(forwards);
    const own = await samples.listSamplesOfIdentity({
      actor: world.owner,
      key: { runId: run.id, ordinal: 42 },
    });
    expect(own.edges.map((edge) => edge.node.ordinal)).toEqual([0, 1, 2, 3]);
    expect(own.hasNextPage).toBe(false);
  });

  test('can stop between two cursors', async () => {
    const read = (page: PageRequest) =>
      open.catalog.samples.listIdentities({ actor: world.owner, versionId: version.id, page });
    const { startCursor, endCursor } = await read({ first: 10 });
    const between = await read({ first: 100, after: startCursor, before: endCursor });
    expect(between.edges.map((edge) => edge.node.ordinal)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('of lists by one column go both ways too', async () => {
    for (let count = 0; count < 7; count += 1) await startRun(open.catalog, world);
    const scope = { datasetId: world.dataset.id };
    const { forwards, backwards } = await walk(3, (page) =>
      open.catalog.runs.listRuns({ actor: world.owner, scope, page }),
    );
    expect(forwards.map((item) => item.number)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(backwards).toEqual(forwards);
    const team = await walk(3, (page) =>
      open.catalog.runs.listRuns({ actor: world.owner, scope: { teamId: world.team.id }, page }),
    );
    expect(team.forwards).toHaveLength(8);
    expect(team.backwards).toEqual(team.forwards);
  });

  test.for([
    [{ first: 501 }, 'a page has 0 to 500 items'],
    [{ first: -1 }, 'a page has 0 to 500 items'],
    [{ first: 2, last: 2 }, 'not for both at once'],
    [{ first: 2, after: 'nonsense' }, 'not a cursor of this list'],
    [{ first: 2, after: Buffer.from('["a",1,2,3]').toString('base64url') }, 'not a cursor'],
    [{ first: 2, after: Buffer.from('["a",1]').toString('base64url') }, 'not of this list'],
  ] as const)('%j is refused', async ([page, message]) => {
    await expect(
      open.catalog.samples.listIdentities({ actor: world.owner, versionId: version.id, page }),
    ).rejects.toMatchObject({ code: 'INVALID', message: expect.stringContaining(message) });
  });
});

describe('filters', () => {
  test('count what they list', async () => {
    const versionId = version.id;
    const where = {
      kind: 'VARIATION',
      distanceToReference: { min: 0.2, max: 0.3 },
      identityOrdinals: [3, 5, 699],
    } as const;
    const actor = world.owner;
    const page = await open.catalog.samples.listSamples({ actor, versionId, query: { where } });
    expect(page.edges.map(({ node }) => [node.identityOrdinal, node.ordinal])).toEqual([
      [3, 2],
      [3, 3],
      [5, 2],
      [5, 3],
      [699, 2],
      [699, 3],
    ]);
    expect(await open.catalog.samples.countSamples({ actor, versionId, query: { where } })).toBe(6);
    const references = { kind: 'REFERENCE' } as const;
    expect(
      await open.catalog.samples.countSamples({ actor, versionId, query: { where: references } }),
    ).toBe(IDENTITIES);
    await expect(
      open.catalog.samples.listSamples({
        actor,
        versionId,
        query: { where: { distanceToReference: { min: 2, max: 1 } } },
      }),
    ).rejects.toMatchObject({ code: 'INVALID', path: ['where', 'distanceToReference'] });
  });
});

describe('batches', () => {
  test('answer in the order of their keys, with null for what is not there', async () => {
    const { samples } = open.catalog;
    const actor = world.owner;
    const key = (ordinal: number) => ({ runId: run.id, ordinal });
    const identities = await samples.identitiesByKeys({ actor, keys: [key(9), key(9999), key(2)] });
    expect(identities.map((identity) => identity?.ordinal ?? null)).toEqual([9, null, 2]);
    const covers = await samples.coverSamples({ actor, datasetIds: [world.dataset.id], count: 3 });
    expect(covers[0]?.map((sample) => [sample.identityOrdinal, sample.kind])).toEqual([
      [0, 'REFERENCE'],
      [1, 'REFERENCE'],
      [2, 'REFERENCE'],
    ]);
    const shards = await samples.shardsByKeys({
      actor,
      keys: [{ runId: run.id, kind: 'IMAGES', ordinal: 0 }],
    });
    expect(shards).toMatchObject([{ sizeBytes: 10_000_000_000n, objectKey: 'shards/IMAGES' }]);
  });
});
