import { expect, test } from 'vitest';

import { progressWriter } from './report-progress.ts';

/** A writer whose writes end when the test says so, and a clock that stands still until it is moved. */
function watched(leastSeconds: number) {
  const written: [number, string][] = [];
  const ends: (() => void)[] = [];
  let seconds = 100;
  const writer = progressWriter(
    (share, step) => {
      written.push([share, step]);
      return new Promise<void>((resolve) => ends.push(resolve));
    },
    { leastSeconds, clock: () => seconds },
  );
  return {
    writer,
    written,
    /** Lets what is being written end. */
    settle: async () => {
      for (const end of ends.splice(0)) end();
      await writer.end();
    },
    pass: (more: number) => {
      seconds += more;
    },
  };
}

test('one write goes on at a time, and small steps are left out', async () => {
  const { writer, written, settle } = watched(0);
  writer.report(0.01);
  writer.report(0.1);
  writer.report(0.5);
  expect(written).toEqual([[0.1, '']]);
  await settle();
  writer.report(0.11);
  writer.report(0.13);
  expect(written).toEqual([
    [0.1, ''],
    [0.13, ''],
  ]);
  await settle();
});

test('another thing that is worked at is told at once, and no share is less than one before', async () => {
  const { writer, written, settle } = watched(0);
  writer.report(0, 'shard 1 of 3');
  await settle();
  writer.report(0.4, 'shard 2 of 3');
  await settle();
  writer.report(0.3, 'shard 3 of 3');
  await settle();
  expect(written).toEqual([
    [0, 'shard 1 of 3'],
    [0.4, 'shard 2 of 3'],
    [0.4, 'shard 3 of 3'],
  ]);
});

test('between two writes lies the time that was asked for', async () => {
  const { writer, written, settle, pass } = watched(0.5);
  writer.report(0.1, 'a');
  await settle();
  pass(0.4);
  writer.report(0.6, 'b');
  pass(0.1);
  writer.report(0.7, 'c');
  await settle();
  expect(written).toEqual([
    [0.1, 'a'],
    [0.7, 'c'],
  ]);
});

test('after a write that failed there is no other one, and the end says why', async () => {
  let writes = 0;
  const writer = progressWriter(() => {
    writes += 1;
    return Promise.reject(new Error('The database is gone.'));
  });
  writer.report(0.5);
  await expect(writer.end()).rejects.toThrow('The database is gone.');
  writer.report(0.9);
  expect(writes).toBe(1);
});
