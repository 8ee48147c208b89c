/** @file Image bytes by signed address, out of real shards. */
import { decodeImage, readSyntheticMark } from '@colloid/formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { beginRun, completeRun, recordIteration } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestGateway } from '../testing/start.ts';
import { BUCKET_SECONDS, LEAST_LIFE_SECONDS, offeredWidth, UrlSigner } from './signed-url.ts';

describe('signed addresses', () => {
  const signer = new UrlSigner(TEST_SECRET);
  const source = { objectKey: 'blobs/ab/abcd', offset: 512, length: 4215 };
  const nowMs = 1_795_482_000_000;

  test('say what they were made for until they expire', () => {
    const url = signer.sign(source, { width: 128, nowMs });
    const verified = signer.verify(url, nowMs);
    expect(verified).toMatchObject({ source, width: 128 });
    const expiresMs = typeof verified === 'string' ? 0 : verified.expires * 1000;
    expect(expiresMs).toBeGreaterThan(nowMs + LEAST_LIFE_SECONDS * 1000);
    expect(signer.verify(url, expiresMs - 1)).toMatchObject({ source });
    expect(signer.verify(url, expiresMs)).toBe('EXPIRED');
  });

  test('stay the same within a bucket of time, so that a browser finds them in its cache', () => {
    const bucketStart = Math.floor(nowMs / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS * 1000;
    const urls = [0, 1, BUCKET_SECONDS * 1000 - 1].map((later) =>
      signer.sign(source, { nowMs: bucketStart + later }),
    );
    expect(new Set(urls).size).toBe(1);
    expect(signer.sign(source, { nowMs: bucketStart + BUCKET_SECONDS * 1000 })).not.toBe(urls[0]);
  });

  test('are refused when any part of them was changed, and from another installation', () => {
    const url = signer.sign(source, { width: 128, nowMs });
    const changes = [
      url.replace('width=128', 'width=512'),
      url.replace('512-4215', '512-9999'),
      url.replace(/expires=\d+/, 'expires=99999999999'),
      url.replace('/objects/', '/objects/A'),
      `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`,
    ];
    expect(changes.map((changed) => signer.verify(changed, nowMs))).toEqual(
      changes.map(() => 'BAD_SIGNATURE'),
    );
    expect(new UrlSigner('another secret').verify(url, nowMs)).toBe('BAD_SIGNATURE');
    expect(signer.verify(`${url}&width=64`, nowMs)).toBe('MALFORMED');
    expect(signer.verify('/objects/../etc/passwd', nowMs)).toBe('MALFORMED');
  });

  test('have one of the widths on offer, the next one up', () => {
    expect([1, 64, 65, 300, 5000].map(offeredWidth)).toEqual([64, 64, 96, 384, 512]);
  });
});

describe('over HTTP', () => {
  let gateway: TestGateway;
  let urls: { full: string; small: string; preview: string; bytes: number };

  beforeAll(async () => {
    gateway = await startTestGateway();
    const size = { identities: 3, variations: 1 };
    const seeded = await seedTeam({
      catalog: gateway.catalog,
      secret: TEST_SECRET,
      name: 'ada',
      ...size,
    });
    const { id: runId } = await seedRun(gateway.catalog, seeded);
    await beginRun(gateway, runId);
    await recordIteration(gateway, runId, 0);
    await completeRun(gateway, { runId, identities: 3, samples: 2 });
    const client = await signIn(gateway, seeded.email);
    const data = await client.data<{
      team: {
        dataset: {
          version: {
            identity: { reference: { full: string; small: string; imageBytes: number } };
          };
          run: { previews: [{ url: string }] };
        };
      };
    }>(`{ team(slug: "ada-lab") { dataset(slug: "faces") {
      version(number: 1) { identity(ordinal: 2) { reference { imageBytes full: imageUrl small: imageUrl(width: 60) } } }
      run(number: 1) { previews { url } } } } }`);
    const { version, run } = data.team.dataset;
    const { full, small, imageBytes: bytes } = version.identity.reference;
    urls = { full, small, bytes, preview: run.previews[0].url };
  });
  afterAll(() => gateway.stop());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, { headers });

  test('an image comes out of its shard as it was stored, and decodes', async () => {
    const response = await get(urls.full);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d{4}, immutable$/);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(bytes.byteLength).toBe(urls.bytes);
    expect(await decodeImage(bytes)).toMatchObject({ width: 96, height: 96 });
  });

  test('a narrower one is WebP and still says that it is synthetic', async () => {
    const response = await get(urls.small);
    expect(response.headers.get('content-type')).toBe('image/webp');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(await decodeImage(bytes)).toMatchObject({ width: 64, height: 64 });
    expect(await readSyntheticMark(bytes)).toMatchObject({ creatorTool: 'Colloid' });
  });

  test('one that the browser has already is not sent again', async () => {
    const etag = (await get(urls.small)).headers.get('etag') ?? '';
    const again = await get(urls.small, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
  });

  test('previews are images too', async () => {
    const bytes = new Uint8Array(await (await get(urls.preview)).arrayBuffer());
    expect((await decodeImage(bytes)).width).toBeGreaterThan(6 * 96);
  });

  test('what was changed or has expired is refused with a sentence', async () => {
    const changed = await get(urls.small.replace('width=64', 'width=65'));
    expect([changed.status, await changed.text()]).toEqual([
      403,
      'The address of this image has been changed; take a fresh one from the page or the API.\n',
    ]);
    const longAgo = new UrlSigner(TEST_SECRET).sign({ objectKey: 'blobs/ab/cd' }, { nowMs: 0 });
    const expired = await get(longAgo);
    expect([expired.status, await expired.text()]).toEqual([
      403,
      'The address of this image has expired; reload the page, or ask the API for a new one.\n',
    ]);
    expect(expired.headers.get('cache-control')).toBe('no-store');
  });

  test('an object that is gone is 404 and is not remembered', async () => {
    const objectKey = `blobs/00/${'0'.repeat(64)}`;
    const gone = await get(new UrlSigner(TEST_SECRET).sign({ objectKey }, { nowMs: Date.now() }));
    expect(gone.status).toBe(404);
    expect(gone.headers.get('cache-control')).toBe('no-store');
    expect(gone.headers.get('etag')).toBeNull();
  });
});
