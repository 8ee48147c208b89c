import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunOutput } from '@colloid/pipeline';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { placeShards } from './place-shards.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'colloid-shards-'));
  for (const folder of ['images', 'latents', 'embeddings', '.work']) await mkdir(join(out, folder));
});
afterAll(() => rm(out, { recursive: true, force: true }));

/** Shards of one identity, with contents of their own. */
async function shardsOf(run: string, count: number): Promise<RunOutput['shards']> {
  const object = async (name: string): Promise<{ key: string; digest: string; size: number }> => {
    const key = `${run}-${name}`;
    await writeFile(join(out, '.work', key), key);
    return { key, digest: `digest of ${key}`, size: key.length };
  };
  return Promise.all(
    Array.from({ length: count }, async (_, ordinal) => ({
      ordinal,
      firstIdentity: ordinal,
      identities: 1,
      samples: 1,
      images: await object(`images-${ordinal}`),
      latents: await object(`latents-${ordinal}`),
      embeddings: await object(`embeddings-${ordinal}`),
    })),
  ) as unknown as Promise<RunOutput['shards']>;
}

test('a later run into the same folder replaces the shards of an earlier one, and those that it has not', async () => {
  const first = await shardsOf('first', 3);
  await placeShards(out, first);
  await writeFile(join(out, 'dataset.json'), '{}');
  await writeFile(join(out, 'images', 'notes.txt'), 'kept');

  const notes = await placeShards(out, await shardsOf('second', 2));
  expect(notes.map(({ digest }) => digest)).toEqual([
    'digest of second-images-0',
    'digest of second-images-1',
  ]);
  expect(await readFile(join(out, 'images/00000.tar'), 'utf8')).toBe('second-images-0');
  expect(await readFile(join(out, 'latents/00001.npy'), 'utf8')).toBe('second-latents-1');
  expect(await readdir(join(out, 'images'))).toEqual(['00000.tar', '00001.tar', 'notes.txt']);
  expect(await readdir(join(out, 'embeddings'))).toEqual(['00000.npy', '00001.npy']);
  // Nobody takes the new shards for those of the old description.
  expect(await readdir(out)).not.toContain('dataset.json');

  // The first again: its objects are still there, and nothing was written through to them.
  await placeShards(out, first);
  expect(await readFile(join(out, 'images/00002.tar'), 'utf8')).toBe('first-images-2');
  await placeShards(out, first);
  expect(await readdir(join(out, 'images'))).toHaveLength(4);
});
