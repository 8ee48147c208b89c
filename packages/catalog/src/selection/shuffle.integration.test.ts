import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { PageRequest } from '../paging/page.ts';
import { fillCatalog, makeTeam, openTestCatalog, type TestCatalog } from '../testing/index.ts';
import type { SampleWhere } from './filter.ts';
import type { Sample } from './sample.ts';
import { mixingOf, SHUFFLE_BUCKETS } from './shuffle.ts';

// More than the few that are ordered at once, so that pages are read by buckets.
const SIZE = { identities: 500, samplesPerIdentity: 50, seed: 11 };
const ALL = SIZE.identities * SIZE.samplesPerIdentity;

let open: TestCatalog;
let actor: Actor;
let versionId: string;

beforeAll(async () => {
  open = await openTestCatalog();
  const world = await makeTeam(open.catalog, 'shuffles');
  const { version } = await fillCatalog({ ...open, ...SIZE, world });
  actor = world.owner;
  versionId = version.id;
});
afterAll(() => open.close());

const numberOf = ({ identityOrdinal, ordinal }: Sample) =>
  identityOrdinal * SIZE.samplesPerIdentity + ordinal;

function read(seed: number, page: PageRequest, where: SampleWhere = {}) {
  const query = { where, seed };
  return open.catalog.samples.listSamples({ actor, versionId, query, orderBy: 'RANDOM', page });
}

async function readAll(seed: number, where?: SampleWhere): Promise<number[]> {
  const numbers: number[] = [];
  let after: string | null = null;
  do {
    const page = await read(seed, { first: 500, after }, where);
    numbers.push(...page.edges.map(({ node }) => numberOf(node)));
    after = page.hasNextPage ? page.endCursor : null;
  } while (after !== null);
  return numbers;
}

describe('a shuffle that is read by buckets', () => {
  test('has every sample once, and the same from behind', async () => {
    const numbers = await readAll(5);
    expect(numbers).toHaveLength(ALL);
    expect(new Set(numbers).size).toBe(ALL);
    const last = await read(5, { last: 40 });
    expect(last.edges.map(({ node }) => numberOf(node))).toEqual(numbers.slice(-40));
    const before = await read(5, { last: 30, before: last.startCursor });
    expect(before.edges.map(({ node }) => numberOf(node))).toEqual(numbers.slice(-70, -40));
  });

  test('is the same order for a filter that few samples match, and for one that none does', async () => {
    const numbers = await readAll(6);
    const where: SampleWhere = { identityOrdinals: [3, 77], ordinal: { max: 20 } };
    const identities = new Set([3, 77]);
    const expected = numbers.filter(
      (number) => identities.has(Math.floor(number / 50)) && number % 50 <= 20,
    );
    expect(await readAll(6, where)).toEqual(expected);
    const page = await read(6, { first: 7 }, where);
    const next = await read(6, { first: 7, after: page.endCursor }, where);
    expect(next.edges.map(({ node }) => numberOf(node))).toEqual(expected.slice(7, 14));
    expect(await readAll(6, { distanceToReference: { min: 3.1 } })).toEqual([]);
  });

  test('begins with each identity as often as with any other, over the seeds', async () => {
    const seeds = Array.from({ length: 200 }, (_, index) => index - 100);
    const seen = Array.from({ length: SIZE.identities }, () => 0);
    for (const seed of seeds) {
      const { edges } = await read(seed, { first: 100 });
      for (const { node } of edges)
        seen[node.identityOrdinal] = (seen[node.identityOrdinal] ?? 0) + 1;
    }
    const expected = (seeds.length * 100) / SIZE.identities;
    const chiSquare = seen.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Mean d and variance 2d of chi-square with d degrees of freedom; the seeds are fixed, so the test is too.
    const freedom = SIZE.identities - 1;
    expect(Math.abs(chiSquare - freedom) / Math.sqrt(2 * freedom)).toBeLessThan(4);
  });

  test('refuses a cursor whose place is none', async () => {
    const cursor = Buffer.from(JSON.stringify(['random 1', 'x', '1', 'y', 1, 1])).toString(
      'base64url',
    );
    await expect(read(1, { first: 5, after: cursor })).rejects.toMatchObject({
      code: 'INVALID',
      path: ['after'],
    });
  });
});

test('the map of a seed gives each bucket one place, near buckets far ones', () => {
  const { scale, shift } = mixingOf(42);
  expect(mixingOf(42)).toEqual({ scale, shift });
  expect(mixingOf(43)).not.toEqual({ scale, shift });
  const places = new Set<number>();
  for (let bucket = 0; bucket < SHUFFLE_BUCKETS; bucket += 1) {
    places.add((scale * bucket + shift) % SHUFFLE_BUCKETS);
  }
  expect(places.size).toBe(SHUFFLE_BUCKETS);
});
