import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';

import { isFormatError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import { packFiles } from './pack-files.ts';
import { parseSampleName, sampleName } from './sample-name.ts';
import { readTarEntries, readTarFiles } from './read-tar-files.ts';
import { readShardIndex } from './shard-index.ts';
import { END_BYTES, ShardWriter, writeShard } from './shard-writer.ts';
import type { ShardSample } from './shard-writer.ts';
import { tarHeader, tarPaddingBytes } from './tar-header.ts';

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

describe('sample names', () => {
  it('keep identity and sample apart for any number of them', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100_000), (identity, sample) => {
        const name = sampleName({ identity, sample }, 'webp');
        expect(parseSampleName(name)).toEqual({ identity, sample, extension: 'webp' });
      }),
      { seed: 4 },
    );
    expect(sampleName({ identity: 99_999, sample: 7 }, 'webp')).toBe('099999/007.webp');
    expect(sampleName({ identity: 100_000, sample: 7 }, 'webp')).toBe('100000/007.webp');
  });

  it('are refused for negative and broken numbers', () => {
    expect(() => sampleName({ identity: -1, sample: 0 }, 'webp')).toThrow('0 or more');
    expect(() => sampleName({ identity: 0, sample: 0.5 }, 'webp')).toThrow('0 or more');
    expect(() => sampleName({ identity: 0, sample: 0 }, '.webp')).toThrow('without a dot');
    expect(parseSampleName('12/3.webp')).toBeNull();
  });
});

describe('canonical JSON', () => {
  it('parses back to the value and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as Parameters<typeof canonicalJson>[0]);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 5 },
    );
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'é' })).toBe(
      '{"a":"é","b":[1,{"c":true,"d":null}]}',
    );
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('JSON has no NaN');
  });
});

function reversed<T>(object: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(object).toReversed());
}

describe('a tar laid out without its contents', () => {
  it('has the headers and padding that the writer writes', async () => {
    const names = ['000012/003.webp', '000012/003.json', `r3-000001/${'9'.repeat(40)}.png`];
    const files = names.map(
      (name, index) => [name, new Uint8Array([0, 511, 513][index] ?? 0)] as const,
    );
    const writer = new ShardWriter();
    const written = (async () => Buffer.concat(await Array.fromAsync(writer.output)))();
    for (const [name, bytes] of files) await writer.addFile(name, bytes);
    writer.finish();
    const laidOut = files.flatMap(([name, bytes]) => [
      tarHeader(name, bytes.byteLength),
      bytes,
      new Uint8Array(tarPaddingBytes(bytes.byteLength)),
    ]);
    expect(Buffer.concat([...laidOut, new Uint8Array(END_BYTES)])).toEqual(await written);
  });
});

describe('a folder on its way', () => {
  it('is packed file by file, with any names, and told of its links', async () => {
    const names = ['ada/1.png', `${'long-'.repeat(30)}/2.png`, 'zoë 李/3.png', 'ada/0.png'];
    const files = names.map((name, index) => {
      const bytes = new Uint8Array([0, 511, 70_000, 512][index] ?? 0).fill(index);
      const read = async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += 999) yield bytes.subarray(at, at + 999);
      };
      return { name, bytes, sizeBytes: bytes.length, read };
    });
    const link = { name: 'ada/link.png', sizeBytes: 0, read: null };
    const found = await Array.fromAsync(
      readTarEntries(packFiles([...files, link]), { wants: () => true, needsEnd: true }),
    );
    expect(found.map(({ name, kind, bytes }) => [name, kind, bytes?.length ?? null])).toEqual([
      ...files.map(({ name, sizeBytes }) => [name, 'file', sizeBytes]),
      ['ada/link.png', 'link', null],
    ]);
    expect(Buffer.from(found[2]?.bytes ?? [])).toEqual(Buffer.from(files[2]?.bytes ?? []));
  });

  it('fails with what its files fail with, and where one is longer than was said', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('the disk broke');
    };
    const all = (read: () => AsyncIterable<Uint8Array>, sizeBytes: number) =>
      Array.fromAsync(packFiles([{ name: 'a.png', sizeBytes, read }]));
    await expect(all(broken, 20)).rejects.toThrow('the disk broke');
    const short = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
    };
    await expect(all(short, 20)).rejects.toThrow(/size/i);
  });
});

describe('a tar that comes as a stream', () => {
  const samples = Array.from({ length: 9 }, (_, sample) => ({
    identity: 4,
    sample,
    extension: 'webp',
    image: new Uint8Array(sample * 300).fill(sample),
    sidecar: { sample },
  }));
  async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
  }

  it('gives the files and places that the index has, however it is cut', async () => {
    const { bytes, index } = await writeShard(samples);
    for (const size of [100, 512, 4096, bytes.byteLength]) {
      const found = [];
      for await (const { name, offset, bytes: content } of readTarFiles(cut(bytes, size))) {
        expect(Buffer.from(content)).toEqual(bytes.subarray(offset, offset + content.byteLength));
        found.push({ name, offset, length: content.byteLength });
      }
      expect(found).toEqual(index.entries);
    }
  });

  it('fails with what is wrong: a cut tar, no tar, or a source that breaks', async () => {
    const { bytes } = await writeShard(samples);
    const read = (source: AsyncIterable<Uint8Array>) => Array.fromAsync(readTarFiles(source));
    await expect(read(cut(bytes.subarray(0, 1500), 100))).rejects.toMatchObject({
      code: 'INVALID_TAR',
    });
    await expect(read(cut(new Uint8Array(2048).fill(65), 100))).rejects.toMatchObject({
      code: 'INVALID_TAR',
    });
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 700);
      throw new Error('the connection broke');
    };
    await expect(read(broken())).rejects.toThrow('the connection broke');
  });

  it('lists what is no file, and contents only where they are wanted', async () => {
    const tar = pack();
    tar.entry({ name: 'a/', type: 'directory' });
    tar.entry({ name: 'a/1.png' }, 'one');
    tar.entry({ name: 'a/2.json' }, '{}');
    tar.entry({ name: 'a/3.png', type: 'symlink', linkname: '/etc/passwd' });
    tar.finalize();
    const bytes = Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Uint8Array>));
    const wants = ({ name }: { readonly name: string }): boolean => name.endsWith('.json');
    const list = (source: Uint8Array) =>
      Array.fromAsync(readTarEntries(cut(source, 700), { wants, needsEnd: true }));
    expect(await list(bytes)).toMatchObject([
      { name: 'a/', kind: 'folder' },
      { name: 'a/1.png', kind: 'file', sizeBytes: 3, bytes: null },
      { name: 'a/2.json', kind: 'file', bytes: Buffer.from('{}') },
      { name: 'a/3.png', kind: 'link', bytes: null },
    ]);
    // Cut off behind a whole file: what is left reads like a tar.
    await expect(list(bytes.subarray(0, 1536))).rejects.toThrow('its end is missing');
    expect(await Array.fromAsync(readTarFiles(cut(bytes.subarray(0, 1536), 700)))).toHaveLength(1);
  });

  it('lets go of its source when nobody reads on', async () => {
    const { bytes } = await writeShard(samples);
    let isLetGo = false;
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield bytes.subarray(0, bytes.byteLength - END_BYTES);
      } finally {
        isLetGo = true;
      }
    };
    for await (const { name } of readTarFiles(source())) {
      expect(name).toBe('000004/000.webp');
      break;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(isLetGo).toBe(true);
  });
});
