import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Catalog, openCatalog } from '@colloid/catalog';
import { startTestDatabase, type TestDatabase } from '@colloid/catalog/testing';
import { makePng } from '@colloid/formats/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runColloid } from './testing/run-colloid.ts';

let database: TestDatabase;
let catalog: Catalog;
let folder: string;
let faces: string;
beforeAll(async () => {
  database = await startTestDatabase();
  catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  const actor = { userId: randomUUID() };
  const email = `${actor.userId}@colloid.example`;
  await catalog.prisma.user.create({ data: { id: actor.userId, name: 'Test', email } });
  const team = await catalog.teams.createTeam({ actor, slug: 'lab', name: 'Lab' });
  const teamId = team.id;
  await catalog.datasets.createDataset({ actor, teamId, slug: 'faces', title: 'Faces' });
  folder = await mkdtemp(join(tmpdir(), 'colloid-import-'));
  faces = join(folder, 'my faces');
  for (const [name, shade] of [
    ['ada/1.png', 10],
    ['ada/2.png', 90],
    ['zoë/1.png', 200],
  ] as const) {
    await mkdir(join(faces, name, '..'), { recursive: true });
    await writeFile(join(faces, name), makePng([shade, shade, shade], { width: 16, height: 16 }));
  }
  await writeFile(join(faces, 'ada', 'notes.txt'), 'not a face');
  await symlink('/etc/hostname', join(faces, 'ada', 'link.png'));
});
afterAll(async () => {
  await catalog.close();
  await database.stop();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[]) =>
  runColloid(
    ['import', ...args],
    {
      COLLOID_PROVIDER: 'cpu',
      COLLOID_DATA: join(folder, 'data'),
      DATABASE_URL: database.databaseUrl,
    },
    { timeoutMs: 120_000 },
  );

test('import makes a version of a folder without a worker, and names what is left out', async () => {
  const { exitCode, stdout, stderr } = await run([
    faces,
    '--dataset=faces',
    '--synthetic',
    '--licence=CC-BY-4.0',
    '--json',
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    team: 'lab',
    dataset: 'faces',
    version: 1,
    identities: 2,
    samples: 3,
  });
  expect(stderr).toContain("'ada/notes.txt' is left out. It is no PNG, JPEG or WebP file");
  expect(stderr).toContain("'ada/link.png' is left out. It is a link");
  const version = await catalog.prisma.datasetVersion.findFirstOrThrow();
  expect(version.origin).toBe('IMPORT');
  expect(await catalog.prisma.runImport.findFirst()).toMatchObject({
    name: 'my faces',
    source: 'FOLDER',
    licence: 'CC-BY-4.0',
    isSynthetic: true,
  });
}, 150_000);

test('import says in a sentence what is wrong with what it is given, and exits with 1', async () => {
  const empty = join(folder, 'empty');
  await mkdir(empty);
  const text = join(folder, 'faces.zip');
  await writeFile(text, 'PK');
  const cut = join(folder, 'cut.tar');
  await writeFile(cut, new Uint8Array(700).fill(65));
  const cases = [
    [[empty, '--dataset=faces'], 'holds no files; give each identity a folder'],
    [[text, '--dataset=faces'], 'is no .tar file; give a folder, or tar files'],
    [[join(folder, 'gone'), '--dataset=faces'], 'cannot be read; check its path'],
    [[faces, '--dataset=nothing'], "There is no dataset 'nothing' in the team 'lab'"],
    [[faces, '--dataset=faces', '--ict=9'], "--ict is '9'; give an angle above 0"],
    [[faces, '--dataset=faces', '--recogniser=x@1'], "The team has no recogniser 'x@1'"],
    [[cut, '--dataset=faces'], "'cut.tar' is no whole tar file, or it was cut off"],
  ] as const;
  for (const [args, sentence] of cases) {
    const { exitCode, stderr } = await run(args);
    expect(stderr).toContain(sentence);
    expect(exitCode).toBe(1);
  }
}, 300_000);
