/** @file Checks of releases of imported versions: each works, or says why it cannot and what would do. */

import { DATASHEET_QUESTIONS } from '@colloid/formats';
import { makeTar } from '@colloid/formats/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { catalogActivities } from '../activities/catalog-activities.ts';
import { budgetAndIct } from '../releases/checks/budget-and-ict.ts';
import type { CheckContext } from '../releases/checks/check.ts';
import { datasheet } from '../releases/checks/datasheet.ts';
import { duplicates } from '../releases/checks/duplicates.ts';
import { leakage } from '../releases/checks/leakage.ts';
import { licences } from '../releases/checks/licences.ts';
import { shardIntegrity } from '../releases/checks/shard-integrity.ts';
import { syntheticMark } from '../releases/checks/synthetic-mark.ts';
import { folderOf, type ImportWorld, openImportWorld } from '../testing/import-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world.close());

async function imported(options: Parameters<ImportWorld['queueImport']>[1]): Promise<CheckContext> {
  const run = await world.queueImport([await makeTar(folderOf({ ada: 2, bea: 2 }))], options);
  await world.execute(run.id);
  const { store, runtime, catalog } = world;
  const version = await catalog.contents.loadContents((await world.versionOf(run.id)).id);
  if (version === null) throw new Error('The version is gone.');
  const gallery = await catalog.prisma.gallery.create({
    data: {
      teamId: world.seeded.teamId,
      name: run.id,
      version: '1',
      recogniserVersionId: world.recogniserVersionId,
      source: {},
    },
  });
  return {
    store,
    runtime,
    activities: catalogActivities(catalog.activities),
    version,
    contents: catalog.contents,
    signal: new AbortController().signal,
    report: () => undefined,
    release: {
      title: 'Faces',
      semanticVersion: '1.0.0',
      notes: '',
      dataset: 'lab/faces',
      terms: { licence: 'CC-BY-4.0', text: '' },
      datasheet: DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'Imported.' })),
      galleries: await catalog.contents.galleriesWithRecognisers([gallery.id]),
    },
  };
}

test('with embeddings, a mark and terms, an import is checked as any other version', async () => {
  const context = await imported({
    isSynthetic: true,
    licence: 'MIT',
    recogniserVersionId: world.recogniserVersionId,
  });
  for (const check of [shardIntegrity, syntheticMark, licences, datasheet]) {
    expect(await check(context)).toMatchObject({ isPassed: true });
  }
  const separation = await budgetAndIct(context);
  expect(separation).toMatchObject({ isPassed: true, evidence: { recipes: [] } });
  expect(separation.sentence).toMatch(/the closest: \d/);
  expect((await duplicates(context)).evidence).toMatchObject({ images: 4 });
  const [part] = context.version.parts;
  if (part?.imported == null) throw new Error('There is no import.');
  const kept = { ...part, imported: { ...part.imported, licence: 'CC-BY-ND-4.0' } };
  const version = { ...context.version, parts: [kept] };
  const { sentence } = await licences({ ...context, version });
  expect(sentence).toMatch(/images of run 1, imported from 'faces', is under CC-BY-ND-4.0/);
});

test('without embeddings, mark and terms, each check that needs them says so, and what would do', async () => {
  const context = await imported({});
  for (const check of [shardIntegrity, datasheet]) {
    expect(await check(context)).toMatchObject({ isPassed: true });
  }
  expect((await syntheticMark(context)).sentence).toMatch(
    /4 of 4 images lack IPTC's mark .* import them again declared as synthetic/,
  );
  expect((await licences(context)).sentence).toMatch(
    /Nobody has said what the terms of the images of run 1, imported from 'faces', are; import them again/,
  );
  expect((await leakage(context)).sentence).toMatch(
    /Run 1 was imported without a recogniser, .* import them again with tiny-recogniser@1/,
  );
  expect((await duplicates(context)).sentence).toMatch(
    /1 run of the version \(1\) has no embeddings/,
  );
  expect(await budgetAndIct(context)).toMatchObject({
    isPassed: true,
    sentence: expect.stringMatching(/asks for no separation; run 1 has no embeddings/) as string,
  });
  const budgets = context.version.budgets.map((budget) => ({ ...budget, minSeparation: 0.5 }));
  const strict = await budgetAndIct({ ...context, version: { ...context.version, budgets } });
  expect(strict.isPassed).toBe(false);
  expect(strict.sentence).toMatch(/has no embeddings, so nothing says how far apart/);
});
