/** @file Configuration from the environment. */
import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { ENVIRONMENT_VARIABLES, readConfig } from './env.ts';

const ENOUGH = {
  DATABASE_URL: 'postgresql://colloid@127.0.0.1/colloid',
  COLLOID_DATA: '/var/lib/colloid',
  COLLOID_SECRET: 'x'.repeat(32),
};

test('little is needed, and the rest has defaults', () => {
  expect(readConfig(ENOUGH)).toMatchObject({
    host: '127.0.0.1',
    port: 4080,
    poolSize: 10,
    store: { kind: 'filesystem', root: '/var/lib/colloid/objects' },
    introspection: true,
    signUp: 'first-user',
    trustedProxyHops: 0,
  });
});

test('an object store takes the place of the data folder, and an empty variable counts as absent', () => {
  const { COLLOID_DATA: _, ...rest } = ENOUGH;
  const keys = { S3_BUCKET: 'faces', S3_ACCESS_KEY: 'key', S3_SECRET_KEY: 'secret', S3_REGION: '' };
  const config = readConfig({ ...rest, S3_ENDPOINT: 'http://127.0.0.1:9000', ...keys });
  expect(config.store).toEqual({
    kind: 's3',
    endpoint: 'http://127.0.0.1:9000',
    bucket: 'faces',
    accessKey: 'key',
    secretKey: 'secret',
  });
});

test('everything that is wrong is told at once, each with its variable', () => {
  const attempt = () =>
    readConfig({
      DATABASE_URL: 'mysql://somewhere',
      COLLOID_SECRET: 'short',
      COLLOID_PORT: '70000',
      COLLOID_PUBLIC_URL: 'colloid.example.org',
      COLLOID_SIGN_UP: 'everybody',
    });
  expect(attempt).toThrowErrorMatchingInlineSnapshot(`
    [GatewayError: The gateway cannot start with this environment:
      COLLOID_PORT must be 0 to 65535.
      DATABASE_URL must be a PostgreSQL address such as postgresql://user:password@host:5432/colloid.
      COLLOID_SECRET must have at least 32 characters.
      COLLOID_PUBLIC_URL must be an http or https address.
      COLLOID_SIGN_UP must be 'first-user' or 'open'.
      COLLOID_DATA is missing: name the data folder, or set S3_ENDPOINT and its keys.]
  `);
});

test('an object store without its keys is refused by name', () => {
  expect(() => readConfig({ ...ENOUGH, S3_ENDPOINT: 'http://127.0.0.1:9000' })).toThrow(
    /S3_BUCKET is missing.*\n.*S3_ACCESS_KEY is missing.*\n.*S3_SECRET_KEY is missing/,
  );
});

test('.env.example lists exactly the variables that are read', async () => {
  const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8');
  const listed = [...example.matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(new Set(listed)).toEqual(new Set(ENVIRONMENT_VARIABLES));
  expect(listed).toHaveLength(ENVIRONMENT_VARIABLES.length);
});
