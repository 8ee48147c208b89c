import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { inTurn } from './in-turn.ts';
import { takeLock } from './lock.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-in-turn-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The number of a process that was there and is gone. */
function gone(): string {
  return String(spawnSync(process.execPath, ['--version']).pid);
}

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

test('a lock of a process that is gone, or that had the number of this one, is taken over', async () => {
  const lock = join(folder, 'left');
  for (const holder of [gone(), String(process.pid), '']) {
    await writeFile(lock, holder);
    expect(await inTurn(lock, () => Promise.resolve('done'))).toBe('done');
  }
});

test('of many that find the lock of a process that is gone, one has it, and the others are told who', async () => {
  const dead = gone();
  for (let round = 0; round < 30; round += 1) {
    const file = join(folder, `left-${round}`);
    await writeFile(file, dead);
    const locks = await Promise.all(Array.from({ length: 12 }, () => takeLock(file)));
    const taken = locks.filter(({ isTaken }) => isTaken);
    expect(taken).toHaveLength(1);
    for (const lock of locks) if (!lock.isTaken) expect(lock.holder).toBe(process.pid);
    expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  }
});

test('a process that lives has it until it ends', async () => {
  const file = join(folder, 'other');
  const other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
  await writeFile(file, `${other.pid} its-own\n`);
  expect(await takeLock(file)).toEqual({ isTaken: false, holder: other.pid });
  other.kill('SIGKILL');
  await once(other, 'exit');
  expect(await takeLock(file)).toMatchObject({ isTaken: true });
});

test.runIf(process.platform === 'linux')(
  'a process that got the number of one from before the machine was started again has it not',
  async () => {
    const file = join(folder, 'restarted');
    const other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    await once(other, 'spawn');
    await writeFile(file, `${other.pid} its-own 1\n`);
    expect(await takeLock(file)).toMatchObject({ isTaken: true });
    const [, , start] = (await readFile(file, 'utf8')).trim().split(' ');
    expect(Number(start)).toBeGreaterThan(1);
    other.kill('SIGKILL');
    await once(other, 'exit');
  },
);
