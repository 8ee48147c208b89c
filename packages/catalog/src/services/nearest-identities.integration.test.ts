import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { DatasetVersion, Run } from '../generated/client.ts';
import {
  enqueueNothing,
  fillCatalog,
  makePerson,
  makeTeam,
  openTestCatalog,
  type TestCatalog,
} from '../testing/index.ts';

let open: TestCatalog;
let actor: Actor;
let runs: Run[];
let whole: DatasetVersion;
/** Identities 0 to 4 of run 1, and all 8 of run 2. */
let merged: DatasetVersion;

beforeAll(async () => {
  open = await openTestCatalog();
  const world = await makeTeam(open.catalog, 'nearest');
  actor = world.owner;
  const { subsets } = open.catalog;
  const one = await fillCatalog({ ...open, world, identities: 10, samplesPerIdentity: 2, seed: 1 });
  const two = await fillCatalog({ ...open, world, identities: 8, samplesPerIdentity: 2, seed: 2 });
  runs = [one.run, two.run];
  whole = one.version;
  const query = { where: { identity: { ordinal: { max: 4 } } } };
  const from = { versionId: whole.id, query };
  const part = await subsets.materialiseSubset({ actor, from });
  const versionIds = [part.id, two.version.id];
  merged = await subsets.mergeVersions({ actor, versionIds }, enqueueNothing);
});
afterAll(() => open.close());

const list = async (versionId: string, page: object = { first: 100 }, where?: object) =>
  open.catalog.samples.listIdentities({
    actor,
    versionId,
    page,
    where,
    orderBy: 'NEAREST_IN_VERSION',
  });
const know = (versionId: string, as = actor) =>
  open.catalog.samples.knowNearest({ actor: as, versionIds: [versionId] });
const nearest = async (versionId: string, run: number, ordinal: number, as = actor) => {
  const keys = [{ versionId, runId: runs[run - 1]?.id ?? '', ordinal }];
  return (await open.catalog.samples.nearestInVersions({ actor: as, keys }))[0];
};

/** Everybody's nearest is the next one in a ring over both runs; two pairs have the same angle. */
const PLACES = [0, 1, 2, 3, 4]
  .map((identity) => ({ run: 1, identity }))
  .concat([0, 1, 2, 3, 4, 5, 6, 7].map((identity) => ({ run: 2, identity })));
const RING = PLACES.map(({ run, identity }, index) => {
  const next = PLACES[(index + 1) % PLACES.length] ?? { run: 0, identity: 0 };
  const theta = 0.5 + Math.floor(((index * 7) % PLACES.length) / 2) / 10;
  return { run, identity, nearestRun: next.run, nearestIdentity: next.identity, theta };
});

test('of a whole run is that of the run, and of several is not known before it is measured', async () => {
  expect(await know(whole.id)).toEqual([true]);
  const [first] = (await list(whole.id)).edges;
  expect(await nearest(whole.id, 1, first?.node.ordinal ?? -1)).toMatchObject({
    nearestRunId: runs[0]?.id,
    nearestOrdinal: first?.node.nearestOrdinal,
    distance: first?.node.nearestDistance,
  });
  expect(await know(merged.id)).toEqual([false]);
  expect(await nearest(merged.id, 1, 0)).toBeNull();
  await expect(list(merged.id)).rejects.toMatchObject({ code: 'INVALID', path: ['orderBy'] });
});

test('is written with a measurement, read by key, and orders the identities of all runs', async () => {
  const { measuring, prisma } = open.catalog;
  const { id } = await prisma.measurement.findFirstOrThrow({ where: { versionId: merged.id } });
  await measuring.beginMeasurement(id);
  const ending = { state: 'DONE', inputsDigest: 'f'.repeat(64), metrics: {} } as const;
  expect(await measuring.finishMeasurement(id, { ...ending, nearest: RING })).toBe(true);
  expect(await know(merged.id)).toEqual([true]);
  expect(await nearest(merged.id, 1, 4)).toMatchObject({
    nearestRunId: runs[1]?.id,
    nearestOrdinal: 0,
    distance: RING[4]?.theta,
  });
  // Not selected by the version.
  expect(await nearest(merged.id, 1, 9)).toBeNull();

  const idOf = (run: number) => runs[run - 1]?.id ?? '';
  const expected = RING.toSorted(
    (a, b) =>
      a.theta - b.theta || idOf(a.run).localeCompare(idOf(b.run)) || a.identity - b.identity,
  ).map(({ run, identity }) => `${idOf(run)} ${identity}`);
  const namesOf = ({ edges }: Awaited<ReturnType<typeof list>>) =>
    edges.map(({ node }) => `${node.runId} ${node.ordinal}`);
  expect(namesOf(await list(merged.id))).toEqual(expected);
  const start = await list(merged.id, { first: 5 });
  const rest = await list(merged.id, { first: 100, after: start.edges.at(-1)?.cursor });
  expect([...namesOf(start), ...namesOf(rest)]).toEqual(expected);
  const before = await list(merged.id, { last: 3, before: rest.edges[0]?.cursor });
  expect(namesOf(before)).toEqual(expected.slice(2, 5));
  const ofTwo = await list(merged.id, { first: 100 }, { runs: [2] });
  expect(namesOf(ofTwo)).toEqual(expected.filter((name) => name.startsWith(idOf(2))));
  const inOrder = await open.catalog.samples.listIdentities({ actor, versionId: merged.id });
  await expect(list(merged.id, { after: inOrder.edges[0]?.cursor })).rejects.toMatchObject({
    code: 'INVALID',
  });
});

test('is not told to whoever may not see the version', async () => {
  const stranger = await makePerson(open.catalog, 'stranger');
  expect(await know(merged.id, stranger)).toEqual([false]);
  expect(await nearest(merged.id, 1, 4, stranger)).toBeNull();
});
