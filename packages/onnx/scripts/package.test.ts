/** @file The package as somebody elsewhere gets it: packed, unpacked in an empty folder, and used as its README says. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const PACKAGE = path.resolve(import.meta.dirname, '..');
const REPOSITORY = path.resolve(PACKAGE, '../..');
const BINARIES = path.join(REPOSITORY, 'node_modules/.bin');
const env = { ...process.env, PATH: `${BINARIES}${path.delimiter}${process.env['PATH'] ?? ''}` };

/** Where somebody installed the package. */
let home: string;
let folder: string;
let packageJson: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloid-onnx-package-'));
  // A copy: while one packs, the package.json in its folder is that of the compiled files.
  const copy = path.join(folder, 'repository/packages/onnx');
  await cp(PACKAGE, copy, {
    recursive: true,
    filter: (file) => !/[\\/](?:node_modules|dist|fixtures|\.turbo)$/.test(file),
  });
  for (const file of ['tsconfig.base.json', 'LICENSE'])
    await cp(path.join(REPOSITORY, file), path.join(folder, 'repository', file));
  await symlink(
    path.join(REPOSITORY, 'node_modules'),
    path.join(folder, 'repository/node_modules'),
  );
  await run('npm', ['pack', '--pack-destination', folder], { cwd: copy, env });
  packageJson = await readFile(path.join(copy, 'package.json'), 'utf8');
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';

  home = path.join(folder, 'elsewhere');
  const modules = path.join(home, 'node_modules');
  await mkdir(path.join(modules, '@colloid'), { recursive: true });
  await mkdir(path.join(modules, '@bufbuild'));
  await run('tar', ['-xzf', path.join(folder, tarball), '-C', path.join(modules, '@colloid')]);
  await run('mv', ['package', 'onnx'], { cwd: path.join(modules, '@colloid') });
  await cp(
    path.join(REPOSITORY, 'node_modules/@bufbuild/protobuf'),
    path.join(modules, '@bufbuild/protobuf'),
    { recursive: true },
  );
  await writeFile(path.join(home, 'package.json'), '{ "type": "module" }');
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the example of the README runs word for word, and its types are strict', async () => {
  const readme = await readFile(path.join(home, 'node_modules/@colloid/onnx/README.md'), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  await writeFile(path.join(home, 'example.ts'), example);
  const { stdout } = await run(process.execPath, ['example.ts'], { cwd: home });
  expect(stdout).toMatch(
    /^layer_gradient\(x: float32\[batch, 3\], y_cotangent: float32\[batch, 2\]\)/,
  );
  expect(stdout).toMatch(/-> y: float32\[batch, 2\], x_grad: float32\[batch, 3\]\n$/);

  // A wrong name has to be seen, so the types are those of the package and not `any`.
  await writeFile(path.join(home, 'wrong.ts'), example.replace("'x'] });", "'x'], to: 1 });"));
  const check = (file: string): Promise<unknown> => {
    const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--types', ''];
    const target = ['--module', 'nodenext', '--target', 'es2024', '--ignoreConfig'];
    return run('tsc', [...options, ...target, file], { cwd: home, env });
  };
  await check('example.ts');
  await expect(check('wrong.ts')).rejects.toMatchObject({
    stdout: expect.stringMatching(/'to' does not exist in type 'DifferentiateOptions'/),
  });
});

test('what is packed has no tests, needs one package, and may be published', async () => {
  const installed = path.join(home, 'node_modules/@colloid/onnx');
  const files = await readdir(installed, { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'OPS.md', 'dist/index.js']),
  );
  expect(files.filter((file) => /\.test\.|fixtures|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  const packed = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8')) as object;
  expect(packed).toMatchObject({ dependencies: { '@bufbuild/protobuf': expect.any(String) } });
  expect(Object.keys(packed)).not.toContain('private');
});

test('packing leaves the package.json of the sources as it was', async () => {
  expect(packageJson).toBe(await readFile(path.join(PACKAGE, 'package.json'), 'utf8'));
});
