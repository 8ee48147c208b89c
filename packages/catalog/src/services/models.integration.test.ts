import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { isCatalogError } from '../errors.ts';
import type { ModelVersion } from '../generated/client.ts';
import {
  enqueueNothing,
  makeMember,
  makeTeam,
  openTestCatalog,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

let open: TestCatalog;
let world: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'lab');
});
afterAll(() => open.close());

const GOOD = 'a1'.repeat(32);
const OTHER = 'b2'.repeat(32);
const REPORT = { format: 1 };

function register(
  name: string,
  digest: string,
  enqueue: (id: string) => void = () => undefined,
): Promise<ModelVersion> {
  return open.catalog.models.registerModelVersion(
    {
      actor: world.owner,
      teamId: world.team.id,
      kind: 'RECOGNISER',
      name,
      version: '1',
      digest,
      licence: 'MIT',
      manifest: { name },
      files: { 'network.onnx': digest },
    },
    async (transaction, id) => {
      await enqueueNothing(transaction);
      enqueue(id);
    },
  );
}

const finish = (row: ModelVersion, refusal?: string): Promise<boolean> =>
  open.catalog.modelChecks.finishCheck({
    modelVersionId: row.id,
    digest: row.digest,
    report: REPORT,
    ...(refusal === undefined ? { state: 'READY' } : { state: 'REFUSED', refusal }),
  });

const reload = async ({ id }: ModelVersion): Promise<ModelVersion> =>
  open.catalog.prisma.modelVersion.findUniqueOrThrow({ where: { id } });

describe('registering a model', () => {
  test('makes a row that is being checked, with its job, and remembers who did it', async () => {
    const enqueued: string[] = [];
    const row = await register('new', GOOD, (id) => enqueued.push(id));
    expect(row).toMatchObject({
      state: 'CHECKING',
      isBuiltIn: false,
      createdById: world.owner.userId,
    });
    expect(enqueued).toEqual([row.id]);
    expect(await register('new', GOOD, (id) => enqueued.push(id))).toMatchObject({ id: row.id });
    // The job of the same row is asked for again: the queue keeps one of them.
    expect(enqueued).toEqual([row.id, row.id]);
  });

  test('leaves no row behind when its job cannot be made', async () => {
    const fault = new Error('the queue is gone');
    const attempt = register('unqueued', GOOD, () => {
      throw fault;
    });
    await expect(attempt).rejects.toBe(fault);
    expect(await open.catalog.prisma.modelVersion.count({ where: { name: 'unqueued' } })).toBe(0);
  });

  test('never replaces files of a version that is checked or in use', async () => {
    const row = await register('kept', GOOD);
    await expect(register('kept', OTHER)).rejects.toSatisfy((error) =>
      isCatalogError(error, 'CONFLICT'),
    );
    expect(await finish(row)).toBe(true);
    await expect(register('kept', OTHER)).rejects.toSatisfy((error) =>
      isCatalogError(error, 'CONFLICT'),
    );
    expect(await register('kept', GOOD)).toMatchObject({ id: row.id, state: 'READY' });
  });

  test('replaces a version that was refused, and checks it anew', async () => {
    const row = await register('mended', GOOD);
    await finish(row, 'It draws random numbers.');
    expect(await reload(row)).toMatchObject({
      state: 'REFUSED',
      refusal: 'It draws random numbers.',
      report: REPORT,
    });
    const again = await register('mended', OTHER);
    expect(again).toMatchObject({ id: row.id, state: 'CHECKING', digest: OTHER, refusal: null });
    // The check of the old files comes too late to say anything.
    expect(await finish(row)).toBe(false);
    expect(await finish(again)).toBe(true);
    expect(await reload(row)).toMatchObject({
      state: 'READY',
      checkedAt: expect.any(Date) as Date,
    });
  });

  test('one of two people who register different files at once gets the conflict', async () => {
    const results = await Promise.allSettled([register('race', GOOD), register('race', OTHER)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('is for maintainers, before any file is sent', async () => {
    const reviewer = await makeMember(open.catalog, world, 'REVIEWER');
    const maintainer = await makeMember(open.catalog, world, 'MAINTAINER');
    const teamId = world.team.id;
    await expect(
      open.catalog.models.requireRegistrar({ actor: reviewer, teamId }),
    ).rejects.toSatisfy((error) => isCatalogError(error, 'FORBIDDEN'));
    await open.catalog.models.requireRegistrar({ actor: maintainer, teamId });
  });
});

describe('a model that has been checked', () => {
  const recheck = (row: ModelVersion, enqueued: string[] = []): Promise<ModelVersion> =>
    open.catalog.modelChanges.recheckModelVersion(
      { actor: world.owner, modelVersionId: row.id },
      async (transaction, id) => {
        await enqueueNothing(transaction);
        enqueued.push(id);
      },
    );
  const remove = (id: string): Promise<ModelVersion> =>
    open.catalog.modelChanges.removeModelVersion({ actor: world.owner, modelVersionId: id });

  test('is checked again from the files that it has, once', async () => {
    const row = await register('again', GOOD);
    await finish(row);
    const enqueued: string[] = [];
    const again = await recheck(row, enqueued);
    expect(again).toMatchObject({ id: row.id, state: 'CHECKING', checkedAt: null, digest: GOOD });
    await recheck(row, enqueued);
    expect(enqueued).toEqual([row.id]);
    expect(await finish(row, 'A newer check failed.')).toBe(true);
    expect(await reload(row)).toMatchObject({ state: 'REFUSED', refusal: 'A newer check failed.' });
  });

  test('is removed where nothing uses it, and its name is free again', async () => {
    const row = await register('unused', GOOD);
    await finish(row);
    expect(await remove(row.id)).toMatchObject({ id: row.id });
    await expect(remove(row.id)).rejects.toThrow('There is no such model');
    expect(await register('unused', OTHER)).not.toMatchObject({ id: row.id });
    const events = await open.catalog.prisma.auditEvent.findMany({
      where: { entityId: row.id },
      orderBy: { sequence: 'asc' },
    });
    expect(events.at(-1)).toMatchObject({ action: 'model.remove', entityLabel: 'unused@1' });
  });

  test('stays while a recipe uses it, and is not replaced when a later check refuses it', async () => {
    const { recogniserVersionId: id, name } = await open.catalog.prisma.recipe.findFirstOrThrow({
      where: { recogniserVersionId: world.recipe.recogniserVersionId },
    });
    await open.catalog.prisma.modelVersion.update({ where: { id }, data: { isBuiltIn: false } });
    await expect(remove(id)).rejects.toThrow(`is used by the recipe '${name}' 1`);
    const row = await open.catalog.prisma.modelVersion.update({
      where: { id },
      data: { state: 'REFUSED', refusal: 'No.' },
    });
    const replacing = open.catalog.models.registerModelVersion(
      {
        actor: world.owner,
        teamId: row.teamId,
        kind: row.kind,
        name: row.name,
        version: row.version,
        digest: OTHER,
        licence: 'MIT',
        manifest: {},
        files: {},
      },
      enqueueNothing,
    );
    await expect(replacing).rejects.toThrow('what is used is never replaced');
    await open.catalog.prisma.modelVersion.update({ where: { id }, data: { state: 'READY' } });
  });

  test('of Colloid itself is neither', async () => {
    const row = await register('builtin', GOOD);
    await open.catalog.prisma.modelVersion.update({
      where: { id: row.id },
      data: { isBuiltIn: true },
    });
    await expect(remove(row.id)).rejects.toThrow('comes with Colloid and cannot be removed');
    await expect(recheck(row)).rejects.toThrow('comes with Colloid and cannot be checked again');
  });
});

test('a check is there once, and ends once', async () => {
  const { modelChecks } = open.catalog;
  const row = await register('once', GOOD);
  expect((await modelChecks.loadForCheck(row.id))?.id).toBe(row.id);
  expect(await finish(row)).toBe(true);
  expect(await finish(row, 'late')).toBe(false);
  expect(await modelChecks.loadForCheck(row.id)).toBeNull();
  expect(await modelChecks.loadForCheck(randomUUID())).toBeNull();
});

test.each(['CHECKING', 'REFUSED'] as const)(
  'a recipe cannot choose a model that is %s',
  async (state) => {
    const row = await register(`not-${state.toLowerCase()}`, GOOD);
    if (state === 'REFUSED') await finish(row, 'No.');
    const attempt = open.catalog.recipes.createRecipe({
      actor: world.owner,
      teamId: world.team.id,
      name: 'other',
      definition: {},
      generatorVersionId: world.recipe.generatorVersionId,
      recogniserVersionId: row.id,
    });
    await expect(attempt).rejects.toThrow(`is ${state}, and only READY models can be used`);
  },
);

test('whoever has the keys of the installation finds every team with an owner', async () => {
  const teams = await open.catalog.teams.teamsForOperator();
  expect(teams.map(({ team, owner }) => [team.slug, owner.userId])).toEqual([
    ['lab', world.owner.userId],
  ]);
});
