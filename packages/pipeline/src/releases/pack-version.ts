/** @file One pass over all that a version consists of: every shard is read and compared with its digest, and the packing list is made of it. */

import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type {
  ContentPart,
  PlacedSample,
  ShardShare,
  VersionContents,
  VersionContentService,
} from '@colloid/catalog';
import {
  canonicalJson,
  isFormatError,
  localZipHeader,
  localZipHeaderBytes,
  parseSampleName,
  readTarFiles,
  TAR_END_BYTES,
  tarHeader,
  tarPaddingBytes,
  type TarFile,
  zipEnd,
} from '@colloid/formats';
import { isStorageError, type ObjectStore, putContent } from '@colloid/storage';

import {
  centralParts,
  type PackedDocument,
  type PackedImage,
  type PackedShard,
  type Packing,
  PackingReader,
  sidecarName,
  ZIP_NAME,
} from './packing.ts';

export interface PackOptions {
  readonly store: ObjectStore;
  readonly contents: VersionContentService;
  readonly version: VersionContents;
  /** Text files that come with the images, by name. */
  readonly documents: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

/** What the pass found. */
export interface PackResult {
  /** Objects read. */
  readonly objects: number;
  readonly bytes: number;
  readonly images: number;
  /** Sentences, the first hundred of `problemCount`. */
  readonly problems: readonly string[];
  readonly problemCount: number;
  /** Where the packing list lies, and what it says; null where there are problems. */
  readonly packing: { readonly digest: string; readonly list: Packing } | null;
}

const MOST_PROBLEMS = 100;

/** Reads everything; memory holds one image, the table of one shard, and the list. Fails only for what is wrong with the surroundings. */
export async function packVersion(options: PackOptions): Promise<PackResult> {
  const pass = new Pass(options);
  const documents: PackedDocument[] = [];
  for (const [name, text] of options.documents) documents.push(await pass.document(name, text));
  const shards: PackedShard[] = [];
  // One prefix per run: identity 7 of two runs is not the same face.
  const hasSeveral = options.version.parts.length > 1;
  for (const part of options.version.parts) {
    const prefix = hasSeveral ? `r${part.number}-` : '';
    await pass.arrays(part);
    for (const share of await options.contents.sharesOf({
      contents: options.version,
      runId: part.runId,
      column: 'imageShard',
    })) {
      const name = `shard-${String(shards.length).padStart(6, '0')}.tar`;
      const shard = await pass.images(part, share, { name, prefix });
      if (shard !== null) shards.push(shard);
    }
  }
  pass.expectSamples();
  if (pass.problemCount > 0) return { ...pass.found(), packing: null };
  const zip = await pass.finishZip(documents, shards);
  const versionDigest = options.version.digest;
  const list: Packing = { packing: 1, versionDigest, documents, shards, zip };
  const { digest } = await putContent(options.store, encode(canonicalJson(list)));
  return { ...pass.found(), packing: { digest, list } };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A shard as it is being read. */
interface ShardRead {
  readonly prefix: string;
  readonly images: PackedImage[];
  /** Of the tar that holds the version's images only. */
  readonly tar: Hash;
  tarBytes: number;
  /** Files of the object that do not belong to the version. */
  strangers: number;
}

interface TarReading {
  readonly read: ShardRead;
  readonly samples: readonly PlacedSample[];
  /** What the tar is called in a sentence. */
  readonly where: string;
}

/** The state of the pass. */
class Pass {
  readonly #options: PackOptions;
  readonly #zip = createHash('sha256');
  readonly #problems: string[] = [];
  #zipBytes = 0;
  #objects = 0;
  #bytes = 0;
  #images = 0;
  problemCount = 0;

  constructor(options: PackOptions) {
    this.#options = options;
  }

  found(): Omit<PackResult, 'packing'> {
    const { problemCount } = this;
    const [objects, bytes, images] = [this.#objects, this.#bytes, this.#images];
    return { objects, bytes, images, problems: this.#problems, problemCount };
  }

  /** Stores a text file and puts it at this place of the zip. */
  async document(name: string, text: string): Promise<PackedDocument> {
    const bytes = encode(text);
    const { digest, sizeBytes } = await putContent(this.#options.store, bytes);
    const document = { name, sizeBytes, sha256: digest, crc32: crc32(bytes) };
    this.#addToZip(localZipHeader(document), bytes);
    return document;
  }

  /** Compares the shards of latents and embeddings that belong to the version's samples with their digests. */
  async arrays(part: ContentPart): Promise<void> {
    const { contents, version } = this.#options;
    const shares = await contents.sharesOf({
      contents: version,
      runId: part.runId,
      column: 'latentShard',
    });
    const wanted = new Set(shares.map((share) => share.ordinal));
    for (const shard of part.shards) {
      if (shard.kind === 'IMAGES' || !wanted.has(shard.ordinal)) continue;
      await this.#readObject(part, shard, async (pieces) => {
        for await (const _ of pieces);
      });
    }
  }

  /** Reads one shard of images; null where it cannot be packed. */
  async images(
    part: ContentPart,
    share: ShardShare,
    { name, prefix }: { readonly name: string; readonly prefix: string },
  ): Promise<PackedShard | null> {
    const { contents, version, store } = this.#options;
    const { runId } = part;
    const shard = part.shards.find(
      ({ kind, ordinal }) => kind === 'IMAGES' && ordinal === share.ordinal,
    );
    if (shard === undefined) {
      this.#problem(`Run ${part.number} has no shard ${share.ordinal} of images on record.`);
      return null;
    }
    const samples = await contents.samplesOf({
      contents: version,
      runId,
      column: 'imageShard',
      share,
    });
    const read: ShardRead = {
      prefix,
      images: [],
      tar: createHash('sha256'),
      tarBytes: 0,
      strangers: 0,
    };
    const at = this.#zipBytes;
    const where = nameOf(part, shard);
    const isRight = await this.#readObject(part, shard, (pieces) =>
      this.#readTar(pieces, { read, samples, where }),
    );
    if (!isRight) return null;
    const { images, strangers } = read;
    if (images.length !== samples.length) {
      this.#problem(
        `${where} holds ${images.length} of the ${samples.length} images that the version has in it.`,
      );
    }
    const isStored = strangers === 0 && prefix === '';
    const end = new Uint8Array(TAR_END_BYTES);
    const table = await putContent(store, encode(JSON.stringify(images)));
    return {
      name,
      sizeBytes: isStored ? Number(shard.sizeBytes) : read.tarBytes + TAR_END_BYTES,
      sha256: isStored ? shard.digest : read.tar.update(end).digest('hex'),
      source: { key: shard.objectKey, sizeBytes: Number(shard.sizeBytes) },
      isStored,
      prefix,
      images: images.length,
      table: table.digest,
      localBytes: localBytesOf(prefix, images),
      centralBytes: sizeOf(centralParts({ prefix }, images, at)),
    };
  }

  expectSamples(): void {
    const { sampleCount, number } = this.#options.version;
    if (this.problemCount > 0 || this.#images === sampleCount) return;
    this.#problem(
      `Version ${number} has ${sampleCount} samples, and its shards hold ${this.#images}.`,
    );
  }

  /** Adds the directory. */
  async finishZip(
    documents: readonly PackedDocument[],
    shards: readonly PackedShard[],
  ): Promise<Packing['zip']> {
    const reader = new PackingReader(this.#options.store, 1);
    const directoryOffset = this.#zipBytes;
    let at = 0;
    for (const { name, sizeBytes, crc32: sum } of documents) {
      const image: PackedImage = [name, 0, sizeBytes, sum, -1, 0];
      this.#addToZip(...centralParts({ prefix: '' }, [image], at));
      at += localZipHeaderBytes(name) + sizeBytes;
    }
    for (const shard of shards) {
      this.#addToZip(...centralParts(shard, await reader.table(shard.table), at));
      at += shard.localBytes;
    }
    const directoryBytes = this.#zipBytes - directoryOffset;
    const files = documents.length + this.#images;
    this.#addToZip(zipEnd({ files, directoryOffset, directoryBytes }));
    return { name: ZIP_NAME, sizeBytes: this.#zipBytes, sha256: this.#zip.digest('hex') };
  }

  #addToZip(...parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#zip.update(part);
      this.#zipBytes += part.byteLength;
    }
  }

  #problem(sentence: string): void {
    this.problemCount += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(sentence);
  }

  /** Hands an object on piece by piece and compares it with its record; false where it is not what the record says. */
  async #readObject(
    part: ContentPart,
    shard: ContentPart['shards'][number],
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<boolean> {
    const { store, signal } = this.#options;
    const what = nameOf(part, shard);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const hashed = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of source) {
        signal.throwIfAborted();
        hash.update(piece);
        sizeBytes += piece.byteLength;
        yield piece;
      }
    };
    try {
      await take(hashed(await store.stream(shard.objectKey)));
    } catch (error) {
      if (isStorageError(error, 'NOT_FOUND')) {
        this.#problem(`${what} is not in the object store.`);
        return false;
      }
      if (!isFormatError(error)) throw error;
      this.#problem(`${what} cannot be read: ${error.message}`);
      return false;
    }
    this.#objects += 1;
    this.#bytes += sizeBytes;
    const digest = hash.digest('hex');
    if (digest === shard.digest && sizeBytes === Number(shard.sizeBytes)) return true;
    this.#problem(
      `${what} has ${sizeBytes} bytes with SHA-256 ${digest}; on record are ${shard.sizeBytes} with ${shard.digest}.`,
    );
    return false;
  }

  /** Takes the version's images, and their sidecars, out of a tar. */
  async #readTar(
    pieces: AsyncIterable<Uint8Array>,
    { read, samples, where }: TarReading,
  ): Promise<void> {
    const wanted = new Map(samples.map((sample) => [sample.imageOffset, sample]));
    for await (const file of readTarFiles(pieces)) {
      const sample = wanted.get(file.offset);
      const last = read.images.at(-1);
      if (sample !== undefined) {
        const fault = faultOf(file, sample);
        if (fault === null) this.#takeImage(read, file);
        else this.#problem(`${where}: ${fault}`);
      } else if (last !== undefined && last[4] < 0 && sidecarName(last[0]) === file.name) {
        read.images[read.images.length - 1] = [
          ...(last.slice(0, 4) as [string, number, number, number]),
          file.offset,
          file.bytes.byteLength,
        ];
        addToTar(read, file);
      } else read.strangers += 1;
    }
  }

  #takeImage(read: ShardRead, file: TarFile): void {
    const { name, offset, bytes } = file;
    const sizeBytes = bytes.byteLength;
    const sum = crc32(bytes);
    read.images.push([name, offset, sizeBytes, sum, -1, 0]);
    this.#images += 1;
    addToTar(read, file);
    this.#addToZip(localZipHeader({ name: `${read.prefix}${name}`, sizeBytes, crc32: sum }), bytes);
  }
}

function nameOf(part: ContentPart, { ordinal, kind }: ContentPart['shards'][number]): string {
  return `Shard ${ordinal} of ${kind.toLowerCase()} of run ${part.number}`;
}

/** Why a file is not the sample that lies there by the catalog; null where it is. */
function faultOf({ name, bytes }: TarFile, sample: PlacedSample): string | null {
  const parsed = parseSampleName(name);
  if (parsed?.identity !== sample.identityOrdinal || parsed.sample !== sample.ordinal)
    return `at the place of sample ${sample.ordinal} of identity ${sample.identityOrdinal} lies '${name}'.`;
  if (bytes.byteLength !== sample.imageLength)
    return `'${name}' has ${bytes.byteLength} bytes, and ${sample.imageLength} by the catalog.`;
  return null;
}

/** The bytes that a repacked tar has for a file. */
function addToTar(read: ShardRead, { name, bytes }: TarFile): void {
  for (const piece of [
    tarHeader(`${read.prefix}${name}`, bytes.byteLength),
    bytes,
    new Uint8Array(tarPaddingBytes(bytes.byteLength)),
  ]) {
    read.tar.update(piece);
    read.tarBytes += piece.byteLength;
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.byteLength, 0);
}

function localBytesOf(prefix: string, images: readonly PackedImage[]): number {
  return images.reduce(
    (sum, [name, , sizeBytes]) => sum + localZipHeaderBytes(`${prefix}${name}`) + sizeBytes,
    0,
  );
}
