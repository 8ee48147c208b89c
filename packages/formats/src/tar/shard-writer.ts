/**
 * @file Tar shards as WebDataset reads them, with the place of every file's bytes.
 *
 * All headers are alike but for name and size, so the same samples give the same bytes, hence the
 * same digest, on any machine.
 */
import { pack } from 'tar-stream';
import type { Pack } from 'tar-stream';

import { FormatError } from '../errors.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './canonical-json.ts';
import { sampleName } from './sample-name.ts';
import type { SampleId } from './sample-name.ts';

/** Where the bytes of one file lie inside the tar. */
export interface ShardEntry {
  readonly name: string;
  /** Of the file's first byte, from the beginning of the tar, in bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** All files of a shard in the order in which they were added. */
export interface ShardIndex {
  readonly entries: readonly ShardEntry[];
  /** Size of the whole tar. */
  readonly sizeBytes: number;
}

/** One sample of a shard. */
export interface ShardSample extends SampleId {
  /** Extension of the image without a dot: `webp`. */
  readonly extension: string;
  /** The encoded image. */
  readonly image: Uint8Array;
  /** Written next to the image as `.json`, keys sorted. */
  readonly sidecar?: { readonly [key: string]: JsonValue };
}

/** Options of {@link ShardWriter} and {@link writeShard}. */
export interface ShardOptions {
  /** Whether sidecars are written; without them `sidecar` is left out. @default true */
  readonly sidecars?: boolean;
}

const BLOCK_BYTES = 512;
/** Two blocks of zeros end a tar. */
export const END_BYTES = 2 * BLOCK_BYTES;
/** Longest name that fits into one header. */
const MAX_NAME_BYTES = 100;

/**
 * Writes samples to a tar as a stream. Read {@link output} while adding: `add` waits until the
 * reader has taken the sample, so that no shard is held in memory.
 *
 * @example
 * const writer = new ShardWriter();
 * const stored = store.put('shards/0001.tar', writer.output);
 * for (const sample of samples) await writer.add(sample);
 * const index = writer.finish();
 * await stored;
 */
export class ShardWriter {
  readonly #pack: Pack = pack();
  readonly #names = new Set<string>();
  readonly #entries: ShardEntry[] = [];
  readonly #hasSidecars: boolean;
  #offset = 0;

  constructor(options: ShardOptions = {}) {
    this.#hasSidecars = options.sidecars ?? true;
  }

  /** The bytes of the tar; to be read once. */
  get output(): AsyncIterable<Uint8Array> {
    return this.#pack as AsyncIterable<Uint8Array>;
  }

  /**
   * Add a sample and give the place of its image.
   *
   * @throws FormatError INVALID_ARGUMENT when the sample is in the shard already
   */
  async add(sample: ShardSample): Promise<ShardEntry> {
    const entry = await this.addFile(sampleName(sample, sample.extension), sample.image);
    if (this.#hasSidecars && sample.sidecar !== undefined)
      await this.addFile(sampleName(sample, 'json'), Buffer.from(canonicalJson(sample.sidecar)));
    return entry;
  }

  /** Add any file; the name is relative, of ASCII characters, and at most 100 bytes long. */
  async addFile(name: string, bytes: Uint8Array): Promise<ShardEntry> {
    checkName(name);
    if (this.#names.has(name))
      throw new FormatError('INVALID_ARGUMENT', `'${name}' is in the shard already.`);
    this.#names.add(name);
    const entry = { name, offset: this.#offset + BLOCK_BYTES, length: bytes.byteLength };
    this.#offset = entry.offset + Math.ceil(bytes.byteLength / BLOCK_BYTES) * BLOCK_BYTES;
    this.#entries.push(entry);
    await this.#write(name, bytes);
    return entry;
  }

  /** End the tar and give the place of every file. */
  finish(): ShardIndex {
    this.#pack.finalize();
    return { entries: [...this.#entries], sizeBytes: this.#offset + END_BYTES };
  }

  /** Give up: whoever reads the output gets `reason`. */
  abort(reason: Error): void {
    this.#pack.destroy(reason);
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const header = {
      name,
      size: body.length,
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
      mtime: new Date(0),
    } as const;
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry(header, body, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      );
    });
  }
}

/**
 * Write samples to one tar in memory, as is needed to store a shard under its digest.
 *
 * @example
 * const { bytes, index } = await writeShard(samples);
 * const { digest } = await putContent(store, bytes, { contentType: 'application/x-tar' });
 */
export async function writeShard(
  samples: Iterable<ShardSample> | AsyncIterable<ShardSample>,
  options: ShardOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly index: ShardIndex }> {
  const writer = new ShardWriter(options);
  const parts: Uint8Array[] = [];
  const reading = (async () => {
    for await (const part of writer.output) parts.push(part);
  })();
  const writing = (async () => {
    try {
      for await (const sample of samples) await writer.add(sample);
      return writer.finish();
    } catch (error) {
      writer.abort(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  })();
  // Both are awaited, so that neither fails unseen; the writer's error is the one to report.
  const [written, read] = await Promise.allSettled([writing, reading]);
  if (written.status === 'rejected') throw written.reason;
  if (read.status === 'rejected') throw read.reason;
  return { bytes: Buffer.concat(parts), index: written.value };
}

/** @throws FormatError INVALID_ARGUMENT for a name that no file of a shard may have */
export function checkName(name: string): void {
  const segments = name.split('/');
  const isPlain = /^[\x21-\x7e]+$/.test(name) && name.length <= MAX_NAME_BYTES;
  if (!isPlain || segments.some((segment) => ['', '.', '..'].includes(segment)))
    throw new FormatError(
      'INVALID_ARGUMENT',
      `'${name.slice(0, 120)}' cannot name a file in a shard; use a relative path of at most ${MAX_NAME_BYTES} ASCII characters without spaces.`,
    );
}
