import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { manifestText, signingKeyOf } from '@colloid/pipeline/manifest';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { type Finished, runColloid } from '../../testing/run-colloid.ts';

const KEY = signingKeyOf('the secret of the installation that published it');
const FILES = { 'dataset.zip': 'PK and so on', 'README.md': '# Faces', 'shard-000000.tar': 'tar' };

let folder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-verify-'));
  const file = (name: keyof typeof FILES) => ({
    name,
    sizeBytes: FILES[name].length,
    sha256: createHash('sha256').update(FILES[name]).digest('hex'),
  });
  const shard = {
    source: { key: 'blobs/ab', sizeBytes: 3 },
    isStored: true,
    prefix: '',
    images: 8,
    table: 'a'.repeat(64),
    localBytes: 0,
    centralBytes: 0,
  };
  const text = manifestText(
    {
      dataset: { team: 'lab', slug: 'faces', title: 'Faces' },
      release: { number: 1, semanticVersion: '1.0.0', title: 'First', notes: '' },
      versionNumber: 3,
      versionDigest: 'ab',
      candidateDigest: 'cd',
      counts: { identities: 2, images: 8 },
      terms: { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'PUBLIC' },
      checks: [],
      approvals: [
        { by: { id: 'b', name: 'Bo' }, at: '2026-11-28T11:00:00.000Z', candidateDigest: 'cd' },
      ],
      packingDigest: 'e'.repeat(64),
      publishedAt: '2026-11-28T12:00:00.000Z',
      publishedBy: { id: 'a', name: 'Ada' },
      keyId: KEY.id,
    },
    {
      packing: 1,
      versionDigest: 'ab',
      documents: [{ ...file('README.md'), crc32: 0 }],
      shards: [{ ...file('shard-000000.tar'), ...shard }],
      zip: file('dataset.zip'),
    },
  );
  await writeFile(at('manifest.json'), text);
  await writeFile(at('manifest.sig'), KEY.sign(Buffer.from(text)));
  await writeFile(at('key.pem'), KEY.publicKey);
  for (const [name, content] of Object.entries(FILES)) await writeFile(at(name), content);
});
afterEach(() => rm(folder, { recursive: true }));

const verify = (...options: readonly string[]): Promise<Finished> =>
  runColloid(['release', 'verify', at('manifest.json'), ...options], {});

test('a release as it was published is found right, with the key that is trusted or without', async () => {
  const trusted = await verify('--key', at('key.pem'), '--files', folder);
  expect(trusted.stderr).toBe('');
  expect(trusted.exitCode).toBe(0);
  expect(trusted.stdout).toContain('lab/faces 1.0.0: 8 images of 2 identities');
  expect(trusted.stdout).toContain('approved by Bo');
  expect(trusted.stdout).toContain(`good  signature by key ${KEY.id}, the key that was given`);
  expect(trusted.stdout.match(/^right /gm)).toHaveLength(3);
  await rm(at('shard-000000.tar'));
  const plain = await verify('--files', folder, '--json');
  expect(plain.exitCode).toBe(0);
  expect(JSON.parse(plain.stdout)).toMatchObject({
    isGood: true,
    isTrusted: false,
    files: [{ state: 'right' }, { state: 'right' }, { state: 'absent' }],
  });
});

test('an altered manifest, another key and an altered file are each told, with status 1', async () => {
  await writeFile(at('README.md'), '# Other');
  const file = await verify('--files', folder);
  expect(file.exitCode).toBe(1);
  expect(file.stderr).toMatch(/Not as released: README\.md \(SHA-256 .* in place of/);
  await writeFile(at('key.pem'), signingKeyOf('the secret of somebody else entirely').publicKey);
  const other = await verify('--key', at('key.pem'));
  expect([other.exitCode, other.stderr]).toMatchObject([
    1,
    expect.stringContaining('is not what the key'),
  ]);
  const text = (await readFile(at('manifest.json'), 'utf8')).replace('"images":8', '"images":9');
  await writeFile(at('manifest.json'), text);
  const altered = await verify();
  expect(altered.exitCode).toBe(1);
  expect(altered.stdout).toContain('WRONG signature');
});

test('what cannot be read is one sentence', async () => {
  await rm(at('manifest.sig'));
  const missing = await verify();
  expect(missing.exitCode).toBe(1);
  expect(missing.stderr).toMatch(/^colloid: Cannot read the signature .*\n$/);
  const elsewhere = await verify('--signature', at('key.pem'));
  expect(elsewhere.stderr).toContain('none of Colloid; download manifest.sig again');
});
