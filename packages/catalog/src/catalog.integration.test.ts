import { expect, test } from 'vitest';
import { makePerson, makeTeam, openTestCatalog } from './testing/index.ts';

test('batched reads take as many statements for many keys as for one', async () => {
  const statements: string[] = [];
  const open = await openTestCatalog({ onQuery: (sql) => statements.push(sql) });
  try {
    const teams = await Promise.all(['a', 'b', 'c'].map((slug) => makeTeam(open.catalog, slug)));
    const [first] = teams;
    const actor = first?.owner ?? (await makePerson(open.catalog, 'nobody'));
    const ids = teams.map(({ dataset }) => dataset.id);
    const count = async (read: () => Promise<unknown>): Promise<number> => {
      statements.length = 0;
      await read();
      return statements.length;
    };
    const { datasets, samples, versions } = open.catalog;
    for (const read of [
      (keys: string[]) => datasets.datasetsByIds({ actor, ids: keys }),
      (keys: string[]) => versions.latestVersions({ actor, datasetIds: keys }),
      (keys: string[]) => samples.coverSamples({ actor, datasetIds: keys, count: 6 }),
    ]) {
      const one = await count(() => read(ids.slice(0, 1)));
      expect(one).toBeGreaterThan(0);
      expect(await count(() => read(ids))).toBe(one);
    }
    expect(await datasets.datasetsByIds({ actor, ids })).toMatchObject([
      { id: ids[0] },
      null,
      null,
    ]);
    expect((await open.catalog.ping()).version).toMatch(/^\d+/);
  } finally {
    await open.close();
  }
});
