/** @file Who gets the files of a release over HTTP, and who is told why not. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import type { Release } from '@colloid/catalog';
import { PackingReader } from '@colloid/pipeline/client';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { createLog } from '../log.ts';
import { bytesOf, startPublishedWorld } from '../testing/published-world.ts';
import type { PublishedWorld } from '../testing/published-world.ts';
import { releaseRoutes } from './routes.ts';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

const REASON = 'A face in it turned out to be somebody.';

let world: PublishedWorld;
let gateway: PublishedWorld['gateway'];
let lab: PublishedWorld['lab'];
let gated: Release;
let cookies: PublishedWorld['cookies'];

beforeAll(async () => {
  world = await startPublishedWorld();
  ({ gateway, lab, gated, cookies } = world);
});
afterAll(() => gateway.stop());

const get: PublishedWorld['get'] = (...asked) => world.get(...asked);
const publish: PublishedWorld['publish'] = (options) => world.publish(options);

describe('who gets a release', () => {
  test('nobody without signing in, and an unknown id is as if it did not exist', async () => {
    for (const path of ['manifest.json', 'dataset.zip', 'files/shard-000000.tar']) {
      const response = await get(gated, path, { cookie: '' });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const unknown = { ...gated, id: '00000000-0000-7000-8000-000000000000' };
    for (const path of ['manifest.json', 'dataset.zip'])
      expect((await get(unknown, path)).status).toBe(404);
    for (const id of ['nonsense', toGlobalId('Team', lab.team)]) {
      const response = await fetch(`${gateway.url}/api/releases/${id}/manifest.json`, {
        headers: { cookie: cookies.owner },
      });
      expect(response.status).toBe(404);
    }
    const wrong = await fetch(
      `${gateway.url}/api/releases/${toGlobalId('Release', gated)}/manifest.json`,
      { headers: { authorization: 'Bearer colloid_none' } },
    );
    expect([wrong.status, await wrong.json()]).toMatchObject([401, { code: 'API_KEY_UNKNOWN' }]);
  });

  test('whoever has agreed to its terms; the manifest is read before', async () => {
    const cookie = cookies.outsider;
    expect((await get(gated, 'manifest.json', { cookie })).status).toBe(200);
    const refused = await get(gated, 'dataset.zip', { cookie });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('etag')).toBeNull();
    expect(await refused.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('agree to its terms') as string,
    });
    const { outsider: actor } = world;
    await gateway.catalog.releases.acceptReleaseTerms({ actor, releaseId: gated.id });
    const response = await get(gated, 'dataset.zip', { cookie });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="dataset.zip"');
    await bytesOf(response);
  });

  test('each file is noted once per person and day', async () => {
    const actor = lab.actor;
    const open = await publish({ semanticVersion: '1.1.0', isGated: false });
    for (const range of ['bytes=0-9', 'bytes=10-19', 'bytes=20-'])
      await bytesOf(await get(open, 'dataset.zip', { headers: { range } }));
    await get(open, 'dataset.zip', { method: 'HEAD', cookie: cookies.outsider });
    await bytesOf(await get(open, 'files/README.md', { cookie: cookies.outsider }));
    await bytesOf(await get(open, 'manifest.json', { cookie: cookies.outsider }));
    const { edges } = await gateway.catalog.releases.listDownloads({ actor, releaseId: open.id });
    // The team answers for what it hands out, so it is told the names of others too.
    expect(edges.map(({ node }) => [node.file, node.name])).toEqual([
      ['README.md', 'outsider'],
      ['dataset.zip', expect.any(String)],
    ]);
  });
});

test('a retracted release answers 410 with the reason, and its manifest as well', async () => {
  const { releases } = gateway.catalog;
  const { id: releaseId } = gated;
  await releases.retractRelease({ actor: lab.actor, releaseId, reason: REASON });
  for (const path of ['manifest.json', 'dataset.zip', 'files/shard-000000.tar']) {
    for (const cookie of [cookies.owner, cookies.outsider]) {
      const response = await get(gated, path, { cookie });
      expect(response.status).toBe(410);
      expect(await response.json()).toMatchObject({
        code: 'GONE',
        message: expect.stringContaining(REASON) as string,
      });
    }
  }
});

test('more downloads at once than a gateway sends are told when to come again', async () => {
  const held = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  class HeldReader extends PackingReader {
    override async packing(digest: string) {
      reached.resolve();
      await held.promise;
      return super.packing(digest);
    }
  }
  const { catalog, store } = gateway;
  const open = await publish({ semanticVersion: '9.0.0', isGated: false });
  const app = express();
  app.use(
    releaseRoutes({
      catalog,
      store,
      packings: new HeldReader(store),
      contextOf: async () => ({ actor: lab.actor, refusal: null }),
      log: createLog('silent'),
      mostDownloads: 1,
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/${toGlobalId('Release', open)}/dataset.zip`;
    const first = fetch(url);
    await reached.promise;
    const second = await fetch(url);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await second.json()).toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining('1 files are being sent already') as string,
    });
    held.resolve();
    await bytesOf(await first);
    expect((await fetch(url)).status).toBe(200);
  } finally {
    held.resolve();
    server.closeAllConnections();
    server.close();
  }
});
