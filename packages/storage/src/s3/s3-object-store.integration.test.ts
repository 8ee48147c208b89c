import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import { isStorageError } from '../errors.ts';
import type { StorageError } from '../errors.ts';
import { openObjectStore } from '../open-object-store.ts';
import { describeObjectStore } from '../testing/conformance.ts';
import { describeWithMinio } from '../testing/describe-with-minio.ts';
import type { S3Config } from './s3-config.ts';

async function failure(config: S3Config): Promise<StorageError> {
  const error: unknown = await openObjectStore({ kind: 's3', ...config }).then(
    () => new Error('no error'),
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw error;
  return error;
}

const ANYWHERE: S3Config = {
  endpoint: 'http://127.0.0.1:9',
  bucket: 'faces',
  accessKey: 'key',
  secretKey: 'secret-key',
};

describeWithMinio('the S3 store on MinIO', (minio) => {
  const config = (): S3Config => ({ ...minio(), bucket: `b-${randomUUID()}`, createBucket: true });

  describeObjectStore(() => openObjectStore({ kind: 's3', ...config() }));

  it('gives direct URLs that a browser can read until they expire', async () => {
    const store = await openObjectStore({ kind: 's3', ...config() });
    await store.put('a/b c.webp', Buffer.from('face'), { contentType: 'image/webp' });
    const url = await store.presign('a/b c.webp', 60);
    const answer = await fetch(url ?? '');
    expect(answer.headers.get('content-type')).toBe('image/webp');
    expect(await answer.text()).toBe('face');
    const tampered = await fetch((url ?? '').replace('b%20c', 'other'));
    expect(tampered.status).toBe(403);
    await tampered.body?.cancel();
    await store.close();
  });

  it('opens a bucket that is there already, also with its region given', async () => {
    const existing = config();
    await (await openObjectStore({ kind: 's3', ...existing })).close();
    const again = await openObjectStore({ kind: 's3', ...existing, region: 'us-east-1' });
    await again.probe();
    await again.close();
  });

  it('says which of access key, secret key and bucket is wrong', async () => {
    const right = config();
    await (await openObjectStore({ kind: 's3', ...right })).close();
    const wrongKey = await failure({ ...right, accessKey: 'someone-else' });
    expect(wrongKey.code).toBe('CREDENTIALS');
    expect(wrongKey.message).toContain('does not know the access key; check the access key');
    const wrongSecret = await failure({ ...right, secretKey: 'not-the-secret' });
    expect(wrongSecret.code).toBe('CREDENTIALS');
    expect(wrongSecret.message).toContain('the secret key does not belong to the access key');
    const wrongBucket = await failure({ ...right, bucket: 'not-there', createBucket: false });
    expect(wrongBucket.code).toBe('BUCKET_MISSING');
    expect(wrongBucket.message).toBe(
      `Cannot use bucket 'not-there': there is no bucket 'not-there' at ${right.endpoint}; create it, or correct the bucket's name.`,
    );
  });

  it('never puts a secret into an error', async () => {
    const secretKey = 'super-secret-value';
    const error = await failure({ ...config(), secretKey });
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(
      secretKey,
    );
  });

  it('says that the address is wrong when TLS is asked of a plain server', async () => {
    const secure = minio().endpoint.replace('http:', 'https:');
    const error = await failure({ ...config(), endpoint: secure });
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('check http:// against https://');
  });
});

describe('an S3 store without a usable server', () => {
  it('says that nothing answers at the endpoint', async () => {
    const error = await failure(ANYWHERE);
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toBe(
      "Cannot use bucket 'faces': http://127.0.0.1:9 does not answer; check the address and the port, and that the server runs.",
    );
  });

  it('says that another kind of server answers', async () => {
    const server = createServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const error = await failure({ ...ANYWHERE, endpoint: `http://127.0.0.1:${port}` });
    expect(error.message).toContain('check that it is an S3 server');
    server.closeAllConnections();
    server.close();
  });

  it('tries again when the server is busy, and then says so', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const error = await failure({
      ...ANYWHERE,
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
    });
    expect(error.code).toBe('UNAVAILABLE');
    expect(requests).toBe(4);
    server.closeAllConnections();
    server.close();
  });

  it.each([
    [{ endpoint: 'localhost:9000' }, "'localhost:9000' is no URL"],
    [{ endpoint: 'http://localhost:9000/faces' }, 'has a path; give the server only'],
    [{ endpoint: 'http://a:b@localhost:9000' }, 'has keys in it'],
    [{ bucket: 'Faces!' }, "'Faces!' is no bucket name"],
    [{ accessKey: '' }, 'access key is empty'],
    [{ secretKey: '' }, 'secret key is empty'],
  ])('refuses the configuration %j before sending anything', async (wrong, sentence) => {
    const error = await failure({ ...ANYWHERE, ...wrong });
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.message).toContain(sentence);
  });
});
