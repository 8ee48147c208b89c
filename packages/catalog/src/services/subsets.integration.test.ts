import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../actor.ts';
import type { DatasetVersion } from '../generated/client.ts';
import { SCOPES } from '../permissions.ts';
import type { SampleQuery } from '../selection/sample-query.ts';
import {
  fillCatalog,
  makeTeam,
  openTestCatalog,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

const PER_IDENTITY = 50;
/** 20 000 samples: three blocks of 8192 bits, the last one not full. */
const IDENTITIES = 400;

let open: TestCatalog;
let world: TestTeam;
let actor: Actor;
let whole: DatasetVersion;

beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'subsets');
  actor = world.owner;
  whole = await fill(1, IDENTITIES);
});
afterAll(() => open.close());

async function fill(seed: number, identities: number): Promise<DatasetVersion> {
  const size = { identities, samplesPerIdentity: PER_IDENTITY, seed };
  return (await fillCatalog({ ...open, ...size, world })).version;
}

const make = (query: SampleQuery, versionId = whole.id) =>
  open.catalog.subsets.materialiseSubset({ actor, from: { versionId, query } });
const count = (versionId: string, query: SampleQuery = {}) =>
  open.catalog.samples.countSamples({ actor, versionId, query });
/** Counted row by row, not read off the version. */
const everything = { where: { ordinal: { min: 0 } } };

describe('a materialised subset', () => {
  const query: SampleQuery = {
    where: {
      kind: 'VARIATION',
      quality: { min: 0.8 },
      identity: { nearestDistance: { min: 1.1 } },
    },
  };

  test('holds exactly what its query selects, and records what made it', async () => {
    const version = await make(query);
    expect(version).toMatchObject({
      origin: 'SUBSET',
      query: { query, subset: null, parentDigest: whole.digest },
      metrics: { ict: 1 },
    });
    const expected = await count(whole.id, query);
    expect(expected).toBeGreaterThan(500);
    expect(version.sampleCount).toBe(expected);
    expect(await count(version.id, everything)).toBe(expected);
    expect(await count(version.id, query)).toBe(expected);
    expect(await count(version.id, { where: { not: query.where } })).toBe(0);
    const list = (versionId: string, of: SampleQuery) =>
      open.catalog.samples.listSamples({ actor, versionId, query: of, page: { last: 300 } });
    expect((await list(version.id, {})).edges).toEqual((await list(whole.id, query)).edges);
    const facets = await open.catalog.samples.facetsOf({ actor, versionId: version.id });
    expect(facets).toMatchObject({
      sampleCount: expected,
      identityCount: version.identityCount,
      kinds: [{ count: 0 }, { count: expected }],
    });
    const identities = await open.catalog.samples.listIdentities({
      actor,
      versionId: version.id,
      page: { first: 500 },
      orderBy: 'NEAREST_DISTANCE',
    });
    expect(identities.edges).toHaveLength(version.identityCount);
    expect(identities.edges[0]?.node.nearestDistance).toBeGreaterThanOrEqual(1.1);
    const [parents] = await open.catalog.versions.parentsOfVersions({
      actor,
      versionIds: [version.id],
    });
    expect(parents?.map((parent) => parent.id)).toEqual([whole.id]);
  });

  test('has the digest of its contents: of a part, of a part of a part, and of the whole', async () => {
    const one = await make(query);
    const again = await make(query, (await make({ where: { kind: 'VARIATION' } })).id);
    expect(again.digest).toBe(one.digest);
    expect(one.digest).not.toBe(whole.digest);
    expect((await make({})).digest).toBe(whole.digest);
  });

  test('draws the same samples for the same seed, and spends no budget', async () => {
    const draw = (seed: number) => make({ perIdentity: 3, maxIdentities: 100, limit: 250, seed });
    const [one, same, other] = [await draw(1), await draw(1), await draw(2)];
    expect(one).toMatchObject({ sampleCount: 250, digest: same.digest });
    expect(other.digest).not.toBe(one.digest);
  });

  test('is not made of nothing, and leaves no version behind', async () => {
    const before = await open.catalog.prisma.datasetVersion.count();
    await expect(make({ where: { quality: { min: 2 } } })).rejects.toMatchObject({
      code: 'CONFLICT',
      path: ['query'],
    });
    await expect(make({ where: { or: [] } })).rejects.toMatchObject({
      code: 'INVALID',
      path: ['query', 'where', 'or'],
    });
    expect(await open.catalog.prisma.datasetVersion.count()).toBe(before);
  });

  test('can be saved by name first, once', async () => {
    const { subsets } = open.catalog;
    const save = () => subsets.saveSubset({ actor, versionId: whole.id, name: 'sharp', query });
    const subset = await save();
    await expect(save()).rejects.toMatchObject({ code: 'CONFLICT', path: ['name'] });
    const version = await subsets.materialiseSubset({ actor, from: { subsetId: subset.id } });
    expect(version).toMatchObject({ message: 'sharp', subsetId: subset.id });
    expect(version.query).toMatchObject({ subset: 'sharp' });
  });
});

describe('a saved subset', () => {
  test('gets another name that is free, is deleted, and leaves what was made of it', async () => {
    const { subsets, audit } = open.catalog;
    const save = (name: string) =>
      subsets.saveSubset({ actor, versionId: whole.id, name, query: { limit: 2 } });
    const [one, two] = [await save('draft'), await save('kept')];
    const made = await subsets.materialiseSubset({ actor, from: { subsetId: one.id } });
    const rename = (name: string) => subsets.renameSubset({ actor, subsetId: one.id, name });
    await expect(rename('kept')).rejects.toMatchObject({ code: 'CONFLICT', path: ['name'] });
    await expect(rename('  ')).rejects.toMatchObject({ code: 'INVALID', path: ['name'] });
    expect(await rename('final')).toMatchObject({ id: one.id, query: { limit: 2 } });
    // The same name again is no change, and is not told.
    await rename('final');
    await subsets.deleteSubset({ actor, subsetId: one.id });
    await expect(subsets.deleteSubset({ actor, subsetId: one.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const [left] = await subsets.subsetsOfVersions({ actor, versionIds: [whole.id] });
    expect(left?.map(({ id }) => id)).toContain(two.id);
    expect(left?.map(({ id }) => id)).not.toContain(one.id);
    const [version] = await open.catalog.versions.versionsByIds({ actor, ids: [made.id] });
    expect(version?.query).toMatchObject({ subset: 'draft', query: { limit: 2 } });
    const page = { first: 2 };
    const events = await audit.listEvents({ actor, teamId: world.team.id, page });
    expect(events.edges.map(({ node }) => [node.action, node.before])).toMatchObject([
      ['subset.delete', { query: { limit: 2 } }],
      ['subset.rename', { name: 'draft' }],
    ]);
  });
});

describe('a comparison', () => {
  test('counts what came and went, between whole versions, parts, and both', async () => {
    const low = await make({ where: { identity: { ordinal: { max: 299 } } } });
    const high = await make({ where: { identity: { ordinal: { min: 100 } } } });
    const compare = (before: DatasetVersion, after: DatasetVersion) =>
      open.catalog.subsets.compareVersions({ actor, beforeId: before.id, afterId: after.id });
    expect(await compare(low, high)).toMatchObject({
      identities: { kept: 200, added: 100, removed: 100 },
      samples: { kept: 10_000, added: 5000, removed: 5000 },
    });
    expect(await compare(whole, low)).toMatchObject({
      identities: { kept: 300, added: 0, removed: 100 },
      samples: { kept: 15_000, added: 0, removed: 5000 },
    });
    const { samples, metrics } = await compare(whole, whole);
    expect(samples).toEqual({ kept: 20_000, added: 0, removed: 0 });
    expect(metrics).toContainEqual({ name: 'ict', before: 1, after: 1 });
    const only = await open.catalog.subsets.identitiesOnlyIn({
      actor,
      versionId: high.id,
      withoutId: low.id,
      first: 3,
    });
    expect(only.map((identity) => identity.ordinal)).toEqual([300, 301, 302]);
  });
});

describe('a merge', () => {
  test('of parts of one run is refused by name, or keeps each sample once', async () => {
    const low = await make({ where: { identity: { ordinal: { max: 299 } } } });
    const high = await make({ where: { identity: { ordinal: { min: 100 } } } });
    const merge = (onCollision?: 'UNITE') =>
      open.catalog.subsets.mergeVersions({ actor, versionIds: [low.id, high.id], onCollision });
    await expect(merge()).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(
        `run 1 is part of versions ${low.number} and ${high.number}`,
      ),
      path: ['versionIds'],
    });
    const check = await open.catalog.subsets.checkMerge({ actor, versionIds: [high.id, low.id] });
    expect(check).toMatchObject({
      overlaps: [{ runNumber: 1, versionNumbers: [low.number, high.number] }],
      twins: [],
    });
    await expect(
      open.catalog.subsets.checkMerge({ actor, versionIds: [low.id, randomUUID()] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Together they are the whole run again, down to the digest.
    expect(await merge('UNITE')).toMatchObject({
      origin: 'MERGE',
      sampleCount: 20_000,
      digest: whole.digest,
    });
  });

  test('of a part and another run holds both, but no run twice under another number', async () => {
    const part = await make({ where: { identity: { ordinal: { max: 9 } } } });
    const other = await fill(2, 20);
    const versionIds = [part.id, other.id];
    const merged = await open.catalog.subsets.mergeVersions({ actor, versionIds });
    expect(merged).toMatchObject({ sampleCount: 1500, identityCount: 30 });
    expect(await count(merged.id, everything)).toBe(1500);
    const runs = { where: { identity: { runs: [2] } } };
    expect(await count(merged.id, runs)).toBe(1000);
    const twin = await fill(2, 20);
    const twins = [other.id, twin.id];
    expect(await open.catalog.subsets.checkMerge({ actor, versionIds: twins })).toMatchObject({
      overlaps: [],
      twins: [[2, 3]],
    });
    await expect(
      open.catalog.subsets.mergeVersions({ actor, versionIds: twins }),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('same faces') });
  });
});

describe('a tag', () => {
  test('names one version at a time', async () => {
    const { subsets } = open.catalog;
    const other = await make({ limit: 5 });
    const tag = (versionId: string, name = 'v1.0') =>
      subsets.tagVersion({ actor, versionId, name });
    await tag(whole.id);
    await tag(whole.id);
    await expect(tag(other.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`Version ${whole.number} has the tag 'v1.0'`),
    });
    await expect(tag(other.id, 'Two Words')).rejects.toMatchObject({ code: 'INVALID' });
    await subsets.untagVersion({ actor, versionId: whole.id, name: 'v1.0' });
    await tag(other.id);
    const [none, one] = await subsets.tagsOfVersions({
      actor,
      versionIds: [whole.id, other.id],
    });
    expect([none, one?.map((each) => each.name)]).toEqual([[], ['v1.0']]);
  });
});

test('what is saved, made and tagged is in the audit log, once each, and what fails is not', async () => {
  const { subsets, audit } = open.catalog;
  const made = await subsets.saveSubset({
    actor,
    versionId: whole.id,
    name: 'told',
    query: { limit: 1 },
  });
  const part = await subsets.materialiseSubset({ actor, from: { subsetId: made.id } });
  const versionIds = [whole.id, part.id];
  await expect(subsets.mergeVersions({ actor, versionIds })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const union = await subsets.mergeVersions({ actor, versionIds, onCollision: 'UNITE' });
  const tag = { actor, versionId: part.id, name: 'told' };
  for (let time = 0; time < 2; time += 1) await subsets.tagVersion(tag);
  await expect(subsets.tagVersion({ ...tag, versionId: whole.id })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  await subsets.untagVersion(tag);
  const page = { first: 5 };
  const events = await audit.listEvents({ actor, teamId: world.team.id, page });
  const told = events.edges.map(({ node }) => [
    node.action,
    node.entityId,
    node.before,
    node.after,
  ]);
  expect(told.toReversed()).toMatchObject([
    ['subset.create', made.id, null, { versionId: whole.id, query: { limit: 1 } }],
    ['version.select', part.id, null, { parentIds: [whole.id], digest: part.digest }],
    ['version.merge', union.id, null, { parentIds: versionIds, onCollision: 'UNITE' }],
    ['version.tag', part.id, null, { tag: 'told' }],
    ['version.untag', part.id, { tag: 'told' }, null],
  ]);
});

test('a key of another team changes nothing, even where its user could', async () => {
  const { prisma, subsets } = open.catalog;
  const elsewhere = await makeTeam(open.catalog, 'elsewhere');
  const scopes = new Set(SCOPES);
  const by = { ...actor, key: { id: randomUUID(), teamId: elsewhere.team.id, scopes } };
  const tag = { actor: by, versionId: whole.id, name: 'mine' };
  await expect(subsets.tagVersion(tag)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const where = { id: whole.datasetId };
  await prisma.dataset.update({ where, data: { visibility: 'PUBLIC' } });
  try {
    await expect(subsets.tagVersion(tag)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  } finally {
    await prisma.dataset.update({ where, data: { visibility: 'TEAM' } });
  }
});
