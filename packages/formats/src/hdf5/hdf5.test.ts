import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isFormatError } from '../errors.ts';
import { readSampleCollection, writeSampleCollection } from './sample-collection.ts';
import type { CollectionSample } from './sample-collection.ts';
import { readStatistics, writeStatistics } from './statistics-file.ts';

const authors = fileURLToPath(new URL('fixtures/authors.h5', import.meta.url));
const python = process.env['COLLOID_PYTHON'];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-hdf5-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const samples: readonly CollectionSample[] = [0, 1, 99_999, 100_000].flatMap((identity) =>
  [0, 1, 2].map((ordinal) => ({
    identity,
    ordinal,
    z: ordinal === 0 ? Float32Array.of(identity, 0.1) : null,
    w: Float32Array.of(identity, ordinal, -1 / 3),
    embedding: Float32Array.of(Math.fround(0.6), Math.fround(0.8)),
    networkType: 'parametric-head',
    embeddingType: 'parametric-head-id',
  })),
);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('samples.h5', () => {
  it('gives back what was written, above five digits too', async () => {
    const path = join(folder, 'round.h5');
    expect(await writeSampleCollection(path, samples)).toEqual({ identities: 4, samples: 12 });
    expect(await all(readSampleCollection(path))).toEqual(samples);
  });

  it('reads what h5py wrote, pictures in the order of their numbers', async () => {
    const found = await all(readSampleCollection(authors));
    expect(found.map(({ identity, ordinal }) => identity * 100 + ordinal)).toEqual(
      [0, 1, 2].flatMap((identity) => Array.from({ length: 12 }, (_, k) => identity * 100 + k)),
    );
    const { w, z, networkType, embeddingType } = found[12] ?? {};
    expect({ networkType, embeddingType }).toEqual({
      networkType: 'stylegan2-256',
      embeddingType: 'iresnet50',
    });
    expect(z).toHaveLength(6);
    // As h5py prints identity 1's reference and the last variation of identity 2.
    expect([...(w ?? [])]).toEqual([
      -0.45561763644218445, 1.5149729251861572, -1.2465931177139282, 0.8617230653762817,
      0.4939320683479309, 0.8736191391944885,
    ]);
    expect([...(found.at(-1)?.embedding ?? [])]).toEqual([
      -0.14725463092327118, -2.532519578933716, 0.3772073984146118, -1.4921717643737793,
    ]);
  });

  it.skipIf(python === undefined)('is read by h5py', async () => {
    const path = join(folder, 'for-h5py.h5');
    await writeSampleCollection(path, samples);
    const script = `
import h5py, sys
f = h5py.File(sys.argv[1])
assert f.attrs["magic"] == "synthetics_collection" and f.attrs["major"] == 2 and f.attrs["minor"] == 0
g = f["100000/augmentation_1"]
assert g.attrs["network_type"] == "parametric-head" and g["w_latent"].shape == (1, 3)
print(list(f.keys()), g["w_latent"][0].tolist())`;
    const printed = execFileSync(python ?? '', ['-c', script, path], { encoding: 'utf8' });
    expect(printed.trim()).toBe(
      `['00000', '00001', '100000', '99999'] [100000.0, 2.0, -0.3333333432674408]`,
    );
  });

  it('leaves no file where a picture comes twice', async () => {
    const path = join(folder, 'twice.h5');
    const [first] = samples;
    if (first === undefined) throw new Error('there are samples');
    await expect(writeSampleCollection(path, [first, first])).rejects.toThrow(
      /each picture may come once/,
    );
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('refuses other files by name of what is wrong', async () => {
    const text = join(folder, 'text.h5');
    await writeFile(text, 'not a collection');
    await expect(all(readSampleCollection(text))).rejects.toThrow(
      /is no HDF5 file that can be read/,
    );
    const statistics = join(folder, 'statistics.h5');
    await writeStatistics(statistics, new Map([['dist_min', Float32Array.of(1)]]));
    await expect(all(readSampleCollection(statistics))).rejects.toThrow(
      /its attribute magic is not 'synthetics_collection'/,
    );
    await expect(all(readSampleCollection(join(folder, 'absent.h5')))).rejects.toThrow(
      /absent\.h5 is no HDF5 file/,
    );
  });

  it('meets truncated and altered files with its own error or whole samples', async () => {
    const whole = await readFile(authors);
    const path = join(folder, 'altered.h5');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: whole.length }),
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
        async (length, changes) => {
          const bytes = Uint8Array.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          await writeFile(path, bytes.subarray(0, length));
          try {
            for (const { w, embedding } of await all(readSampleCollection(path))) {
              expect(w).toBeInstanceOf(Float32Array);
              expect(embedding).toBeInstanceOf(Float32Array);
            }
          } catch (error) {
            expect(isFormatError(error, 'INVALID_HDF5'), String(error)).toBe(true);
          }
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });
});

describe('stats.h5', () => {
  it('gives back an array per statistic with a number per iteration', async () => {
    const path = join(folder, 'stats.h5');
    const statistics = new Map([
      ['dist_min', Float32Array.of(0.5, 0.75)],
      ['intf_avg', Float32Array.of(1, Number.NaN)],
    ]);
    await writeStatistics(path, statistics);
    expect(await readStatistics(path)).toEqual(statistics);
  });

  it('is refused where anything else is in it', async () => {
    await expect(readStatistics(authors)).rejects.toThrow(/'\/00000' is no dataset/);
  });
});
