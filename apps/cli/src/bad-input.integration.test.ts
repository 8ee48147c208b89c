import { chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { builtInModels } from '@colloid/models';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { freePort } from './process/ports.ts';
import { runColloid } from './testing/run-colloid.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-cli-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One sentence for people, status 1, no stack. */
async function refuses(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  sentence: RegExp,
): Promise<void> {
  const { exitCode, stderr, stdout } = await runColloid(args, environment);
  expect(stderr).toMatch(sentence);
  expect(exitCode).toBe(1);
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at /m);
}

const recipeFile = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

test('a port that is taken is named with the variable that changes it', async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => {
      const address = other.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  try {
    await refuses(
      ['up'],
      { COLLOID_DATA: join(folder, 'port'), COLLOID_PORT: String(port) },
      new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is used by another program; .*COLLOID_PORT`),
    );
  } finally {
    other.close();
  }
});

test('a data folder that cannot be made is named with the variable that changes it', async () => {
  const file = join(folder, 'a-file');
  await writeFile(file, '');
  await refuses(
    ['up'],
    { COLLOID_DATA: join(file, 'data'), COLLOID_PORT: String(await freePort()) },
    /The data folder .*a-file\/data cannot be written .*COLLOID_DATA/,
  );
});

test('a database that does not answer is named without its password', async () => {
  const { stderr, exitCode } = await runColloid(['up'], {
    COLLOID_DATA: join(folder, 'database'),
    COLLOID_PORT: String(await freePort()),
    DATABASE_URL: 'postgresql://colloid:wordwordword@127.0.0.1:9/colloid',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/127\.0\.0\.1:9/);
  expect(stderr).not.toContain('wordwordword');
});

test('an object store that does not answer is named', async () => {
  await refuses(
    ['up'],
    {
      COLLOID_DATA: join(folder, 's3'),
      COLLOID_PORT: String(await freePort()),
      S3_ENDPOINT: 'http://127.0.0.1:9',
      S3_BUCKET: 'colloid',
      S3_ACCESS_KEY: 'key',
      S3_SECRET_KEY: 'secretsecret',
    },
    /http:\/\/127\.0\.0\.1:9/,
  );
});

test('every variable that is wrong is named at once', async () => {
  const { stderr, exitCode } = await runColloid(['up'], {
    COLLOID_PORT: '99999',
    S3_ENDPOINT: 'http://127.0.0.1:9000',
    WORKERS: 'many',
  });
  expect(exitCode).toBe(1);
  for (const name of ['COLLOID_PORT', 'WORKERS', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY']) {
    expect(stderr).toContain(name);
  }
});

test('a recipe that is missing, no YAML, or out of range is refused by what is wrong with it', async () => {
  const out = ['--out', join(folder, 'out')];
  await refuses(['sample', join(folder, 'none.yaml'), ...out], {}, /none\.yaml cannot be read/);
  const broken = await recipeFile('broken.yaml', 'identities: [1, 2');
  await refuses(['sample', broken, ...out], {}, /broken\.yaml is not valid YAML/);
  const range = await recipeFile(
    'range.yaml',
    [
      'generator: parametric-head@1',
      'recogniser: parametric-head-id@1',
      'identities: 0',
      'references: { algorithm: langevin, parameters: { viscousCoefficient: -1 } }',
      'variations: null',
      'seed: 1',
    ].join('\n'),
  );
  const { stderr, exitCode } = await runColloid(['sample', range, ...out], {});
  expect(exitCode).toBe(1);
  expect(stderr).toContain('identities');
  expect(stderr).toContain('viscousCoefficient');
});

test('the built-in covariates are those of the built-in generator, and of no other', async () => {
  const recipe = await recipeFile(
    'covariates.yaml',
    [
      'generator: my-head@1',
      'recogniser: parametric-head-id@1',
      'identities: 2',
      'references: { algorithm: random }',
      'variations: { algorithm: covariates, covariates: parametric-head-covariates@1 }',
    ].join('\n'),
  );
  const model = join(await mkdtemp(join(folder, 'model-')), 'my-head');
  const builtIn = builtInModels.find(({ name }) => name === 'parametric-head');
  await cp(builtIn?.folder ?? '', model, { recursive: true });
  const manifest = JSON.parse(await readFile(join(model, 'model.json'), 'utf8')) as object;
  await writeFile(join(model, 'model.json'), JSON.stringify({ ...manifest, name: 'my-head' }));
  await refuses(
    ['sample', recipe, '--out', join(folder, 'out'), '--generator', model],
    {},
    /covariates 'parametric-head-covariates@1', which belong to the generator 'parametric-head'; .*--covariates/,
  );
});

test('a model folder with a broken graph is refused by name', async () => {
  const recipe = await recipeFile(
    'fine.yaml',
    [
      'generator: parametric-head@1',
      'recogniser: parametric-head-id@1',
      'identities: 2',
      'references: { algorithm: random, parameters: {} }',
      'variations: null',
      'seed: 1',
    ].join('\n'),
  );
  const model = await mkdtemp(join(folder, 'model-'));
  await refuses(
    ['sample', recipe, '--out', join(folder, 'out'), '--generator', model],
    {},
    /model\.json/,
  );
  await writeFile(join(model, 'model.json'), '{ "kind": "generator" }');
  await refuses(
    ['sample', recipe, '--out', join(folder, 'out'), '--generator', model],
    {},
    /synthesis/,
  );
});

test('an unknown command is answered with the way to the list of commands', async () => {
  const { exitCode, stderr } = await runColloid(['bogus'], {});
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/unknown command 'bogus'/);
});
