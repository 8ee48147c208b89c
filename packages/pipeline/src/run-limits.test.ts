import type { Runtime, Session } from '@colloid/sampler';
import { expect, test } from 'vitest';

import { limitRuntime } from './run-limits.ts';

/** A session that answers when it is told to. */
function sessionOf(answer: Promise<void>): Session {
  return {
    name: 'slow graph',
    lanes: 1,
    inputNames: ['x'],
    outputNames: ['y'],
    placement: [],
    run: async () => {
      await answer;
      return {};
    },
    dispose: async () => undefined,
  } as unknown as Session;
}

const runtimeOf = (answer: Promise<void>): Runtime => ({
  provider: 'cpu',
  threads: 1,
  session: async () => sessionOf(answer),
  close: async () => undefined,
});

const model = new Uint8Array();

test('a batch that does not end is told with the graph and the limit', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  using limited = limitRuntime(runtimeOf(promise), { batchSeconds: 0.05 });
  const session = await limited.runtime.session(model);
  const run = session.run({});
  await expect(limited.exceeded).rejects.toMatchObject({
    code: 'RUN_LIMIT',
    message: expect.stringMatching(/One batch of 'slow graph' took more than 0\.05 s/) as string,
  });
  resolve();
  expect(await run).toEqual({});
});

test('more memory than allowed is told with both figures', async () => {
  using limited = limitRuntime(runtimeOf(Promise.resolve()), { memoryBytes: 1024 });
  await expect(limited.exceeded).rejects.toThrow(/GiB of memory, and 0\.0 GiB is the most/);
});

test('a batch that ends in time leaves everything else of a session as it is', async () => {
  using limited = limitRuntime(runtimeOf(Promise.resolve()), { batchSeconds: 60 });
  const session = await limited.runtime.session(model);
  expect(await session.run({})).toEqual({});
  expect([session.name, session.lanes, session.inputNames]).toEqual(['slow graph', 1, ['x']]);
  await session.dispose();
});
