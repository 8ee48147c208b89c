import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { inTurn } from './in-turn.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-in-turn-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('several do the work one after the other, also where one of them fails, and leave nothing behind', async () => {
  const lock = join(folder, 'made', 'build');
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await delay(20);
    told.push(`${name} ends`);
    if (name === 'b') throw new Error('b cannot.');
  };
  const ends = await Promise.allSettled(['a', 'b', 'c'].map((name) => inTurn(lock, work(name))));
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(told).toHaveLength(6);
  for (let at = 0; at < told.length; at += 2) {
    expect(told[at + 1]).toBe(told[at]?.replace('begins', 'ends'));
  }
  expect(await readdir(join(folder, 'made'))).toEqual([]);
});

test('a lock of a process that is gone is taken over', async () => {
  const lock = join(folder, 'left');
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(lock, String(pid));
  expect(await inTurn(lock, () => Promise.resolve('done'))).toBe('done');
});
