import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';

import { packFiles } from './pack-files.ts';
import { readTarEntries, readTarFiles } from './read-tar-files.ts';
import { END_BYTES, ShardWriter, writeShard } from './shard-writer.ts';
import { tarHeader, tarPaddingBytes } from './tar-header.ts';

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
    const letGo = Promise.withResolvers<void>();
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield bytes.subarray(0, bytes.byteLength - END_BYTES);
      } finally {
        letGo.resolve();
      }
    };
    for await (const { name } of readTarFiles(source())) {
      expect(name).toBe('000004/000.webp');
      break;
    }
    await letGo.promise;
  });
});
