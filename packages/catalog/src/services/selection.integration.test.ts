import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { Identity } from '../generated/client.ts';
import type { PageRequest } from '../paging/page.ts';
import type { IdentityWhere, NumberRange, SampleWhere } from '../selection/filter.ts';
import type { SampleOrder } from '../selection/orders.ts';
import type { Sample } from '../selection/sample.ts';
import type { SampleQuery } from '../selection/sample-query.ts';
import { fillCatalog, makeTeam, openTestCatalog, type TestCatalog } from '../testing/index.ts';

const SIZE = { identities: 60, samplesPerIdentity: 8, seed: 3 };

let open: TestCatalog;
let actor: Actor;
let versionId: string;
let samples: Sample[];
let identities: Map<number, Identity>;

beforeAll(async () => {
  open = await openTestCatalog();
  const world = await makeTeam(open.catalog, 'selections');
  const { run, version } = await fillCatalog({ ...open, ...SIZE, world });
  actor = world.owner;
  versionId = version.id;
  samples = await open.catalog.prisma.sample.findMany({
    where: { runId: run.id },
    orderBy: [{ identityOrdinal: 'asc' }, { ordinal: 'asc' }],
  });
  const rows = await open.catalog.prisma.identity.findMany({ where: { runId: run.id } });
  identities = new Map(rows.map((row) => [row.ordinal, row]));
  // One sample without a quality and one without its neighbour, so that the unknown is tried too.
  await open.catalog.prisma.sample.updateMany({
    where: { runId: run.id, ordinal: 5 },
    data: { quality: null },
  });
  for (const sample of samples) if (sample.ordinal === 5) sample.quality = null;
});
afterAll(() => open.close());

const within = (value: number | null | undefined, range: NumberRange | null | undefined) =>
  range == null ||
  (range.min == null && range.max == null) ||
  (value != null && value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity));

/** The meaning of a filter, said a second time. */
function matches(sample: Sample, where: SampleWhere): boolean {
  const { weights } = (sample.covariates ?? { weights: {} }) as {
    readonly weights: Record<string, number>;
  };
  return (
    (where.kind == null || where.kind === sample.kind) &&
    within(sample.ordinal, where.ordinal) &&
    within(sample.distanceToReference, where.distanceToReference) &&
    within(sample.quality, where.quality) &&
    within(sample.imageLength, where.imageBytes) &&
    (where.covariates ?? []).every(
      ({ name, range }) => weights[name] !== undefined && within(weights[name], range),
    ) &&
    (where.identityOrdinals?.includes(sample.identityOrdinal) ?? true) &&
    (where.identity == null || isOf(identities.get(sample.identityOrdinal), where.identity)) &&
    (where.and ?? []).every((inner) => matches(sample, inner)) &&
    (where.or == null || where.or.some((inner) => matches(sample, inner))) &&
    (where.not == null || !matches(sample, where.not))
  );
}

function isOf(identity: Identity | undefined, where: IdentityWhere): boolean {
  return (
    identity !== undefined &&
    within(identity.ordinal, where.ordinal) &&
    within(identity.nearestDistance, where.nearestDistance) &&
    within(identity.intraDistance, where.intraDistance) &&
    (where.or == null || where.or.some((inner) => isOf(identity, inner))) &&
    (where.not == null || !isOf(identity, where.not))
  );
}

const range = (from: number, to: number) =>
  fc
    .tuple(
      fc.double({ min: from, max: to, noNaN: true }),
      fc.double({ min: from, max: to, noNaN: true }),
    )
    .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
const identityWhere = fc.record(
  { nearestDistance: range(1, 1.3), intraDistance: range(0.8, 1.2), ordinal: range(0, 60) },
  { requiredKeys: [] },
);
const plain = {
  kind: fc.constantFrom('REFERENCE' as const, 'VARIATION' as const),
  distanceToReference: range(0, 1),
  quality: range(0.4, 1),
  imageBytes: range(5000, 13_000),
  covariates: fc.array(
    fc.record({ name: fc.constantFrom('pose', 'smile', "x' OR 1=1 --"), range: range(-1, 1) }),
    { maxLength: 1 },
  ),
  identity: fc.oneof(identityWhere, fc.record({ not: identityWhere })),
};
const optional = { requiredKeys: [] as [] };
const nest = (inner: fc.Arbitrary<SampleWhere>): fc.Arbitrary<SampleWhere> =>
  fc.record(
    { ...plain, or: fc.array(inner, { minLength: 1, maxLength: 3 }), not: inner },
    optional,
  );
// Two levels keep below the limit of conditions; a `not` around them makes a third.
const nested = nest(fc.record(plain, optional));
const sampleWhere = fc.oneof(nested, fc.record({ not: nested }));

/** Every page of a query, one after the other. */
async function readAll(query: SampleQuery, orderBy: SampleOrder, size = 100): Promise<Sample[]> {
  const rows: Sample[] = [];
  let after: string | null = null;
  for (;;) {
    const page: PageRequest = { first: size, after };
    const read = await open.catalog.samples.listSamples({ actor, versionId, query, orderBy, page });
    rows.push(...read.edges.map((edge) => edge.node));
    if (!read.hasNextPage) return rows;
    after = read.endCursor;
  }
}
const keyOf = (sample: Sample) => sample.identityOrdinal * 8 + sample.ordinal;

describe('a filter', () => {
  test('lists, counts and summarises what it means, nested as it may be', async () => {
    await fc.assert(
      fc.asyncProperty(sampleWhere, async (where) => {
        const query = { where };
        const expected = samples.filter((sample) => matches(sample, where));
        const listed = await readAll(query, 'ORDINAL', 500);
        expect(listed.map(keyOf)).toEqual(expected.map(keyOf));
        const { samples: service } = open.catalog;
        expect(await service.countSamples({ actor, versionId, query })).toBe(expected.length);
        const facets = await service.facetsOf({ actor, versionId, query });
        expect(facets.sampleCount).toBe(expected.length);
        expect(facets.identityCount).toBe(new Set(expected.map((row) => row.identityOrdinal)).size);
      }),
      { numRuns: 15, seed: 5 },
    );
  }, 240_000);

  const deep = (depth: number): SampleWhere => (depth === 0 ? {} : { not: deep(depth - 1) });
  test.for<[SampleWhere, string, readonly string[]]>([
    [deep(8), 'more than 8 levels', ['where', ...Array.from({ length: 8 }, () => 'not')]],
    [{ or: [] }, 'no alternatives', ['where', 'or']],
    [
      { or: [{ quality: { min: 1, max: 0 } }] },
      'put the smaller number first',
      ['where', 'or', '0', 'quality'],
    ],
    [{ quality: { min: Number.NaN } }, 'give a number', ['where', 'quality']],
    [{ covariates: [{ name: '' }] }, '1 to 100 characters', ['where', 'covariates', '0', 'name']],
    [
      { and: Array.from({ length: 101 }, () => ({ kind: 'REFERENCE' as const })) },
      'more than 100 conditions',
      ['where', 'and', '100'],
    ],
    [
      { identityOrdinals: Array.from({ length: 10_001 }, (_, index) => index) },
      'is the most',
      ['where', 'identityOrdinals'],
    ],
  ])('%j is refused', async ([where, message, path]) => {
    const query = { where };
    const call = open.catalog.samples.countSamples({ actor, versionId, query });
    await expect(call).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining(message),
      path,
    });
  });
});

describe('pages', () => {
  const where: SampleWhere = { distanceToReference: { max: 0.8 } };

  test.for(['ORDINAL', 'DISTANCE_TO_REFERENCE', 'QUALITY', 'RANDOM'] as const)(
    'by %s hold every sample once, whatever their size',
    async (orderBy) => {
      const query = { where, seed: 7 };
      const small = await readAll(query, orderBy, 37);
      const large = await readAll(query, orderBy, 500);
      expect(small.map(keyOf)).toEqual(large.map(keyOf));
      expect(new Set(small.map(keyOf)).size).toBe(
        samples.filter((sample) => matches(sample, where)).length,
      );
      const last = await open.catalog.samples.listSamples({
        actor,
        versionId,
        query,
        orderBy,
        page: { last: 5 },
      });
      expect(last.edges.map(({ node }) => keyOf(node))).toEqual(small.slice(-5).map(keyOf));
    },
  );

  test('of a shuffle differ by seed, and refuse the cursor of another', async () => {
    const one = await readAll({ seed: 1 }, 'RANDOM', 500);
    const two = await readAll({ seed: 2 }, 'RANDOM', 500);
    expect(one.map(keyOf)).not.toEqual(two.map(keyOf));
    const read = (seed: number, orderBy: SampleOrder, page: PageRequest) =>
      open.catalog.samples.listSamples({ actor, versionId, query: { seed }, orderBy, page });
    const { endCursor } = await read(1, 'RANDOM', { first: 3 });
    for (const [seed, orderBy] of [
      [2, 'RANDOM'],
      [1, 'QUALITY'],
    ] as const) {
      await expect(read(seed, orderBy, { first: 3, before: endCursor })).rejects.toMatchObject({
        code: 'INVALID',
        path: ['before'],
      });
    }
  });
});

describe('a choice among what passes', () => {
  test('keeps so many of each identity, the same for the same seed', async () => {
    const query = { where: { kind: 'VARIATION' as const }, perIdentity: 2, seed: 4 };
    const rows = await readAll(query, 'ORDINAL', 50);
    const again = await readAll(query, 'RANDOM', 33);
    expect(again.map(keyOf).toSorted((a, b) => a - b)).toEqual(rows.map(keyOf));
    const perIdentity = Map.groupBy(rows, (row) => row.identityOrdinal);
    expect([...perIdentity.values()].map((list) => list.length)).toEqual(
      Array.from({ length: 60 }, () => 2),
    );
    const first = await readAll({ ...query, seed: null }, 'ORDINAL');
    expect(new Set(first.map((row) => row.ordinal))).toEqual(new Set([1, 2]));
  });

  test('keeps so many identities and so many samples', async () => {
    const query = { maxIdentities: 10, perIdentity: 3, limit: 25, seed: 9 };
    const rows = await readAll(query, 'ORDINAL');
    expect(rows).toHaveLength(25);
    expect(new Set(rows.map((row) => row.identityOrdinal)).size).toBeLessThanOrEqual(10);
    const facets = await open.catalog.samples.facetsOf({ actor, versionId, query });
    expect(facets).toMatchObject({ sampleCount: 25 });
    await expect(
      open.catalog.samples.countSamples({ actor, versionId, query: { limit: 0 } }),
    ).rejects.toMatchObject({ code: 'INVALID', path: ['limit'] });
  });
});
