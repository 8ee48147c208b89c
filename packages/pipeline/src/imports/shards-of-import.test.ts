/** @file Shards of imports are cut by size alone: what is cut in two is measured as if it were not. */

import { openRuntime } from '@colloid/sampler';
import { openObjectStore } from '@colloid/storage';
import { expect, test } from 'vitest';

import { getArray, putArray } from '../activities/arrays.ts';
import type { UsableImage } from './check-images.ts';
import { measureImport } from './measure-import.ts';
import { planImport } from './plan-import.ts';

const image = (identity: string, name: string, sizeBytes = 1): UsableImage => {
  const place = { file: 0, offset: 0, sizeBytes, format: 'png' } as const;
  return { ...place, identity, name: `${identity}/${name}` };
};

test('a shard holds a thousand images or 256 MiB, and only a larger identity goes on in the next one', () => {
  const many = Array.from({ length: 2003 }, (_, k) => image('ada', `${k}.png`));
  const { shards, counts } = planImport([...many, image('bea', '0.png')], 0);
  expect(shards.map((shard) => shard.length)).toEqual([1000, 1000, 4]);
  expect(counts).toEqual([2003, 1]);
  expect(shards[1]?.[0]).toMatchObject({ identityOrdinal: 0, ordinal: 1000 });
  const few = ['a', 'b', 'c'].flatMap((name) =>
    Array.from({ length: 400 }, (_, k) => image(name, `${k}.png`)),
  );
  expect(planImport(few, 0).shards.map((shard) => shard.length)).toEqual([800, 400]);
  const large = Array.from({ length: 5 }, (_, k) => image('ada', `${k}.png`, 100 * 1024 ** 2));
  expect(planImport(large, 0).shards.map((shard) => shard.length)).toEqual([2, 2, 1]);
});

test('identities come by name, and images by theirs, a reference first', () => {
  const { identities, shards } = planImport(
    [
      image('b', '2.png'),
      image('b', 'Reference.webp'),
      image('B2', '1.png'),
      image('b', '1.png'),
      image('10', '1.png'),
    ],
    0,
  );
  expect(identities).toEqual(['10', 'B2', 'b']);
  expect(shards[0]?.map(({ name }) => name)).toEqual([
    '10/1.png',
    'B2/1.png',
    'b/Reference.webp',
    'b/1.png',
    'b/2.png',
  ]);
});

test('angles are those of an import in one shard, wherever it is cut', async () => {
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 });
  stack.defer(() => runtime.close());
  const store = await openObjectStore({ kind: 'memory' });
  const counts = [3, 1, 2];
  const layout = { identities: ['a', 'b', 'c'], counts, shards: [] };
  // Unit rows in a plane, at these angles.
  const angles = [0, 0.1, 0.3, 1.2, 2.5, 2.9];
  const rows = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  const measured = async (cuts: readonly number[]) => {
    const embeddings = await Promise.all(
      cuts.map((from, k) => putArray(store, rows.slice(from * 2, (cuts[k + 1] ?? 6) * 2), 2)),
    );
    const nothing = { findActivity: async () => null, recordActivity: async () => undefined };
    const activities = { ...nothing, findActivities: async () => new Map() };
    const { signal } = new AbortController();
    const found = await measureImport({
      activities,
      store,
      runtime,
      layout,
      embeddings,
      ict: 1,
      signal,
    });
    const { metrics, identities, theta } = found;
    return {
      metrics,
      identities: [...(await getArray(store, identities))],
      theta: [...(await getArray(store, theta))],
    };
  };
  const whole = await measured([0]);
  const expected = [0, 0.1, 0.3, 0, 0, 0.4];
  for (const [row, theta] of expected.entries()) {
    expect(Math.abs((whole.theta[row] ?? 9) - theta)).toBeLessThan(1e-6);
  }
  // Nearest other identity and the largest angle within; nothing for the identity of one image.
  const table = [1, 1.2, 0.3, 0, 1.2, Number.NaN, 1, 1.3, 0.4];
  for (const [at, value] of table.entries()) {
    if (Number.isNaN(value)) expect(whole.identities[at]).toBeNaN();
    else expect(Math.abs((whole.identities[at] ?? 9) - value)).toBeLessThan(1e-6);
  }
  for (const cuts of [
    [0, 1],
    [0, 2, 5],
    [0, 3, 4],
  ])
    expect(await measured(cuts)).toEqual(whole);
});
