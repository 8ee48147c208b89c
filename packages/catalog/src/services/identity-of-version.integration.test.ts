import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { DatasetVersion, Run } from '../generated/client.ts';
import {
  fillCatalog,
  makeTeam,
  openTestCatalog,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

let open: TestCatalog;
let world: TestTeam;
let actor: Actor;
let runs: Run[];
/** Identities 0 to 4 of run 1 by two samples each, and all 8 of run 2. */
let merged: DatasetVersion;

beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'places');
  actor = world.owner;
  const one = await fillCatalog({ ...open, world, identities: 10, samplesPerIdentity: 4, seed: 1 });
  const two = await fillCatalog({ ...open, world, identities: 8, samplesPerIdentity: 4, seed: 2 });
  runs = [one.run, two.run];
  const part = await open.catalog.subsets.materialiseSubset({
    actor,
    from: {
      versionId: one.version.id,
      query: { where: { identity: { ordinal: { max: 4 } } }, perIdentity: 2 },
    },
  });
  const versionIds = [part.id, two.version.id];
  merged = await open.catalog.subsets.mergeVersions({ actor, versionIds });
});
afterAll(() => open.close());

const find = (ordinal: number, runNumber?: number) =>
  open.catalog.samples.identityOfVersion({ actor, versionId: merged.id, ordinal, runNumber });

test('a number that two runs have names nobody, and says which runs they are', async () => {
  await expect(find(3)).rejects.toMatchObject({
    code: 'INVALID',
    message: 'Several runs of this version have an identity 3: 1, 2. Say which with `run`.',
    path: ['run'],
  });
  expect(await find(3, 1)).toMatchObject({ runId: runs[0]?.id, ordinal: 3 });
  expect(await find(3, 2)).toMatchObject({ runId: runs[1]?.id, ordinal: 3 });
});

test('a number that one of them has in the version needs no run', async () => {
  // Run 1 has an identity 6 too, but the version did not select it.
  expect(await find(6)).toMatchObject({ runId: runs[1]?.id, ordinal: 6 });
  expect(await find(6, 1)).toBeNull();
  expect(await find(9)).toBeNull();
  expect(await find(3, 7)).toBeNull();
});

test('by run and number, the samples of an identity are those that the version selected', async () => {
  const countOf = (run: number) =>
    open.catalog.samples.countSamples({
      actor,
      versionId: merged.id,
      query: { where: { identityOrdinals: [3], identity: { runs: [run] } } },
    });
  expect([await countOf(1), await countOf(2)]).toEqual([2, 4]);
  const versionIds = [merged.id];
  expect(await open.catalog.versions.runNumbersOfVersions({ actor, versionIds })).toEqual([[1, 2]]);
});
