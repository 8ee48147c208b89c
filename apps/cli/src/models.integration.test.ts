import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase, type TestDatabase } from '@colloid/catalog/testing';
import { builtInModels } from '@colloid/models';
import { listOperators } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runColloid } from './testing/run-colloid.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-models-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const builtIn = (kind: string): string => {
  const model = builtInModels.find((one) => one.kind === kind);
  if (model === undefined) throw new Error(`there is no built-in ${kind}`);
  return model.folder;
};

const MANIFEST = {
  kind: 'recogniser',
  version: '1',
  licence: 'MIT',
  network: { file: 'network.onnx', input: 'image', output: 'embedding' },
  image: { height: 64, width: 64 },
  embedding: { dim: 128 },
};

test('gradcheck prints its figures as JSON and passes on the built-in pair', async () => {
  const { exitCode, stdout, stderr } = await runColloid(
    [
      'gradcheck',
      `--generator=${builtIn('generator')}`,
      `--recogniser=${builtIn('recogniser')}`,
      '--samples=1',
      '--directions=6',
      '--json',
    ],
    { COLLOID_PROVIDER: 'cpu' },
    { timeoutMs: 120_000 },
  );
  expect(stderr).toBe('');
  const figures = JSON.parse(stdout) as Record<string, unknown>;
  expect(figures).toMatchObject({ samples: 1, directions: 6, provider: 'cpu' });
  expect(figures['medianRelativeError']).toBeLessThan(1e-3);
  expect(figures['worstRelativeError']).toBeLessThan(3e-2);
  expect(figures['seconds']).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
}, 150_000);

test('gradcheck names an option that is no number', async () => {
  const { exitCode, stderr } = await runColloid(
    ['gradcheck', '--generator', 'a', '--recogniser', 'b', '--samples', 'many'],
    {},
  );
  expect(stderr).toContain("--samples is 'many'; give a whole number from 1 to 1000.");
  expect(exitCode).toBe(1);
});

test('models operators lists the registry', async () => {
  const { exitCode, stdout } = await runColloid(['models', 'operators', '--json'], {});
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(listOperators())));
  const table = await runColloid(['models', 'operators'], {});
  expect(table.stdout).toMatch(/^✓ Conv +13-21 +rule /m);
});

test('models check reports on a folder, and exits with 1 where the model is refused', async () => {
  const fine = await runColloid(
    ['models', 'check', builtIn('recogniser'), '--json'],
    { COLLOID_PROVIDER: 'cpu' },
    { timeoutMs: 120_000 },
  );
  expect(JSON.parse(fine.stdout)).toMatchObject({ verdict: 'READY', provider: 'cpu' });
  expect(fine.exitCode).toBe(0);

  const copy = join(folder, 'truncated');
  await cp(builtIn('recogniser'), copy, { recursive: true });
  await writeFile(join(copy, 'network.onnx'), Uint8Array.of(8, 9, 58, 200, 1));
  const refused = await runColloid(['models', 'check', copy], { COLLOID_PROVIDER: 'cpu' });
  expect(refused.stdout).toMatch(/✗ Files parse.*\n.*'network\.onnx' is not a usable ONNX model/);
  expect(refused.stdout).toMatch(/^REFUSED/m);
  expect(refused.exitCode).toBe(1);
}, 150_000);

describe('registering', () => {
  let database: TestDatabase;
  let catalog: Catalog;
  beforeAll(async () => {
    database = await startTestDatabase();
    catalog = await openCatalog({ databaseUrl: database.databaseUrl });
    const userId = randomUUID();
    await catalog.prisma.user.create({
      data: { id: userId, name: 'Test', email: `${userId}@colloid.example` },
    });
    await catalog.teams.createTeam({ actor: { userId }, slug: 'lab', name: 'Lab' });
  });
  afterAll(async () => {
    await catalog.close();
    await database.stop();
  });

  const run = (args: readonly string[]) =>
    runColloid(
      ['models', ...args],
      {
        COLLOID_PROVIDER: 'cpu',
        COLLOID_DATA: join(folder, 'data'),
        DATABASE_URL: database.databaseUrl,
      },
      { timeoutMs: 120_000 },
    );

  test('models add registers a folder as READY, and models list shows it', async () => {
    const { exitCode, stdout } = await run(['add', builtIn('recogniser'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      team: 'lab',
      kind: 'RECOGNISER',
      state: 'READY',
      refusal: null,
      report: { verdict: 'READY' },
    });
    expect(exitCode).toBe(0);
    const list = await run(['list']);
    expect(list.stdout).toMatch(/^RECOGNISER +READY +parametric-head-id@/m);
  }, 150_000);

  test('models add keeps a refused model with its reason, and exits with 1', async () => {
    const copy = join(folder, 'hostile');
    await cp(builtIn('recogniser'), copy, { recursive: true });
    await rm(join(copy, 'network.onnx'));
    await symlink('/etc/passwd', join(copy, 'network.onnx'));
    const linked = await run(['add', copy]);
    expect(linked.stderr).toMatch(/'network\.onnx' is a link to a place outside the folder/);
    expect(linked.exitCode).toBe(1);

    await rm(join(copy, 'network.onnx'));
    await writeFile(join(copy, 'network.onnx'), 'not a network');
    await writeFile(join(copy, 'model.json'), JSON.stringify({ ...MANIFEST, name: 'hostile' }));
    const broken = await run(['add', copy]);
    expect(broken.stdout).toMatch(/'network\.onnx' is not a usable ONNX model/);
    expect(broken.stderr).toMatch(/hostile@1 is REFUSED in the team lab/);
    expect(broken.exitCode).toBe(1);
    const list = await run(['list', '--json']);
    expect(JSON.parse(list.stdout)).toContainEqual(
      expect.objectContaining({ name: 'hostile', state: 'REFUSED' }),
    );
  }, 150_000);

  test('models check NAME@VERSION checks a registered model again, models remove takes it away', async () => {
    const named = join(folder, 'again');
    await cp(builtIn('recogniser'), named, { recursive: true });
    const manifest = JSON.parse(await readFile(join(named, 'model.json'), 'utf8')) as object;
    const changed = JSON.stringify({ ...manifest, name: 'again', version: '2.0' });
    await writeFile(join(named, 'model.json'), changed);
    expect((await run(['add', named])).exitCode).toBe(0);
    const where = { name: 'again', version: '2.0' };
    const first = await catalog.prisma.modelVersion.findFirstOrThrow({ where });

    const again = await run(['check', 'again@2.0', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({
      state: 'READY',
      name: 'again',
      version: '2.0',
      digest: first.digest,
    });
    expect(again.exitCode).toBe(0);
    const second = await catalog.prisma.modelVersion.findFirstOrThrow({ where });
    expect(second.id).toBe(first.id);
    expect(second.checkedAt?.getTime()).toBeGreaterThan(first.checkedAt?.getTime() ?? Infinity);

    const removed = await run(['remove', 'again@2.0']);
    expect(removed.stderr).toContain('again@2.0 is removed from the team lab.');
    expect(removed.exitCode).toBe(0);
    expect(await catalog.prisma.modelVersion.findFirst({ where })).toBeNull();
    const gone = await run(['remove', 'again@2.0']);
    expect(gone.stderr).toMatch(/The team lab has no model 'again@2\.0'; it has: /);
    expect(gone.exitCode).toBe(1);
  }, 150_000);

  test('a team that is not there is answered with those that are', async () => {
    const { exitCode, stderr } = await run(['list', '--team', 'nobody']);
    expect(stderr).toContain("There is no team 'nobody'; there are: lab.");
    expect(exitCode).toBe(1);
  });
});
