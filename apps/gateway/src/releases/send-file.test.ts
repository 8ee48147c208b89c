/** @file A download that ends before its first byte leaves nothing of the object store open. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { openObjectStore } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { sendFile } from './send-file.ts';

/** More than is sent in one write, so that the store has not been read to its end when the first byte is there. */
const SIZE_BYTES = 1024 * 1024;
const KEY = 'large';

let memory: ObjectStore;
beforeAll(async () => {
  memory = await openObjectStore({ kind: 'memory' });
  await memory.put(KEY, new Uint8Array(SIZE_BYTES));
});
afterAll(() => memory.close());

/** Serves one file; `open` is the number of streams of the store that nobody has closed. */
async function serve(onSend: () => Promise<void>) {
  let open = 0;
  const stream: ObjectStore['stream'] = async (...asked) => {
    const pieces = await memory.stream(...asked);
    return (async function* () {
      open += 1;
      try {
        yield* pieces;
      } finally {
        open -= 1;
      }
    })();
  };
  const store = new Proxy(memory, {
    get: (target, name) => (name === 'stream' ? stream : Reflect.get(target, name)) as unknown,
  });
  const part = { key: KEY, offset: 0, length: SIZE_BYTES };
  const file = {
    name: 'large.tar',
    contentType: 'application/x-tar',
    sizeBytes: SIZE_BYTES,
    sha256: 'a'.repeat(64),
    sections: [{ sizeBytes: SIZE_BYTES, parts: () => [part] }],
  };
  const ended = Promise.withResolvers<void>();
  const app = express().get('/', (request, response) =>
    sendFile({ request, response, file, store, onSend })
      .catch(() => {
        response.removeHeader('Content-Length');
        response.status(410).end();
      })
      .finally(ended.resolve),
  );
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    server,
    ended: ended.promise,
    openStreams: () => open,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('because it may not begin after all', async () => {
  let openThen = 0;
  const served = await serve(() => {
    openThen = served.openStreams();
    return Promise.reject(new Error('It was retracted meanwhile.'));
  });
  try {
    expect((await fetch(served.url)).status).toBe(410);
    await served.ended;
    expect([openThen, served.openStreams()]).toEqual([1, 0]);
  } finally {
    served.close();
  }
});

test('because who asked for it has left', async () => {
  const [reached, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const served = await serve(async () => {
    reached.resolve();
    await left.promise;
  });
  served.server.on('request', (_request, response) => response.once('close', left.resolve));
  try {
    const leaving = new AbortController();
    const asked = fetch(served.url, { signal: leaving.signal });
    const refused = expect(asked).rejects.toThrow();
    await reached.promise;
    expect(served.openStreams()).toBe(1);
    leaving.abort();
    await refused;
    await served.ended;
    expect(served.openStreams()).toBe(0);
  } finally {
    left.resolve();
    served.close();
  }
});

test('and one that goes to its end leaves nothing open either', async () => {
  const served = await serve(() => Promise.resolve());
  try {
    const bytes = await (await fetch(served.url)).arrayBuffer();
    await served.ended;
    expect([bytes.byteLength, served.openStreams()]).toEqual([SIZE_BYTES, 0]);
  } finally {
    served.close();
  }
});
