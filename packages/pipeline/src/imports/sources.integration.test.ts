/** @file What sources of imports may hold: WebDatasets, and whatever is wrong with some files or with all of them. */

import { readTarFiles } from '@colloid/formats';
import { makePng, makeTar, type TarContent } from '@colloid/formats/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { sizeOfSections, streamSections } from '../releases/file-parts.ts';
import { packVersion } from '../releases/pack-version.ts';
import { PackingReader, sectionsOf } from '../releases/packing.ts';
import { face, folderOf, type ImportWorld, openImportWorld } from '../testing/import-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let world: ImportWorld;
beforeAll(async () => {
  world = await openImportWorld();
});
afterAll(() => world.close());

describe('a WebDataset', () => {
  test('that a version was exported as comes back with the same images and identities', async () => {
    const { catalog, store, whole, merged } = world;
    for (const version of [whole, merged]) {
      const contents = await catalog.contents.loadContents(version.id);
      if (contents === null) throw new Error('The version is gone.');
      const signal = new AbortController().signal;
      const services = { store, contents: catalog.contents, documents: new Map<string, string>() };
      const { packing } = await packVersion({ ...services, version: contents, signal });
      const tars: Uint8Array[] = [];
      const names = new Map<string, Buffer>();
      if (packing === null) throw new Error('The version cannot be packed.');
      for (const { name } of packing.list.shards) {
        const sections = sectionsOf(new PackingReader(store), packing.list, name) ?? [];
        const range = { offset: 0, length: sizeOfSections(sections) };
        const bytes = Buffer.concat(
          await Array.fromAsync(streamSections(store, sections, { range })),
        );
        tars.push(bytes);
        for await (const file of readTarFiles(one(bytes))) {
          if (!file.name.endsWith('.json')) names.set(file.name, Buffer.from(file.bytes));
        }
      }
      const run = await world.queueImport(tars, { source: 'WEBDATASET', isSynthetic: true });
      expect(await world.execute(run.id)).toBe('SUCCEEDED');
      const { identityCount, sampleCount } = version;
      expect(await world.versionOf(run.id)).toMatchObject({ identityCount, sampleCount });
      const images = await world.imagesOf(run.id);
      const sorted = [...names].toSorted(([a], [b]) => (a < b ? -1 : 1));
      expect([...images.values()]).toEqual(sorted.map(([, bytes]) => bytes));
      const ofIdentity = Map.groupBy(sorted, ([name]) => name.split('/')[0]);
      const counts = Map.groupBy(images.keys(), (place) => place.split('/')[0]);
      expect([...counts.values()].map((places) => places.length)).toEqual(
        [...ofIdentity.values()].map((files) => files.length),
      );
    }
  });

  test('of bare keys is told apart by its labels, each tar file on its own', async () => {
    const first = await makeTar([
      { name: '0001.cls', bytes: 'bea\n' },
      { name: '0001.png', bytes: face(0) },
      { name: '0002.png', bytes: face(1) },
      { name: '0002.json', bytes: '{"identity": 7}' },
      { name: '0003.png', bytes: face(2) },
      { name: '0003.txt', bytes: 'a caption' },
    ]);
    const second = await makeTar([
      { name: '0001.json', bytes: '{"identity": "7"}' },
      { name: '0001.png', bytes: face(3) },
    ]);
    const run = await world.queueImport([first, second], { source: 'WEBDATASET' });
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    expect([...(await world.imagesOf(run.id))]).toEqual([
      ['0/0', Buffer.from(face(3))],
      ['0/1', Buffer.from(face(1))],
      ['1/0', Buffer.from(face(0))],
    ]);
    const log = (await world.logOf(run.id)).join('\n');
    expect(log).toContain("warn '0003.png' is left out. Nothing says whose it is;");
    expect(log).toContain("warn '0003.txt' is left out. It is no PNG, JPEG or WebP file;");
  });
});

/** Bytes as a stream. */
async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('what is wrong with some files', () => {
  test('is told of each with what to do, and the others are imported', async () => {
    const claim = { width: 60_000, height: 60_000 };
    const bad: readonly (readonly [TarContent, RegExp])[] = [
      [{ name: 'ada/notes.txt', bytes: 'hello' }, /It is no PNG, JPEG or WebP file; leave it out/],
      [{ name: 'ada/text.png', bytes: 'hello' }, /It is no image that can be read; put a whole/],
      [{ name: 'ada/empty.png', bytes: '' }, /The file has no bytes; put the image there again/],
      [{ name: 'ada/cut.png', bytes: face(8).subarray(0, -20) }, /no image that can be read/],
      [
        { name: 'ada/bomb.png', bytes: makePng([0, 0, 0], { width: 1, height: 1 }, claim) },
        /60000 × 60000 pixels, and 67108864 in all are the most; make it smaller/,
      ],
      [
        { name: 'ada/wide.png', bytes: makePng([0, 0, 0], { width: 40, height: 20 }) },
        /It has 40 × 20 pixels; crop the face as the recogniser sees it/,
      ],
      [{ name: '../up.png', bytes: face(7) }, /Its name leads out of the folder/],
      [{ name: '/etc/up.png', bytes: face(7) }, /Its name leads out of the folder/],
      [{ name: 'ada/\u001B[2Jodd.png', bytes: face(7) }, /Its name has control characters/],
      [{ name: 'ada/link.png', type: 'symlink', linkname: '/etc/passwd' }, /It is a link/],
      [{ name: 'alone.png', bytes: face(7) }, /It lies in no folder; put it into/],
      [{ name: 'ada/deep/x.png', bytes: face(7) }, /It lies 2 folders deep/],
      [{ name: 'ada/1.png', bytes: face(6) }, /It is there twice; keep one/],
    ];
    const good = [...folderOf({ ada: 2, 'zoë & co 李': 1 }), { name: 'bea/x.png', bytes: face(9) }];
    const tar = await makeTar([...good, ...bad.map(([entry]) => entry)]);
    const run = await world.queueImport([tar], { recogniserVersionId: world.recogniserVersionId });
    expect(await world.execute(run.id)).toBe('SUCCEEDED');
    expect(await world.versionOf(run.id)).toMatchObject({ identityCount: 3, sampleCount: 4 });
    const log = await world.logOf(run.id);
    const warnings = log.filter((line) => line.startsWith('warn'));
    expect(warnings).toHaveLength(bad.length);
    for (const [{ name }, reason] of bad) {
      const shown = name.replaceAll('\u001B', '�');
      expect(
        warnings.filter((line) => line.includes(`'${shown}'`) && reason.test(line)),
      ).toHaveLength(1);
    }
    expect(log.join('')).not.toContain('\u001B');
  });

  test('ends the import where nothing is left or nobody can tell what was meant, and nothing is made', async () => {
    const whole = await makeTar(folderOf({ ada: 2 }));
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [await makeTar([]), /The source holds no images; give each identity a folder/],
      [await makeTar([{ name: 'ada/x.png', bytes: 'x' }]), /None of the 1 files .* can be used/],
      [whole.subarray(0, 700), /'faces-0\.tar' is no whole tar file, or it was cut off/],
      [whole.subarray(0, -1024), /'faces-0\.tar' is no whole tar file, or it was cut off/],
      [new TextEncoder().encode('no tar at all'.repeat(90)), /is no whole tar file/],
      [await makeTar(folderOf({ Ada: 1, ada: 1 })), /'Ada' and 'ada' differ in case or encoding/],
      [await makeTar(folderOf({ 'zoe\u0308': 1, 'zo\u00EB': 1 })), /differ in case or encoding/],
    ];
    for (const [tar, failure] of cases) {
      const datasetId = await world.openDataset();
      const run = await world.queueImport([tar], { datasetId });
      expect(await world.execute(run.id)).toBe('FAILED');
      const { prisma, budgets } = world.catalog;
      const row = await prisma.run.findUniqueOrThrow({ where: { id: run.id } });
      expect(row.failure).toMatch(failure);
      expect(await prisma.shard.count({ where: { runId: run.id } })).toBe(0);
      expect(await prisma.datasetVersion.count({ where: { datasetId } })).toBe(0);
      const [budget] = await budgets.budgetsOfDatasets({
        actor: world.seeded.actor,
        datasetIds: [datasetId],
      });
      expect(budget).toMatchObject({ reservedIdentities: 0, usedIdentities: 0 });
      expect((await world.logOf(run.id)).at(-1)).toMatch(/^error /);
    }
  });

  test('keeps what was found out of a failed import in its log', async () => {
    const tar = await makeTar([{ name: 'ada/x.png', bytes: 'x' }]);
    const run = await world.queueImport([tar]);
    await world.execute(run.id);
    expect((await world.logOf(run.id)).join('\n')).toMatch(
      /'ada\/x\.png' is left out\. It is no image/,
    );
  });

  test('ends an import that is more than the budget, with the numbers', async () => {
    const datasetId = await world.openDataset({
      maxIdentities: 1,
      maxSamples: 5,
      minSeparation: 0,
    });
    const run = await world.queueImport([await makeTar(folderOf({ ada: 1, bea: 1 }))], {
      datasetId,
    });
    expect(await world.execute(run.id)).toBe('FAILED');
    const row = await world.catalog.prisma.run.findUniqueOrThrow({ where: { id: run.id } });
    expect(row.failure).toMatch(/is 1 identities: .* this run needs 2; import less/);
  });

  test('ends an import whose file is gone with its name', async () => {
    const files = [{ name: 'lost.tar', digest: 'e'.repeat(64), sizeBytes: 10 }];
    const run = await world.queueImport([], { files });
    expect(await world.execute(run.id)).toBe('FAILED');
    const row = await world.catalog.prisma.run.findUniqueOrThrow({ where: { id: run.id } });
    expect(row.failure).toMatch(/'lost\.tar' is no longer in the object store; upload it again/);
  });
});
