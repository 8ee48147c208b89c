import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalog } from '@colloid/catalog';
import { startEmbeddedPostgres } from '@colloid/catalog/embedded';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { prepareDataFolder } from './data-folder.ts';
import { freePort } from './process/ports.ts';
import { runColloid } from './testing/run-colloid.ts';

interface Separation {
  readonly thetaMin: number;
  readonly thetaMean: number;
  readonly aboveIct: number;
}

interface DemoFigures {
  readonly dataset: string;
  readonly version: number;
  readonly identities: number;
  readonly samples: number;
  readonly secondsPerStage: Readonly<Record<string, number>>;
  readonly before: Separation;
  readonly after: Separation;
  readonly intraBelowInter: number;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-demo-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test(
  'the demo samples 100 identities apart from each other, each with its variations closer to it than any other identity',
  async () => {
    const { stdout, stderr, exitCode } = await runColloid(
      ['demo', '--exit'],
      { COLLOID_DATA: folder, COLLOID_PORT: String(await freePort()) },
      { timeoutMs: 14 * 60_000 },
    );
    expect(exitCode, stderr).toBe(0);
    const figures = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as DemoFigures;
    expect(figures).toMatchObject({ version: 1, identities: 100, samples: 900 });
    expect(figures.after.thetaMin).toBeGreaterThan(figures.before.thetaMin);
    expect(figures.after.aboveIct).toBeGreaterThan(figures.before.aboveIct);
    expect(figures.intraBelowInter).toBeGreaterThanOrEqual(0.99);
    const radii = await meanRadii();
    expect(radii).toHaveLength(31);
    // Pushed apart, and not simply outwards: |w - w_avg| stays what the generator was made for.
    const growth = (radii.at(-1) ?? 0) / (radii[0] ?? 0);
    expect(growth).toBeGreaterThan(0.8);
    expect(growth).toBeLessThan(1.2);
    expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=/);
  },
  15 * 60_000,
);

/** Mean |w - w_avg| of every iteration of the demo's run, as its data folder keeps it. */
async function meanRadii(): Promise<readonly number[]> {
  await using stack = new AsyncDisposableStack();
  const { database: dataDir } = await prepareDataFolder(folder);
  const database = await startEmbeddedPostgres({ dataDir });
  stack.defer(() => database.stop());
  const catalog = await openCatalog({ databaseUrl: database.databaseUrl });
  stack.defer(() => catalog.close());
  const iterations = await catalog.prisma.runIteration.findMany({
    where: { stage: 'REFERENCES' },
    orderBy: { iteration: 'asc' },
  });
  return iterations.map(({ statistics }) => (statistics as { meanRadius: number }).meanRadius);
}
