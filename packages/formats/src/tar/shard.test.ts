import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isFormatError } from '../errors.ts';
import { sampleName } from './sample-name.ts';
import { readShardIndex } from './shard-index.ts';
import { ShardWriter, writeShard } from './shard-writer.ts';
import type { ShardSample } from './shard-writer.ts';

const run = promisify(execFile);

const samples: fc.Arbitrary<readonly ShardSample[]> = fc.uniqueArray(
  fc.record({
    identity: fc.nat(2_000_000),
    sample: fc.nat(1200),
    extension: fc.constantFrom('webp', 'png'),
    // Sizes around multiples of the 512-byte block matter most.
    image: fc
      .oneof(fc.nat(1100), fc.constantFrom(0, 511, 512, 513, 1024))
      .map((length) => new Uint8Array(length).fill(length % 251)),
    sidecar: fc.record({ quality: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  }),
  { selector: (sample) => `${sample.identity}/${sample.sample}`, maxLength: 12 },
);

const example: readonly ShardSample[] = [
  {
    identity: 12,
    sample: 3,
    extension: 'webp',
    image: Buffer.from('face a'),
    sidecar: { b: 1, a: 'x' },
  },
  { identity: 100_000, sample: 0, extension: 'webp', image: Buffer.alloc(512, 1), sidecar: {} },
  { identity: 1_234_567, sample: 1000, extension: 'webp', image: Buffer.alloc(0) },
];

describe('tar shards', () => {
  it('hold every file at the place that their index names', async () => {
    await fc.assert(
      fc.asyncProperty(samples, async (list) => {
        const { bytes, index } = await writeShard(list);
        expect(bytes.byteLength).toBe(index.sizeBytes);
        expect(await readShardIndex(bytes)).toEqual(index);
        const at = new Map(index.entries.map((entry) => [entry.name, entry]));
        for (const sample of list) {
          const entry = at.get(sampleName(sample, sample.extension));
          const { offset, length } = entry ?? { offset: -1, length: -1 };
          expect(Buffer.compare(bytes.subarray(offset, offset + length), sample.image)).toBe(0);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('are unpacked by the system tar to the same files', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'colloid-tar-'));
    const { bytes, index } = await writeShard(example);
    const file = path.join(folder, 'shard.tar');
    await writeFile(file, bytes);
    const { stdout } = await run('tar', ['tf', file]);
    expect(stdout.trim().split('\n')).toEqual(index.entries.map((entry) => entry.name));
    await run('tar', ['xf', file, '-C', folder]);
    for (const { name, offset, length } of index.entries) {
      const unpacked = await readFile(path.join(folder, name));
      expect(Buffer.compare(unpacked, bytes.subarray(offset, offset + length))).toBe(0);
    }
    await rm(folder, { recursive: true });
  });

  it('of the system tar are indexed too, with folders and long names', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'colloid-tar-'));
    const long = `${'x'.repeat(120)}.txt`;
    await writeFile(path.join(folder, long), 'long name');
    await writeFile(path.join(folder, 'a.txt'), 'short name');
    const file = path.join(folder, 'made.tar');
    await run('tar', ['cf', file, '-C', folder, '--exclude=made.tar', '.']);
    const bytes = await readFile(file);
    const { entries } = await readShardIndex(bytes);
    const texts = entries.map(({ name, offset, length }) => [
      path.posix.normalize(name),
      bytes.subarray(offset, offset + length).toString(),
    ]);
    expect(Object.fromEntries(texts)).toEqual({ 'a.txt': 'short name', [long]: 'long name' });
    await rm(folder, { recursive: true });
  });

  it('have the same digest for the same samples, today and on another machine', async () => {
    const { bytes } = await writeShard(example);
    expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(
      `"0ee5a84aca4292fa7de0fd60d5ce0449d0fe60367ab12aec231f6bde2de76e1d"`,
    );
    const swapped = example.map((sample) =>
      sample.sidecar === undefined ? sample : { ...sample, sidecar: reversed(sample.sidecar) },
    );
    const again = await writeShard(swapped);
    expect(Buffer.compare(again.bytes, bytes)).toBe(0);
  });

  it('can leave the sidecars out', async () => {
    const { index } = await writeShard(example, { sidecars: false });
    expect(index.entries.map((entry) => entry.name)).toEqual([
      '000012/003.webp',
      '100000/000.webp',
      '1234567/1000.webp',
    ]);
  });

  it('are streamed: a sample is taken before the next one is made', async () => {
    const writer = new ShardWriter();
    let read = 0;
    const reading = (async () => {
      for await (const part of writer.output) read += part.byteLength;
    })();
    for (let identity = 0; identity < 20; identity += 1) {
      await writer.add({ identity, sample: 0, extension: 'png', image: new Uint8Array(200_000) });
      expect(read).toBeGreaterThanOrEqual(identity * 200_000);
    }
    const { sizeBytes } = writer.finish();
    await reading;
    expect(read).toBe(sizeBytes);
  });

  it('refuse a sample twice, and a name that leaves the folder', async () => {
    const twice = [example[0], example[0]].filter((sample) => sample !== undefined);
    await expect(writeShard(twice)).rejects.toThrow("'000012/003.webp' is in the shard already.");
    const writer = new ShardWriter();
    await expect(writer.addFile('../a', Buffer.from('a'))).rejects.toThrow('cannot name a file');
    await expect(writer.addFile('x'.repeat(101), Buffer.from('a'))).rejects.toThrow('at most 100');
  });

  it('report the error of whatever makes the samples', async () => {
    const failing = async function* (): AsyncGenerator<ShardSample> {
      yield* example;
      throw new RangeError('the renderer failed');
    };
    await expect(writeShard(failing())).rejects.toThrow('the renderer failed');
  });

  it('that are cut off or no tar at all are refused', async () => {
    const { bytes } = await writeShard(example);
    const cut = Buffer.concat([bytes.subarray(0, 600), Buffer.alloc(1024)]);
    const noise = Buffer.concat([Buffer.alloc(2048, 7), Buffer.alloc(1024)]);
    for (const broken of [bytes.subarray(0, 600), bytes.subarray(0, -1024), cut, noise]) {
      const error: unknown = await readShardIndex(broken).catch((reason: unknown) => reason);
      expect(isFormatError(error, 'INVALID_TAR')).toBe(true);
    }
  });
});

function reversed<T>(object: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object).toReversed());
}
