import { execFile } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { isPipelineError } from '../errors.ts';
import { manifestText, parseManifest } from './manifest.ts';
import { signingKeyOf, verifySignature, ZSignature } from './signing.ts';

const SECRET = 'a secret of at least thirty-two characters';
const person = { id: 'u1', name: 'Ada' };
const at = '2026-11-28T12:00:00.000Z';
const FACTS = {
  dataset: { team: 'lab', slug: 'faces', title: 'Faces' },
  release: { number: 1, semanticVersion: '1.0.0', title: 'First', notes: '' },
  versionNumber: 3,
  versionDigest: 'ab',
  candidateDigest: 'cd',
  counts: { identities: 2, images: 8 },
  terms: { licence: 'CC-BY-4.0', text: '', isGated: false, reach: 'PUBLIC' },
  checks: [
    {
      kind: 'DATASHEET',
      state: 'PASSED',
      sentence: 'All questions are answered.',
      evidenceDigest: 'e'.repeat(64),
      finishedAt: at,
    },
  ],
  approvals: [{ by: person, at, candidateDigest: 'cd' }],
  packingDigest: 'd'.repeat(64),
  publishedAt: at,
  publishedBy: person,
  keyId: signingKeyOf(SECRET).id,
};
const file = (name: string) => ({ name, sizeBytes: 3, sha256: 'f'.repeat(64) });
const PACKING = {
  packing: 1,
  versionDigest: 'ab',
  documents: [],
  shards: [],
  zip: file('dataset.zip'),
} as const;

test('a manifest has one text and one signature, which one other bit spoils', () => {
  const key = signingKeyOf(SECRET);
  const text = manifestText(FACTS, { ...PACKING, documents: [], shards: [] });
  expect(parseManifest(text)).toEqual({
    ...FACTS,
    colloidManifest: 1,
    files: [file('dataset.zip')],
  });
  const bytes = Buffer.from(text);
  const signature = key.sign(bytes);
  expect(signature).toBe(signingKeyOf(SECRET).sign(bytes));
  const { publicKey } = key;
  const trusted = { isGood: true, keyId: key.id, isTrusted: true };
  expect(verifySignature(bytes, signature, { publicKey })).toEqual(trusted);
  expect(verifySignature(bytes, signature)).toMatchObject({ isGood: true, isTrusted: false });
  for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
    const spoiled = Buffer.from(bytes);
    spoiled[place] = (spoiled[place] ?? 0) ^ 1;
    expect(verifySignature(spoiled, signature, { publicKey }).isGood).toBe(false);
  }
  const other = signingKeyOf(`${SECRET} of somebody else`);
  expect(other.id).not.toBe(key.id);
  expect(verifySignature(bytes, signature, { publicKey: other.publicKey }).isGood).toBe(false);
});

test('the id is that of the public key, and openssl verifies the signature', async () => {
  const key = signingKeyOf(SECRET);
  const spki = createPublicKey(key.publicKey).export({ format: 'der', type: 'spki' });
  expect(createHash('sha256').update(spki).digest('hex').startsWith(key.id)).toBe(true);
  const folder = await mkdtemp(join(tmpdir(), 'colloid-signing-'));
  try {
    const { signature } = ZSignature.parse(JSON.parse(key.sign(Buffer.from('manifest'))));
    const path = (name: string): string => join(folder, name);
    await writeFile(path('key.pem'), key.publicKey);
    await writeFile(path('manifest'), 'manifest');
    await writeFile(path('signature'), Buffer.from(signature, 'base64'));
    const names = [
      '-inkey',
      path('key.pem'),
      '-in',
      path('manifest'),
      '-sigfile',
      path('signature'),
    ];
    const { stdout } = await promisify(execFile)('openssl', [
      'pkeyutl',
      '-verify',
      '-pubin',
      '-rawin',
      ...names,
    ]).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return { stdout: 'Signature Verified Successfully' };
      throw error;
    });
    expect(stdout).toContain('Verified Successfully');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is no signature, no key and no manifest is told so', () => {
  const refusal = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (isPipelineError(error)) return error.code;
    }
    return 'nothing';
  };
  const signature = signingKeyOf(SECRET).sign(Buffer.from('a'));
  expect(refusal(() => verifySignature(Buffer.from('a'), 'PK'))).toBe('INVALID_SIGNATURE');
  const publicKey = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
  expect(refusal(() => verifySignature(Buffer.from('a'), signature, { publicKey }))).toBe(
    'INVALID_SIGNATURE',
  );
  expect(refusal(() => parseManifest('{'))).toBe('INVALID_MANIFEST');
  const escaping = manifestText(FACTS, { ...PACKING, documents: [], shards: [] }).replace(
    'dataset.zip',
    '../../etc/passwd',
  );
  expect(refusal(() => parseManifest(escaping))).toBe('INVALID_MANIFEST');
});
