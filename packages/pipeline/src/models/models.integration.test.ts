import { randomUUID } from 'node:crypto';

import { type Catalog, isCatalogError, type ModelVersion, openCatalog } from '@colloid/catalog';
import { startTestDatabase, type TestDatabase } from '@colloid/catalog/testing';
import { ManifestError } from '@colloid/sampler/model';
import { tinyGeneratorSource, tinyRecogniserSource } from '@colloid/sampler/testing';
import { type ObjectStore, openObjectStore, putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  checkModelVersion,
  openQueue,
  type Queue,
  submitModel,
  ZStoredModelReport,
} from '../index.ts';

let database: TestDatabase;
let catalog: Catalog;
let store: ObjectStore;
let queue: Queue;
let actor: { readonly userId: string };
let teamId: string;

beforeAll(async () => {
  database = await startTestDatabase();
  catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  store = await openObjectStore({ kind: 'memory' });
  queue = await openQueue({
    databaseUrl: database.databaseUrl,
    onError: (error) => {
      throw error;
    },
  });
  actor = { userId: randomUUID() };
  const { userId: id } = actor;
  await catalog.prisma.user.create({ data: { id, name: 'Test', email: `${id}@colloid.example` } });
  teamId = (await catalog.teams.createTeam({ actor, slug: 'lab', name: 'Lab' })).id;
});
afterAll(async () => {
  await queue.stop({ graceMs: 0 });
  await catalog.close();
  await store.close();
  await database.stop();
});

/** Stores the files of one of the tests’ pair, changed as a test needs them. */
async function storeModel(
  kind: 'generator' | 'recogniser',
  change: {
    readonly manifest?: Readonly<Record<string, unknown>>;
    readonly files?: Readonly<Record<string, Uint8Array>>;
  } = {},
): Promise<Record<string, string>> {
  const source = kind === 'generator' ? tinyGeneratorSource() : tinyRecogniserSource();
  const manifest = { ...source.manifest, ...change.manifest };
  const text = new TextEncoder().encode(JSON.stringify(manifest));
  const stored: Record<string, string> = { 'model.json': (await putContent(store, text)).digest };
  for (const [name, bytes] of Object.entries({ ...source.files, ...change.files })) {
    stored[name] = (await putContent(store, bytes)).digest;
  }
  return stored;
}

const submit = (files: Record<string, string>): Promise<ModelVersion> =>
  submitModel({
    catalog,
    store,
    actor,
    teamId,
    files,
    enqueue: (transaction, id) => queue.enqueueModelCheck(transaction, id),
  });

const check = (modelVersionId: string): Promise<string> =>
  checkModelVersion({ catalog, store, modelVersionId, provider: 'cpu', threads: 2 });

const reload = ({ id }: ModelVersion): Promise<ModelVersion> =>
  catalog.prisma.modelVersion.findUniqueOrThrow({ where: { id } });

describe('a registered model', () => {
  test('is checked by whoever takes its job, and becomes READY with its report and sample images', async () => {
    const row = await submit(await storeModel('generator', { manifest: { name: 'mine' } }));
    expect(row).toMatchObject({ state: 'CHECKING', kind: 'GENERATOR', name: 'mine' });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    await queue.workModelChecks(async ({ modelVersionId }) => {
      // Those of the tests that follow are checked there.
      if (modelVersionId === row.id) await check(modelVersionId).then(resolve, reject);
    });
    expect(await promise).toBe('READY');
    const ready = await reload(row);
    expect(ready).toMatchObject({ state: 'READY', refusal: null });
    const report = ZStoredModelReport.parse(ready.report);
    expect(report.checks.map(({ state }) => state)).not.toContain('FAILED');
    expect(report.samples).toMatchObject({ count: 8, columns: 4, rows: 2 });
    expect((await store.stat(report.samples?.objectKey ?? ''))?.contentType).toBe('image/webp');
    // A second job for it, or one that was taken over too late, changes nothing.
    expect(await check(row.id)).toBe('NOTHING_TO_DO');
  });

  test('is REFUSED with the sentence of the first check that failed', async () => {
    const files = { 'network.onnx': Uint8Array.of(8, 9, 58, 200, 1) };
    const row = await submit(await storeModel('recogniser', { manifest: { name: 'cut' }, files }));
    expect(await check(row.id)).toBe('REFUSED');
    const refused = await reload(row);
    expect(refused.refusal).toMatch(/'network\.onnx' is not a usable ONNX model/);
    expect(ZStoredModelReport.parse(refused.report).verdict).toBe('REFUSED');
    // The right file under the same version: it is looked at again.
    const mended = await submit(await storeModel('recogniser', { manifest: { name: 'cut' } }));
    expect(mended.id).toBe(row.id);
    expect(await check(row.id)).toBe('READY');
  });

  test('stays CHECKING when the object store lacks a file, so that the queue tries again', async () => {
    const stored = await storeModel('recogniser', { manifest: { name: 'lost' } });
    const row = await submit({ ...stored, 'network.onnx': 'f'.repeat(64) });
    await expect(check(row.id)).rejects.toThrow(/network\.onnx of lost@.* cannot be read/);
    expect((await reload(row)).state).toBe('CHECKING');
  });

  test('that is gone needs no check', async () => {
    expect(await check(randomUUID())).toBe('NOTHING_TO_DO');
  });
});

describe('an upload is refused before anything is registered', () => {
  test('without model.json, with files missing, and with files that nothing names', async () => {
    const stored = await storeModel('recogniser', { manifest: { name: 'partial' } });
    const { 'model.json': manifest = '', 'network.onnx': network = '' } = stored;
    await expect(submit({ 'network.onnx': network })).rejects.toThrow(/has no model\.json/);
    await expect(submit({ 'model.json': manifest })).rejects.toThrow(
      /names 'network\.onnx', which the upload lacks/,
    );
    await expect(submit({ ...stored, 'notes.txt': network })).rejects.toThrow(
      /holds 'notes\.txt', which model\.json does not name/,
    );
  });

  test('with every problem of its manifest', async () => {
    const stored = await storeModel('recogniser', { manifest: { name: 'Not A Name', colour: 1 } });
    const attempt = submit(stored);
    await expect(attempt).rejects.toThrow(ManifestError);
    await expect(attempt).rejects.toThrow(/name: must be lower-case.*colour/s);
  });

  test('by somebody who may not', async () => {
    const stranger = { userId: randomUUID() };
    const files = await storeModel('recogniser', { manifest: { name: 'foreign' } });
    const enqueue = async (): Promise<void> => undefined;
    await expect(
      submitModel({ catalog, store, actor: stranger, teamId, files, enqueue }),
    ).rejects.toSatisfy((error) => isCatalogError(error, 'NOT_FOUND'));
  });
});
