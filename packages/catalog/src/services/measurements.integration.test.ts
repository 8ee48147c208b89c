import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DatasetVersion, Gallery } from '../generated/client.ts';
import { withMeasured } from '../measurements/measured-metrics.ts';
import {
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

let open: TestCatalog;
let world: TestTeam;
let whole: DatasetVersion;
let gallery: Gallery;
/** Ids of measurements whose jobs were added, in order. */
const queued: string[] = [];
const enqueue = async (_tx: unknown, id: string): Promise<void> => {
  queued.push(id);
};

async function versionOfRun(team: TestTeam, identityCount = 4): Promise<DatasetVersion> {
  const { catalog } = open;
  const run = await startRun(catalog, team, { identityCount, samplesPerIdentity: 3 });
  await produce(catalog, run);
  return catalog.versions.commitVersion({ runId: run.id, metrics: { ict: 1, eer: 0.25 } });
}

function galleryOf(recogniserVersionId: string, change: object = {}): Promise<Gallery> {
  const set = {
    teamId: world.team.id,
    name: `gallery-${randomUUID().slice(0, 8)}`,
    version: '1',
    source: {},
    state: 'READY',
    digest: 'e'.repeat(64),
    objectKey: 'blobs/ee',
    count: 3,
  } as const;
  return open.catalog.prisma.gallery.create({ data: { ...set, recogniserVersionId, ...change } });
}

beforeAll(async () => {
  open = await openTestCatalog();
  const { catalog } = open;
  world = await makeTeam(catalog, 'measured');
  await catalog.budgets.setIdentityBudget({
    actor: world.owner,
    scope: { teamId: world.team.id },
    maxIdentities: 1000,
    maxSamples: 10_000,
    minSeparation: 0,
  });
  whole = await versionOfRun(world);
  gallery = await galleryOf(world.recipe.recogniserVersionId);
});
afterAll(() => open.close());
beforeEach(() => {
  queued.length = 0;
});

const ask = (versionId: string, galleryIds: readonly string[] = [], actor = world.owner) =>
  open.catalog.measurements.measureVersion({ actor, versionId, galleryIds }, enqueue);
const rowsOf = async ({ id }: DatasetVersion, actor = world.owner) => {
  const [rows] = await open.catalog.measurements.measurementsOfVersions({
    actor,
    versionIds: [id],
  });
  return rows ?? [];
};
const subsetOf = ({ id: versionId }: DatasetVersion) =>
  open.catalog.subsets.materialiseSubset(
    { actor: world.owner, from: { versionId, query: { maxIdentities: 2 } } },
    enqueue,
  );
const DONE = { state: 'DONE', inputsDigest: 'f'.repeat(64), metrics: { eer: 0.5, x: 1 } } as const;

describe('a version that is made from others', () => {
  test('is measured by itself, and what is measured does not touch it', async () => {
    const subset = await subsetOf(whole);
    const [row] = await rowsOf(subset);
    expect(row).toMatchObject({
      state: 'QUEUED',
      galleryId: null,
      createdById: world.owner.userId,
    });
    expect(queued).toEqual([row?.id]);
    const { measuring, measurements, prisma } = { ...open.catalog };
    expect(await measuring.beginMeasurement(row?.id ?? '')).toMatchObject({ state: 'RUNNING' });
    await measuring.recordProgress(row?.id ?? '', 1.5);
    expect(await measuring.finishMeasurement(row?.id ?? '', DONE)).toBe(true);
    expect(await rowsOf(subset)).toMatchObject([{ ...DONE, progress: 1 }]);
    const after = await prisma.datasetVersion.findUniqueOrThrow({ where: { id: subset.id } });
    expect(after).toEqual(subset);
    const [measured] = await measurements.measuredOfVersions({
      actor: world.owner,
      ids: [subset.id],
    });
    expect(withMeasured(after, measured)).toMatchObject({ ict: 1, eer: 0.5, x: 1 });
    const compared = await open.catalog.subsets.compareVersions({
      actor: world.owner,
      beforeId: whole.id,
      afterId: subset.id,
    });
    expect(compared.metrics).toContainEqual({ name: 'eer', before: 0.25, after: 0.5 });
    // It is over: nothing that comes late changes it.
    expect(await measuring.beginMeasurement(row?.id ?? '')).toBeNull();
    expect(await measuring.finishMeasurement(row?.id ?? '', DONE)).toBe(false);
    expect(await measuring.recordProgress(row?.id ?? '', 0)).toBe(false);
  });

  test('is kept, with the sentence, where it cannot be measured', async () => {
    const { catalog } = open;
    const other = await catalog.models.ensureBuiltInModel({
      teamId: world.team.id,
      kind: 'RECOGNISER',
      name: 'other-recogniser',
      version: '2',
      digest: 'd'.repeat(64),
      licence: 'MIT',
      manifest: {},
      files: {},
      state: 'READY',
    });
    const recipe = await catalog.recipes.createRecipe({
      actor: world.owner,
      teamId: world.team.id,
      name: 'by-another',
      definition: { seed: 9 },
      generatorVersionId: world.recipe.generatorVersionId,
      recogniserVersionId: other.id,
    });
    const strange = await versionOfRun({ ...world, recipe }, 5);
    const versionIds = [whole.id, strange.id];
    const merged = await catalog.subsets.mergeVersions({ actor: world.owner, versionIds }, enqueue);
    const [row] = await rowsOf(merged);
    const sentence =
      'Run 1 was embedded by recogniser@1 and run 2 by other-recogniser@2, and angles of different recognisers cannot be compared; measure versions that hold one of them.';
    expect(row).toMatchObject({ state: 'FAILED', failure: sentence });
    expect(queued).toEqual([]);
    await expect(ask(merged.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: sentence,
    });
    await expect(ask(strange.id, [gallery.id])).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(
        'was embedded by recogniser@1, and the version by other-recogniser@2',
      ),
    });
  });
});

describe('asking for a measurement', () => {
  test('of what waits or is done changes nothing, and of what failed begins anew', async () => {
    const { measuring } = open.catalog;
    await ask(whole.id, [gallery.id, gallery.id]);
    await ask(whole.id, [gallery.id]);
    expect(queued).toHaveLength(1);
    const [id = ''] = queued;
    await measuring.beginMeasurement(id);
    await measuring.finishMeasurement(id, { state: 'FAILED', failure: 'The disk is full.' });
    expect(await rowsOf(whole)).toMatchObject([{ state: 'FAILED', failure: 'The disk is full.' }]);
    const member = await makeMember(open.catalog, world, 'CONTRIBUTOR');
    await ask(whole.id, [gallery.id], member);
    expect(queued).toEqual([id, id]);
    expect(await rowsOf(whole)).toMatchObject([
      { state: 'QUEUED', failure: null, progress: 0, createdById: member.userId },
    ]);
    await measuring.beginMeasurement(id);
    await measuring.finishMeasurement(id, DONE);
    await ask(whole.id, [gallery.id]);
    expect(queued).toEqual([id, id]);
  });

  test('tells the log and whoever asked, and joins gallery and version in the lineage', async () => {
    const { prisma, lineage } = open.catalog;
    const events = await prisma.auditEvent.findMany({
      where: { entityId: whole.id, action: { in: ['version.measure', 'version.measured'] } },
      orderBy: { sequence: 'asc' },
    });
    expect(events.map(({ action }) => action)).toEqual([
      'version.measure',
      'version.measured',
      'version.measure',
      'version.measured',
    ]);
    const notices = await prisma.notification.findMany({
      where: { entityId: whole.id, action: 'version.measured' },
    });
    const name = `${gallery.name}@1`;
    expect(notices.map(({ sentence }) => sentence).toSorted()).toEqual([
      `Faces, version 1 could not be measured against ${name}; its page says why`,
      `Faces, version 1 has been measured against ${name}`,
    ]);
    const start = { kind: 'DatasetVersion', id: whole.id } as const;
    const graph = await lineage.lineageOf({ actor: world.owner, start, depth: 1 });
    expect(graph?.edges).toContainEqual({
      source: { kind: 'Gallery', id: gallery.id },
      target: start,
      relation: 'MEASURED_AGAINST',
    });
    // What it was compared with is nothing that it was made from.
    const { licences } = await lineage.licencesOf({ actor: world.owner, start });
    expect(licences.flatMap(({ sources }) => sources).map(({ kind }) => kind)).toEqual([
      'ModelVersion',
      'ModelVersion',
    ]);
  });

  test('against a gallery that is not READY, of another team, or of nobody is refused', async () => {
    const making = await galleryOf(world.recipe.recogniserVersionId, {
      state: 'CHECKING',
      digest: null,
      objectKey: null,
      count: null,
    });
    await expect(ask(whole.id, [making.id])).rejects.toMatchObject({
      message: expect.stringContaining('is not READY'),
    });
    const others = await makeTeam(open.catalog, 'others');
    const theirs = await galleryOf(others.recipe.recogniserVersionId, { teamId: others.team.id });
    for (const id of [theirs.id, randomUUID(), 'no id']) {
      await expect(ask(whole.id, [id])).rejects.toMatchObject({
        code: 'NOT_FOUND',
        path: ['galleryIds'],
      });
    }
    const many = Array.from({ length: 21 }, () => randomUUID());
    await expect(ask(whole.id, many)).rejects.toMatchObject({ code: 'INVALID' });
    expect(queued).toEqual([]);
  });

  test('is nothing for those who only read, and what was found is not for strangers', async () => {
    const viewer = await makeMember(open.catalog, world, 'VIEWER');
    await expect(ask(whole.id, [], viewer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await rowsOf(whole, viewer)).toHaveLength(1);
    const subset = await open.catalog.prisma.datasetVersion.findFirstOrThrow({
      where: { origin: 'SUBSET', measurements: { some: { state: 'DONE' } } },
    });
    const stranger = await makePerson(open.catalog, 'stranger');
    expect(await rowsOf(whole, stranger)).toEqual([]);
    const { measurements } = open.catalog;
    expect(await measurements.measuredOfVersions({ actor: stranger, ids: [subset.id] })).toEqual([
      null,
    ]);
  });
});
