/** @file The proxy in front of a web application that misbehaves. */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { createServer as createSocketServer } from 'node:net';

import { pino } from 'pino';
import { expect, test } from 'vitest';

import { createWebProxy } from './web-proxy.ts';

async function listen(server: NetServer): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a web application that takes the connection and never answers ends in the page that says so', async () => {
  const mute = createSocketServer(() => undefined);
  const webUrl = await listen(mute);
  const proxy = createWebProxy({ webUrl, log: pino({ enabled: false }), answerTimeoutMs: 50 });
  const front = createServer((request, response) => proxy.request(request, response));
  try {
    const response = await fetch(await listen(front));
    expect(response.status).toBe(502);
    expect(await response.text()).toContain(`${webUrl} does not answer`);
  } finally {
    proxy.close();
    front.close();
    mute.close();
  }
});

test('an answer that breaks off in the middle breaks off for the browser too, and does not leave it waiting', async () => {
  const halfway: ServerResponse[] = [];
  // One is cut once its half has arrived. The other says no more, for longer than a busy machine stops in between.
  for (const isCut of [true, false]) {
    const web = createServer((_request, response) => {
      response.write('half of a page');
      halfway.push(response);
    });
    const webUrl = await listen(web);
    const silence = isCut ? {} : { answerTimeoutMs: 1000 };
    const proxy = createWebProxy({ webUrl, log: pino({ enabled: false }), ...silence });
    const front = createServer((request, response) => proxy.request(request, response));
    try {
      const response = await fetch(await listen(front));
      expect(response.status).toBe(200);
      if (isCut) halfway.at(-1)?.destroy();
      await expect(response.text()).rejects.toThrow('terminated');
    } finally {
      proxy.close();
      front.close();
      web.closeAllConnections();
      web.close();
    }
  }
});
