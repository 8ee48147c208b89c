import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, GraphCache, GraphFiles } from './index.ts';

const key = (digit: string): string => digit.repeat(64);

let folder: string;
let said: string[];
const log = (message: string): void => void said.push(message);
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'colloid-graphs-')), 'graphs');
  said = [];
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

const cacheOf = (): GraphCache => new GraphCache({ store: new GraphFiles({ folder, log }), log });

test('the next process reads what this one wrote', async () => {
  const models = await tinyPair();
  const written = await buildChain(models, { cache: cacheOf() }).encoded('pullback', 'cpu');
  const [name, ...others] = await readdir(folder);
  expect(name).toMatch(/^[0-9a-f]{64}\.graph$/);
  expect(others).toEqual([]);
  const found = await cacheOf().model(name?.slice(0, 64) ?? '', () => {
    throw new Error('built again');
  });
  expect(Buffer.compare(found as Uint8Array, written)).toBe(0);
  expect(said).toEqual([]);
});

test('a damaged file is told of, built again and replaced', async () => {
  const models = await tinyPair();
  const written = await buildChain(models, { cache: cacheOf() }).encoded('embed');
  const [name = ''] = await readdir(folder);
  await truncate(join(folder, name), written.length - 3);
  const rebuilt = await buildChain(models, { cache: cacheOf() }).encoded('embed');
  expect(Buffer.compare(rebuilt, written)).toBe(0);
  expect(said).toEqual([expect.stringContaining('is damaged and is built again')]);
  await buildChain(models, { cache: cacheOf() }).encoded('embed');
  expect(said).toHaveLength(1);
});

test('a folder that cannot be written costs a message, not the run', async () => {
  await writeFile(folder, 'a file where the folder should be');
  const models = await tinyPair();
  await expect(buildChain(models, { cache: cacheOf() }).encoded('embed')).resolves.toBeDefined();
  expect(said).toEqual([
    expect.stringContaining('could not be read'),
    expect.stringContaining('could not be written'),
  ]);
});

test('the files used longest ago go first, and no draft stays', async () => {
  const store = new GraphFiles({ folder, maxBytes: 25, log });
  await store.write(key('a'), [new Uint8Array(10)]);
  await store.write(key('b'), [new Uint8Array(10)]);
  await utimes(join(folder, `${key('a')}.graph`), 10, 10);
  await utimes(join(folder, `${key('b')}.graph`), 20, 20);
  await store.read(key('a'));
  await store.write(key('c'), [new Uint8Array(10)]);
  expect((await readdir(folder)).toSorted()).toEqual([`${key('a')}.graph`, `${key('c')}.graph`]);
  expect(await store.read(key('b'))).toBeNull();
  expect(said).toEqual([]);
});

test('a draft that a killed process has left goes, and not one that is being written', async () => {
  const store = new GraphFiles({ folder, log });
  await store.write(key('a'), [new Uint8Array(10)]);
  const drafts = ['11111111', '22222222'].map(
    (begin) => `${key('b')}.graph.${begin}-0000-4000-8000-000000000000`,
  );
  for (const draft of drafts) await writeFile(join(folder, draft), 'half of it');
  await utimes(join(folder, drafts[0] ?? ''), 10, 10);
  await store.write(key('c'), [new Uint8Array(10)]);
  const left = [`${key('a')}.graph`, drafts[1], `${key('c')}.graph`];
  expect((await readdir(folder)).toSorted()).toEqual(left);
  expect(said).toEqual([]);
});
