import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { CovariateSet, Gallery, ModelKind, Recipe } from '../generated/client.ts';
import {
  enqueueNothing,
  makeTeam,
  openTestCatalog,
  startRun,
  type TestCatalog,
  type TestTeam,
} from '../testing/index.ts';

let open: TestCatalog;
let world: TestTeam;
let elsewhere: TestTeam;
beforeAll(async () => {
  open = await openTestCatalog();
  world = await makeTeam(open.catalog, 'lab');
  elsewhere = await makeTeam(open.catalog, 'elsewhere');
});
afterAll(() => open.close());

const CONTENT = { digest: 'd'.repeat(64), objectKey: 'blobs/dd/d', state: 'READY' } as const;

function registerGallery(
  name: string,
  source: object = { kind: 'EMBEDDINGS', files: { 'e.npy': 'a'.repeat(64) } },
  recogniserVersionId = world.recipe.recogniserVersionId,
): Promise<Gallery> {
  const input = { actor: world.owner, teamId: world.team.id, name, version: '1', source };
  return open.catalog.galleries.registerGallery(
    { ...input, source: { ...source }, recogniserVersionId },
    enqueueNothing,
  );
}

function registerCovariates(
  name: string,
  generatorVersionId = world.recipe.generatorVersionId,
): Promise<CovariateSet> {
  const input = { actor: world.owner, teamId: world.team.id, name, version: '1', source: {} };
  return open.catalog.covariateSets.registerCovariateSet(
    { ...input, generatorVersionId },
    enqueueNothing,
  );
}

async function readyGallery(name: string, recogniserVersionId?: string): Promise<Gallery> {
  const row = await registerGallery(name, {}, recogniserVersionId);
  await open.catalog.setMaking.finishGallery(row.id, { ...CONTENT, count: 3 });
  return row;
}

async function readyCovariates(name: string, generatorVersionId?: string): Promise<CovariateSet> {
  const row = await registerCovariates(name, generatorVersionId);
  await open.catalog.setMaking.finishCovariateSet(row.id, { ...CONTENT, directions: [] });
  return row;
}

async function otherModel(kind: ModelKind): Promise<string> {
  const { id } = await open.catalog.models.ensureBuiltInModel({
    teamId: world.team.id,
    kind,
    name: 'other',
    version: '2',
    digest: randomUUID(),
    licence: 'MIT',
    manifest: {},
    files: {},
    state: 'READY',
  });
  return id;
}

function makeRecipe(sets: { gallery?: string; covariates?: string }): Promise<Recipe> {
  return open.catalog.recipes.createRecipe({
    actor: world.owner,
    teamId: world.team.id,
    name: 'with-sets',
    definition: { ...sets },
    generatorVersionId: world.recipe.generatorVersionId,
    recogniserVersionId: world.recipe.recogniserVersionId,
    ...sets,
  });
}

describe('a set', () => {
  test('is CHECKING with its job, then READY for ever', async () => {
    const enqueued: string[] = [];
    const { galleries, setMaking } = open.catalog;
    const input = {
      actor: world.owner,
      teamId: world.team.id,
      name: 'people',
      version: '1',
      recogniserVersionId: world.recipe.recogniserVersionId,
      source: { kind: 'EMBEDDINGS', files: { 'e.npy': 'a'.repeat(64) } },
    };
    const register = (source = input.source): Promise<Gallery> =>
      galleries.registerGallery({ ...input, source }, async (tx, id) => {
        await enqueueNothing(tx);
        enqueued.push(id);
      });
    const row = await register();
    expect(row).toMatchObject({ state: 'CHECKING', progress: 0, createdById: world.owner.userId });
    expect(enqueued).toEqual([row.id]);
    expect(await setMaking.loadGalleryForMaking(row.id)).toMatchObject({
      recogniserVersion: { name: 'recogniser' },
    });
    await setMaking.recordGalleryProgress(row.id, 0.5);
    expect(await setMaking.finishGallery(row.id, { ...CONTENT, count: 7 })).toBe(true);

    // A second worker that comes late changes nothing.
    const late = { state: 'REFUSED', refusal: 'Too late.' } as const;
    expect(await setMaking.finishGallery(row.id, late)).toBe(false);
    expect(await setMaking.loadGalleryForMaking(row.id)).toBeNull();
    expect(await register()).toMatchObject({ id: row.id, state: 'READY', count: 7, refusal: null });
    expect(enqueued).toEqual([row.id]);
    await expect(
      register({ kind: 'EMBEDDINGS', files: { 'e.npy': 'b'.repeat(64) } }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      path: ['version'],
      message: expect.stringContaining("'people@1' is registered already with another source"),
    });
  });

  test('may be replaced where it was refused', async () => {
    const row = await registerGallery('broken');
    const { setMaking } = open.catalog;
    await setMaking.finishGallery(row.id, { state: 'REFUSED', refusal: 'Row 3 is zero.' });
    expect(await registerGallery('broken', { kind: 'EMBEDDINGS', files: {} })).toMatchObject({
      id: row.id,
      state: 'CHECKING',
      refusal: null,
    });
  });

  test('needs a name that a recipe can hold, and a model of its kind and team', async () => {
    await expect(registerGallery('With spaces')).rejects.toMatchObject({
      code: 'INVALID',
      path: ['name'],
    });
    for (const id of [world.recipe.generatorVersionId, elsewhere.recipe.recogniserVersionId, 'x']) {
      await expect(registerGallery('unmodelled', {}, id)).rejects.toMatchObject({
        code: 'INVALID',
        path: ['recogniserVersionId'],
      });
    }
  });

  test('is not usable without content, whatever is written', async () => {
    const row = await registerGallery('hollow');
    await expect(
      open.catalog.prisma.gallery.update({ where: { id: row.id }, data: { state: 'READY' } }),
    ).rejects.toThrow(/gallery_content_when_ready/);
  });

  test('comes READY with a model, and once', async () => {
    const { covariateSets } = open.catalog;
    const input = {
      teamId: world.team.id,
      name: 'built-in',
      version: '1',
      generatorVersionId: world.recipe.generatorVersionId,
      source: { kind: 'BUILT_IN' },
      digest: 'e'.repeat(64),
      objectKey: 'blobs/ee/e',
      directions: [],
    };
    const [one, two] = await Promise.all([
      covariateSets.ensureBuiltInCovariateSet(input),
      covariateSets.ensureBuiltInCovariateSet(input),
    ]);
    expect(one).toMatchObject({ id: two.id, state: 'READY', isBuiltIn: true, progress: 1 });
    await expect(
      covariateSets.ensureBuiltInCovariateSet({ ...input, digest: 'f'.repeat(64) }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('a recipe that names sets', () => {
  test('holds their rows, which a worker gets with the run', async () => {
    const gallery = await readyGallery('train');
    const covariates = await readyCovariates('directions');
    const recipe = await makeRecipe({ gallery: 'train@1', covariates: 'directions@1' });
    expect(recipe).toMatchObject({ galleryId: gallery.id, covariateSetId: covariates.id });
    await open.catalog.budgets.setIdentityBudget({
      actor: world.owner,
      scope: { teamId: world.team.id },
      maxIdentities: 10,
      maxSamples: 100,
      minSeparation: 0,
    });
    const run = await startRun(open.catalog, { ...world, recipe });
    const loaded = await open.catalog.execution.loadRun(run.id);
    expect(loaded?.recipe).toMatchObject({
      gallery: { digest: CONTENT.digest, count: 3 },
      covariateSet: { digest: CONTENT.digest },
    });
  });

  test('is refused for sets of other models, with what would be accepted', async () => {
    await readyGallery('mine');
    await readyGallery('foreign', await otherModel('RECOGNISER'));
    await readyCovariates('foreign-directions', await otherModel('GENERATOR'));
    await expect(makeRecipe({ gallery: 'foreign@1' })).rejects.toMatchObject({
      code: 'INVALID',
      path: ['definition', 'references', 'gallery'],
      message: expect.stringMatching(
        /^'references.gallery' names 'foreign@1', a gallery of the recogniser 'other@2'; for the recogniser 'recogniser@1' it accepts .*mine@1/,
      ),
    });
    await expect(makeRecipe({ covariates: 'foreign-directions@1' })).rejects.toMatchObject({
      code: 'INVALID',
      path: ['definition', 'variations', 'covariates'],
      message: expect.stringContaining(
        "'variations.covariates' names 'foreign-directions@1', a covariate set of the generator 'other@2'",
      ),
    });
  });

  test('is refused for sets that are not there, of another team, or not READY', async () => {
    const there = await open.catalog.galleries.registerGallery(
      {
        actor: elsewhere.owner,
        teamId: elsewhere.team.id,
        name: 'theirs',
        version: '1',
        recogniserVersionId: elsewhere.recipe.recogniserVersionId,
        source: {},
      },
      enqueueNothing,
    );
    await open.catalog.setMaking.finishGallery(there.id, { ...CONTENT, count: 1 });
    for (const gallery of ['nobody@1', 'theirs@1']) {
      await expect(makeRecipe({ gallery })).rejects.toMatchObject({
        code: 'INVALID',
        message: expect.stringContaining(
          `'references.gallery' names '${gallery}', and the team has no such gallery`,
        ),
      });
    }
    await registerGallery('unfinished');
    await expect(makeRecipe({ gallery: 'unfinished@1' })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('a gallery that is CHECKING, and only READY ones'),
    });
  });
});
