import { openObjectStore } from '@colloid/storage';
import { expect, test } from 'vitest';

import { getArray, getRows, putSliced } from './arrays.ts';

test('rows of a large array are read without the rest, and an altered block is told', async () => {
  const store = await openObjectStore({ kind: 'memory' });
  const [rows, columns] = [1500, 400];
  const values = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const reference = await putSliced(store, values, columns);
  expect(reference.blocks.length).toBeGreaterThan(2);
  expect(await getArray(store, reference)).toEqual(values);

  const { blockRows } = reference;
  const ranges = [
    [0, 1],
    [blockRows - 1, 2],
    [blockRows, blockRows],
    [rows - 3, 3],
    [7, 0],
    [0, rows],
  ] as const;
  for (const [first, count] of ranges) {
    const expected = values.slice(first * columns, (first + count) * columns);
    expect(await getRows(store, reference, { first, count })).toEqual(expected);
  }
  await expect(getRows(store, reference, { first: rows - 1, count: 2 })).rejects.toThrow(
    RangeError,
  );

  const bytes = (await store.get(reference.key)).slice();
  const at = reference.dataOffset + blockRows * columns * 4;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await store.put(reference.key, bytes);
  expect(await getRows(store, reference, { first: 0, count: blockRows })).toHaveLength(
    blockRows * columns,
  );
  await expect(getRows(store, reference, { first: blockRows, count: 1 })).rejects.toMatchObject({
    code: 'CORRUPT',
    message: expect.stringContaining(`Rows ${blockRows} onwards`),
  });
});
