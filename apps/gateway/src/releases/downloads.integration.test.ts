/** @file Downloads of a release over HTTP: in which pieces, and that the bytes are those of the signed manifest. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Release } from '@colloid/catalog';
import { openZip } from '@colloid/formats';
import { parseManifest, signingKeyOf, verifySignature } from '@colloid/pipeline/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { bytesOf, startPublishedWorld } from '../testing/published-world.ts';
import type { PublishedWorld } from '../testing/published-world.ts';
import { TEST_SECRET } from '../testing/start.ts';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

let world: PublishedWorld;
let gateway: PublishedWorld['gateway'];
let gated: Release;
let folder: string;

beforeAll(async () => {
  world = await startPublishedWorld();
  ({ gateway, gated } = world);
  folder = await mkdtemp(join(tmpdir(), 'colloid-downloads-'));
});

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

const get: PublishedWorld['get'] = (...asked) => world.get(...asked);
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function download(release: Release): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of ['manifest.json', 'manifest.sig', 'key.pem'])
    files.set(name, await bytesOf(await get(release, name)));
  const manifest = parseManifest(String(files.get('manifest.json')));
  for (const { name } of manifest.files) {
    const path = name === 'dataset.zip' ? name : `files/${name}`;
    files.set(name, await bytesOf(await get(release, path)));
  }
  return files;
}

describe('what is downloaded', () => {
  test('is what the manifest lists, and the manifest is signed', async () => {
    await gateway.catalog.releases.acceptReleaseTerms({
      actor: world.lab.actor,
      releaseId: gated.id,
    });
    const files = await download(gated);
    const manifestBytes = files.get('manifest.json') ?? Buffer.alloc(0);
    const manifest = parseManifest(manifestBytes.toString());
    expect(manifest).toMatchObject({
      dataset: { team: 'lab-lab', slug: 'faces' },
      release: { semanticVersion: '1.0.0' },
      counts: { identities: 4, images: 12 },
      approvals: [{ by: { name: 'reviewer' } }],
      publishedBy: { name: 'lab' },
    });
    expect(manifest.candidateDigest).toBe(gated.candidateDigest);
    const publicKey = String(files.get('key.pem'));
    expect(publicKey).toBe(signingKeyOf(TEST_SECRET).publicKey);
    const signature = String(files.get('manifest.sig'));
    expect(verifySignature(manifestBytes, signature, { publicKey })).toMatchObject({
      isGood: true,
      keyId: manifest.keyId,
    });
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'dataset.zip',
      'README.md',
      'shard-000000.tar',
    ]);
    for (const { name, sizeBytes, sha256 } of manifest.files) {
      const bytes = files.get(name) ?? Buffer.alloc(0);
      expect([name, bytes.length, digestOf(bytes)]).toEqual([name, sizeBytes, sha256]);
    }
    const path = join(folder, 'dataset.zip');
    await writeFile(path, files.get('dataset.zip') ?? '');
    const archive = await openZip(path, { mostFiles: 100, mostBytesPerFile: 1e6 });
    expect(archive.names).toHaveLength(13);
    expect(new Set(archive.names.map((name) => name.split('/')[0])).size).toBe(5);
    archive.close();
    const unzip = await promisify(execFile)('unzip', ['-t', path]).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (unzip !== null) expect(unzip.stdout).toContain('No errors detected');
  });

  test('comes in ranges that make the whole, also when the connection breaks', async () => {
    const whole = await bytesOf(await get(gated, 'dataset.zip'));
    const pieces: Buffer[] = [];
    let etag = '';
    for (let at = 0; at < whole.length;) {
      const headers = { range: `bytes=${at}-`, ...(etag === '' ? {} : { 'if-range': etag }) };
      const response = await get(gated, 'dataset.zip', { headers });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(
        `bytes ${at}-${whole.length - 1}/${whole.length}`,
      );
      etag = response.headers.get('etag') ?? '';
      // What a broken connection leaves: some of the bytes, and then nothing.
      const reader = response.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      const some = Buffer.from(value ?? []).subarray(0, Math.ceil(whole.length / 9));
      await reader?.cancel();
      pieces.push(some);
      at += some.length;
    }
    expect(pieces.length).toBeGreaterThan(8);
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    const last = await get(gated, 'dataset.zip', { headers: { range: 'bytes=-22' } });
    expect((await bytesOf(last)).equals(whole.subarray(-22))).toBe(true);
  });

  test('is described by HEAD, not sent twice, and not continued as another file', async () => {
    const head = await get(gated, 'dataset.zip', { method: 'HEAD' });
    const size = Number(head.headers.get('content-length'));
    expect([head.status, head.headers.get('accept-ranges'), await head.text()]).toEqual([
      200,
      'bytes',
      '',
    ]);
    const etag = head.headers.get('etag') ?? '';
    const unchanged = await get(gated, 'dataset.zip', { headers: { 'if-none-match': etag } });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
    const other = await get(gated, 'dataset.zip', {
      headers: { range: 'bytes=5-', 'if-range': '"another"' },
    });
    expect([other.status, (await bytesOf(other)).length]).toEqual([200, size]);
    const behind = await get(gated, 'dataset.zip', { headers: { range: `bytes=${size}-` } });
    expect(behind.status).toBe(416);
    expect(behind.headers.get('content-range')).toBe(`bytes */${size}`);
    for (const path of ['files/secret.txt', 'files/..%2F..%2Fetc%2Fpasswd', 'shards', '']) {
      expect((await get(gated, path)).status).toBe(404);
    }
  });

  test('is refused with a sentence where a shard has gone, before a byte is sent', async () => {
    const { store, catalog } = gateway;
    const [shard] = await catalog.prisma.shard.findMany({ where: { kind: 'IMAGES' } });
    const key = shard?.objectKey ?? '';
    const bytes = await store.get(key);
    await store.delete(key);
    const response = await get(gated, 'files/shard-000000.tar', {
      headers: { range: 'bytes=512-' },
    });
    await store.put(key, bytes);
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { message: expect.stringContaining('no longer in the object store') as string },
    ]);
  });
});
