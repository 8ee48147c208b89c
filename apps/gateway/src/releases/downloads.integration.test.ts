/** @file Downloads of a release over HTTP: who gets them, in which pieces, and that the bytes are those of the signed manifest. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Actor, CheckName, Release } from '@colloid/catalog';
import { DATASHEET_QUESTIONS, openZip } from '@colloid/formats';
import { checkRelease } from '@colloid/pipeline';
import {
  PackingReader,
  parseManifest,
  sealer,
  signingKeyOf,
  verifySignature,
} from '@colloid/pipeline/client';
import { openRuntime } from '@colloid/sampler';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { ensureUser } from '../auth/users.ts';
import { toGlobalId } from '../ids.ts';
import { createLog } from '../log.ts';
import { beginRun, completeRun } from '../testing/seed-run.ts';
import { SEED_PASSWORD, seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestGateway } from '../testing/start.ts';
import { releaseRoutes } from './routes.ts';

vi.setConfig({ hookTimeout: 120_000, testTimeout: 60_000 });

const REASON = 'A face in it turned out to be somebody.';

let gateway: TestGateway;
let lab: SeededTeam;
let reviewer: Actor;
let versionId: string;
let gated: Release;
let cookies: { readonly owner: string; readonly outsider: string };
let folder: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'colloid-downloads-'));
  const { catalog, store } = gateway;
  const size = { identities: 6, variations: 3 };
  lab = await seedTeam({ catalog, secret: TEST_SECRET, name: 'lab', ...size });
  const { actor, team } = lab;
  reviewer = await person('reviewer');
  await catalog.teams.addMember({ actor, teamId: team.id, ...reviewer, role: 'REVIEWER' });
  await person('outsider');
  await catalog.releases.setReleasePolicy({
    actor,
    teamId: team.id,
    requiredChecks: ['SHARD_INTEGRITY', 'SYNTHETIC_MARK', 'LICENCES', 'DATASHEET'],
  });
  const run = await seedRun(catalog, lab);
  await beginRun({ catalog, store }, run.id);
  const whole = await completeRun({ catalog, store }, { runId: run.id, identities: 6, samples: 4 });
  const subset = await catalog.subsets.materialiseSubset({
    actor,
    from: { versionId: whole.id, query: { maxIdentities: 4, perIdentity: 3, seed: 1 } },
  });
  versionId = subset.id;
  gated = await publish({ semanticVersion: '1.0.0', isGated: true });
  const [owner, outsider] = await Promise.all(
    [lab.email, 'outsider@example.org'].map((email) => signIn(gateway, email)),
  );
  cookies = { owner: owner?.cookie ?? '', outsider: outsider?.cookie ?? '' };
});

afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

async function person(name: string): Promise<{ readonly userId: string }> {
  const { catalog } = gateway;
  const email = `${name}@example.org`;
  const account = { catalog, secret: TEST_SECRET, email, name, password: SEED_PASSWORD };
  return { userId: (await ensureUser(account)).id };
}

/** Drafts, checks, approves and publishes a release as people and a worker do. */
async function publish(options: {
  readonly semanticVersion: string;
  readonly isGated: boolean;
}): Promise<Release> {
  const { catalog, store } = gateway;
  const { actor } = lab;
  const { id: releaseId, candidateDigest } = await catalog.releases.createRelease({
    actor,
    versionId,
    semanticVersion: options.semanticVersion,
    title: 'Faces for tests',
    terms: {
      licence: 'CC-BY-4.0',
      text: 'Be kind.',
      isGated: options.isGated,
      reach: 'PUBLIC',
    },
    datasheet: DATASHEET_QUESTIONS.map((question) => ({ question, answer: 'For tests.' })),
  });
  const checks: CheckName[] = [];
  await catalog.releases.requestReview({ actor, releaseId }, async (_, names) => {
    checks.push(...names);
  });
  const runtime = await openRuntime({ provider: 'cpu', threads: 1 });
  try {
    for (const check of checks) {
      await checkRelease({
        catalog,
        store,
        runtime,
        check,
        signal: new AbortController().signal,
        onFault: (error) => {
          throw error;
        },
      });
    }
  } finally {
    await runtime.close();
  }
  await catalog.releases.reviewRelease({
    actor: reviewer,
    releaseId,
    candidateDigest,
    decision: 'APPROVE',
  });
  const reader = new PackingReader(store);
  const key = signingKeyOf(TEST_SECRET);
  return catalog.releases.publishRelease(
    { actor, releaseId, candidateDigest },
    sealer({ reader, key }),
  );
}

function get(
  release: Release,
  path: string,
  options: {
    readonly cookie?: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Response> {
  const { cookie = cookies.owner, method = 'GET', headers = {} } = options;
  return fetch(`${gateway.url}/api/releases/${toGlobalId('Release', release)}/${path}`, {
    method,
    headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
  });
}

const bytesOf = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function download(release: Release, cookie = cookies.owner): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const name of ['manifest.json', 'manifest.sig', 'key.pem'])
    files.set(name, await bytesOf(await get(release, name, { cookie })));
  const manifest = parseManifest(String(files.get('manifest.json')));
  for (const { name } of manifest.files) {
    const path = name === 'dataset.zip' ? name : `files/${name}`;
    files.set(name, await bytesOf(await get(release, path, { cookie })));
  }
  return files;
}

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
    const { userId } = await person('outsider');
    await gateway.catalog.releases.acceptReleaseTerms({ actor: { userId }, releaseId: gated.id });
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

describe('what is downloaded', () => {
  test('is what the manifest lists, and the manifest is signed', async () => {
    await gateway.catalog.releases.acceptReleaseTerms({
      actor: lab.actor,
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
