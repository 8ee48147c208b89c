import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { makeTeam, openTestCatalog, type TestCatalog } from '@colloid/catalog/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openQueue, type Queue } from '../queue/queue.ts';
import { deliverWebhook, queueDeliveries } from './deliver.ts';
import { postOnce } from './post.ts';
import { isPrivateAddress } from './private-addresses.ts';
import { signDelivery, verifyDelivery } from './signature.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with the given statuses, the last one for ever. */
async function receive(statuses: readonly number[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      const status = statuses[Math.min(received.length, statuses.length) - 1] ?? 200;
      response.writeHead(status, { location: 'http://169.254.169.254/' }).end('thanks');
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { port, received, close: () => server.close() };
}

describe('with a database and a queue', () => {
  let open: TestCatalog;
  let queue: Queue;
  const over = new AbortController();
  let queueing: Promise<void>;
  beforeAll(async () => {
    open = await openTestCatalog();
    queue = await openQueue({
      databaseUrl: open.databaseUrl,
      onError: (error) => {
        throw error;
      },
      deliveryRetrySeconds: 1,
    });
    const { catalog } = open;
    await queue.workDeliveries(async ({ deliveryId }) => {
      const ending = await deliverWebhook({
        catalog,
        deliveryId,
        allowPrivate: true,
        now: Date.now,
      });
      if (ending === 'AGAIN') throw new Error('due again');
    });
    queueing = queueDeliveries({
      catalog,
      queue,
      signal: over.signal,
      onFault: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    over.abort();
    await queueing;
    await queue.stop();
    await open.close();
  });

  test('a server that fails twice has the event at the third try, signed, and it can be sent again', async () => {
    const { catalog } = open;
    const { owner: actor, team } = await makeTeam(catalog, 'hooks');
    const receiver = await receive([500, 302, 200]);
    const { webhook, secret } = await catalog.webhooks.createWebhook({
      actor,
      teamId: team.id,
      url: `http://127.0.0.1:${receiver.port}/hook`,
    });
    const webhookId = webhook.id;
    const delivered = async (count: number) => {
      const { edges } = await catalog.webhooks.listDeliveries({ actor, webhookId });
      const done = edges.filter(({ node }) => node.state === 'DELIVERED');
      return done.length >= count ? done.map(({ node }) => node) : null;
    };
    await expect.poll(() => delivered(1), { timeout: 40_000 }).not.toBeNull();
    const [ping] = (await delivered(1)) ?? [];
    expect(receiver.received).toHaveLength(3);
    for (const { headers, body } of receiver.received) {
      const header = String(headers['colloid-signature']);
      const nowSeconds = Date.now() / 1000;
      expect(verifyDelivery({ secret, header, body, nowSeconds })).toBe(true);
      expect(verifyDelivery({ secret, header, body: `${body} `, nowSeconds })).toBe(false);
      expect(JSON.parse(body)).toMatchObject({ action: 'ping', team: { slug: 'hooks' } });
      expect(headers).toMatchObject({ 'colloid-event': 'ping', 'colloid-delivery': ping?.id });
    }
    const deliveryIds = [ping?.id ?? ''];
    const [attempts] = await catalog.webhooks.attemptsOf({ actor, deliveryIds });
    expect(attempts?.map(({ status }) => status)).toEqual([500, 302, 200]);
    expect(attempts?.[1]?.error).toContain('redirects are not followed');
    await catalog.webhooks.redeliver({ actor, deliveryId: ping?.id ?? '' });
    await expect.poll(() => delivered(2), { timeout: 20_000 }).not.toBeNull();
    expect(receiver.received[3]?.body).toBe(receiver.received[2]?.body);
    receiver.close();
  }, 90_000);
});

describe('an address', () => {
  test.for([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['100.64.0.1', true],
    ['169.254.169.254', true],
    ['172.31.255.255', true],
    ['192.168.1.1', true],
    ['0.0.0.0', true],
    ['255.255.255.255', true],
    ['::1', true],
    ['::', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:7f00:1', true],
    ['64:ff9b::7f00:1', true],
    ['2002:7f00:1::', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['ff02::1', true],
    ['8.8.8.8', false],
    ['172.32.0.1', false],
    ['2606:4700:4700::1111', false],
  ] as const)('%s is private: %s', ([address, isPrivate]) => {
    expect(isPrivateAddress(address)).toBe(isPrivate);
  });

  test.for([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0:PORT/',
  ])('%s is not connected to unless the configuration allows it', async (pattern) => {
    const receiver = await receive([200]);
    const url = pattern.replace('PORT', String(receiver.port));
    const post = (allowPrivate: boolean) =>
      postOnce({ url, headers: {}, body: '{}', allowPrivate });
    await expect(post(false)).rejects.toMatchObject({
      code: 'WEBHOOK_REFUSED',
      message: expect.stringContaining('COLLOID_WEBHOOKS_PRIVATE'),
    });
    expect(receiver.received).toEqual([]);
    if (!pattern.includes('::')) expect(await post(true)).toBe(200);
    receiver.close();
  });
});

test('a signature holds for its body and its time', () => {
  const secret = 'whsec_x';
  const header = signDelivery({ secret, seconds: 1_700_000_000, body: '{"a":1}' });
  const check = (nowSeconds: number, given = header) =>
    verifyDelivery({ secret, header: given, body: '{"a":1}', nowSeconds });
  expect(header).toMatchInlineSnapshot(
    `"t=1700000000,v1=b3438763ab46d9634b9844c8722818eaf523f803db1327484c6067462a5fd6d1"`,
  );
  expect([check(1_700_000_100), check(1_700_000_301), check(1_699_999_000)]).toEqual([
    true,
    false,
    false,
  ]);
  expect(check(1_700_000_100, 't=1,v1=zz')).toBe(false);
});
