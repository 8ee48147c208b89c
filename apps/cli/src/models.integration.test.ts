import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { builtInModels } from '@colloid/models';
import { listOperators } from '@colloid/onnx';
import { afterAll, beforeAll, expect, test } from 'vitest';

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
