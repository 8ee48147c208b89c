import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeNpy, readSampleCollection, readStatistics } from '@colloid/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { STATISTICS_FILE, writeDatasetFile } from '../../dataset-folder.ts';
import { readFolder } from '../../measure/read-dataset.ts';
import { exportSamples } from './export.ts';
import { importSamples } from './import.ts';

const D = 5;
const E = 3;
/** Samples of each identity. */
const COUNTS = [3, 1, 2];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-samples-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function rows(count: number, width: number): Uint8Array {
  const values = Float32Array.from({ length: count * width }, (_, i) => Math.sin(i + width));
  return encodeNpy(values, [count, width]);
}

/** A dataset folder of three identities in two shards. */
async function makeDataset(name: string, hasMapping: boolean): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  const counts = [COUNTS.slice(0, 2), COUNTS.slice(2)];
  const shards = [];
  for (const [number, of] of counts.entries()) {
    const samples = of.reduce((sum, count) => sum + count, 0);
    const note = { latents: `w-${number}.npy`, embeddings: `e-${number}.npy` };
    await writeFile(join(path, note.latents), rows(samples, D));
    await writeFile(join(path, note.embeddings), rows(samples, E));
    shards.push({ ...note, firstIdentity: 2 * number, identities: of.length, samples, counts: of });
  }
  await writeDatasetFile(path, {
    generator: { name: 'g', hasMapping },
    recogniser: { name: 'r' },
    shards,
  });
  return path;
}

describe('samples export and import', () => {
  it('keeps every row, identities of different sizes included', async () => {
    const dataset = await makeDataset('plain', false);
    const h5 = join(folder, 'plain.h5');
    await exportSamples(dataset, { output: h5 });
    const output = join(folder, 'imported');
    await importSamples(h5, { output });
    const floats = async (path: string): Promise<Uint8Array> =>
      (await readFile(path)).subarray(128);
    const parts = [await floats(join(dataset, 'w-0.npy')), await floats(join(dataset, 'w-1.npy'))];
    expect(await floats(join(output, 'latents/00000.npy'))).toEqual(Buffer.concat(parts));
    const file: unknown = JSON.parse(await readFile(join(output, 'dataset.json'), 'utf8'));
    expect(file).toMatchObject({
      generator: { name: 'g' },
      shards: [{ firstIdentity: 0, identities: 3, samples: 6, counts: COUNTS }],
    });
    const again = join(folder, 'again.h5');
    await exportSamples(output, { output: again });
    for await (const { w, embedding } of readSampleCollection(again)) {
      expect(w).toHaveLength(D);
      expect(embedding).toHaveLength(E);
    }
  });

  it('is measured like a sampled one, identities of different sizes and without variations included', async () => {
    const found = await readFolder(await makeDataset('measured', false));
    expect(found).toMatchObject({ ict: null, recogniser: null, embeddingDim: E });
    expect(found.references.embeddings).toHaveLength(COUNTS.length * E);
    const shards = [];
    for await (const shard of found.variations?.() ?? []) shards.push(shard);
    const embedding = (i: number): number => Math.fround(Math.sin(i + E));
    expect(shards.map(({ firstIdentity, variations }) => [firstIdentity, variations])).toEqual(
      COUNTS.map((count, identity) => [identity, count - 1]),
    );
    expect([...(shards[0]?.embeddings ?? [])]).toEqual([3, 4, 5, 6, 7, 8].map(embedding));
    expect(shards[2]?.latents).toHaveLength(D);
  });

  it('gives the draw where the latent is one, and no number where it is not known', async () => {
    for (const hasMapping of [false, true]) {
      const h5 = join(folder, `mapping-${hasMapping}.h5`);
      await exportSamples(await makeDataset(`mapping-${hasMapping}`, hasMapping), { output: h5 });
      for await (const { z, w } of readSampleCollection(h5)) {
        expect(z).toEqual(hasMapping ? new Float32Array(D).fill(Number.NaN) : w);
      }
    }
  });

  it("exports an array per statistic with a number per iteration, under the authors' names", async () => {
    const dataset = await makeDataset('with-statistics', false);
    const three = { min: 1, mean: 2, max: 3 };
    const seconds = { embed: 0.5, pairs: 0.25 };
    const common = { theta: three, aboveIct: 0.5, latentDistance: three, meanRadius: 4, seconds };
    const forces = { interaction: three, latent: three, random: three, total: three };
    const references = [
      { ...common, iteration: 0, forces, timestep: 0.25 },
      { ...common, iteration: 1, forces: null, timestep: null },
    ];
    await writeFile(join(dataset, STATISTICS_FILE), JSON.stringify({ references }));
    const stats = join(folder, 'stats.h5');
    await exportSamples(dataset, { output: join(folder, 'unused.h5'), stats });
    const found = await readStatistics(stats);
    const threes = ['dist', 'w2wd', 'intf', 'rndf', 'latf', 'totf'].flatMap((name) =>
      ['min', 'avg', 'max'].map((end) => `${name}_${end}`),
    );
    const ones = ['prop_ict', 'wavg_avg', 'timestep', 'time_iter', 'time_total'];
    expect([...found.keys()]).toEqual([...threes, ...ones].toSorted());
    expect(found.get('dist_avg')).toEqual(Float32Array.of(2, 2));
    expect(found.get('totf_max')).toEqual(Float32Array.of(3, Number.NaN));
    expect(found.get('timestep')).toEqual(Float32Array.of(0.25, Number.NaN));
    expect(found.get('time_total')).toEqual(Float32Array.of(0.75, 1.5));
  });

  it('names what is wrong with a folder', async () => {
    const output = join(folder, 'never.h5');
    await expect(exportSamples(folder, { output })).rejects.toThrow(
      /dataset\.json cannot be read; give a folder that/,
    );
    const dataset = await makeDataset('short', false);
    await writeFile(join(dataset, 'w-1.npy'), rows(1, D));
    await expect(exportSamples(dataset, { output })).rejects.toThrow(
      /w-1\.npy holds 1x5 numbers where 2 float32 rows belong/,
    );
    await expect(
      exportSamples(await makeDataset('no-statistics', false), {
        output,
        stats: join(folder, 'x.h5'),
      }),
    ).rejects.toThrow(/keeps no statistics of iterations/);
  });
});
