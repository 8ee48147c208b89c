/** @file One pass over all that a version consists of: every shard is read and compared with its digest, and the packing list is made of it. */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type {
  ContentPart,
  ShardShare,
  VersionContents,
  VersionContentService,
} from '@colloid/catalog';
import { canonicalJson, isFormatError, localZipHeaderBytes } from '@colloid/formats';
import { isStorageError, type ObjectStore, putContent } from '@colloid/storage';

import type { ReportProgress } from '../measurements/report-progress.ts';

import {
  centralParts,
  type PackedDocument,
  type PackedImage,
  type PackedShard,
  type Packing,
  PackingReader,
} from './packing.ts';
import { readShard, type ShardFindings } from './read-shard.ts';
import { ZipTally } from './zip-tally.ts';

export interface PackOptions {
  readonly store: ObjectStore;
  readonly contents: VersionContentService;
  readonly version: VersionContents;
  /** Text files that come with the images, by name. */
  readonly documents: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Told the share of all bytes that has been read, and of which shard. @default nobody */
  readonly report?: ReportProgress;
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
  const { store, version } = options;
  const parts = await Promise.all(version.parts.map((part) => planOf(part, options)));
  const pass = new Pass(options, parts);
  const documents: PackedDocument[] = [];
  for (const [name, text] of options.documents) documents.push(await pass.document(name, text));
  const shards: PackedShard[] = [];
  for (const { part, arrays, shares } of parts) {
    for (const shard of arrays) await pass.array(part, shard);
    for (const share of shares) {
      const name = `shard-${String(shards.length).padStart(6, '0')}.tar`;
      const shard = await pass.images(part, share, name);
      if (shard !== null) shards.push(shard);
    }
  }
  const found = pass.finish();
  if (found.problemCount > 0) return { ...found, packing: null };
  const zip = await pass.zip.finish(new PackingReader(store, 1), documents, shards);
  const list: Packing = {
    packing: 1,
    versionDigest: version.digest,
    documents,
    shards,
    zip,
  };
  const { digest } = await putContent(store, encode(canonicalJson(list)));
  return { ...found, packing: { digest, list } };
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

type Shard = ContentPart['shards'][number];

/** What is read of a run. */
interface PartPlan {
  readonly part: ContentPart;
  /** Shards of latents and embeddings that belong to the version's samples. */
  readonly arrays: readonly Shard[];
  /** What the version has in each shard of images. */
  readonly shares: readonly ShardShare[];
}

async function planOf(part: ContentPart, { contents, version }: PackOptions): Promise<PartPlan> {
  const { runId } = part;
  const sharesOf = (column: 'latentShard' | 'imageShard') =>
    contents.sharesOf({ contents: version, runId, column });
  const wanted = new Set((await sharesOf('latentShard')).map(({ ordinal }) => ordinal));
  const arrays = part.shards.filter(
    ({ kind, ordinal }) => kind !== 'IMAGES' && wanted.has(ordinal),
  );
  return { part, arrays, shares: await sharesOf('imageShard') };
}

function imagesIn({ shards }: ContentPart, share: ShardShare): Shard | undefined {
  return shards.find(({ kind, ordinal }) => kind === 'IMAGES' && ordinal === share.ordinal);
}

/** The state of the pass. */
class Pass {
  readonly zip = new ZipTally();
  readonly #options: PackOptions;
  /** Shards to be read, and their bytes by the catalog. */
  readonly #shards: number;
  readonly #totalBytes: number;
  readonly #problems: string[] = [];
  #begun = 0;
  #bytesSeen = 0;
  #objects = 0;
  #bytes = 0;
  #images = 0;
  #problemCount = 0;

  constructor(options: PackOptions, parts: readonly PartPlan[]) {
    this.#options = options;
    const shards = parts.flatMap(({ part, arrays, shares }) => [
      ...arrays,
      ...shares.flatMap((share) => imagesIn(part, share) ?? []),
    ]);
    this.#shards = shards.length;
    this.#totalBytes = shards.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0);
  }

  finish(): Omit<PackResult, 'packing'> {
    const { sampleCount, number } = this.#options.version;
    if (this.#problemCount === 0 && this.#images !== sampleCount) {
      this.#problem(
        `Version ${number} has ${sampleCount} samples, and its shards hold ${this.#images}.`,
      );
    }
    return {
      objects: this.#objects,
      bytes: this.#bytes,
      images: this.#images,
      problems: this.#problems,
      problemCount: this.#problemCount,
    };
  }

  /** Stores a text file and puts it at this place of the zip. */
  async document(name: string, text: string): Promise<PackedDocument> {
    const bytes = encode(text);
    const { digest, sizeBytes } = await putContent(this.#options.store, bytes);
    const document = { name, sizeBytes, sha256: digest, crc32: crc32(bytes) };
    this.zip.add(document, bytes);
    return document;
  }

  /** Compares a shard of latents or embeddings with its digest. */
  async array(part: ContentPart, shard: Shard): Promise<void> {
    await this.#readObject(part, shard, async (pieces) => {
      for await (const _ of pieces);
    });
  }

  /** Reads one shard of images; null where it cannot be packed. */
  async images(part: ContentPart, share: ShardShare, name: string): Promise<PackedShard | null> {
    const { contents, version, store } = this.#options;
    const { runId } = part;
    const shard = imagesIn(part, share);
    if (shard === undefined) {
      this.#problem(`Run ${part.number} has no shard ${share.ordinal} of images on record.`);
      return null;
    }
    const column = 'imageShard';
    const samples = await contents.samplesOf({ contents: version, runId, column, share });
    // Identity 7 of two runs is not the same face.
    const prefix = version.parts.length > 1 ? `r${part.number}-` : '';
    const at = this.zip.offset;
    const findings = await this.#readObject(part, shard, (pieces) =>
      readShard(pieces, {
        samples,
        prefix,
        onImage: (file, bytes) => this.zip.add(file, bytes),
        onFault: (fault) => this.#problem(`${nameOf(part, shard)}: ${fault}`),
      }),
    );
    if (findings === null) return null;
    const { images } = findings;
    this.#images += images.length;
    if (images.length !== samples.length) {
      this.#problem(
        `${nameOf(part, shard)} holds ${images.length} of the ${samples.length} images that the version has in it.`,
      );
    }
    const table = await putContent(store, encode(JSON.stringify(images)));
    return {
      name,
      ...contentOf(shard, findings, prefix),
      source: { key: shard.objectKey, sizeBytes: Number(shard.sizeBytes) },
      prefix,
      images: images.length,
      table: table.digest,
      localBytes: localBytesOf(prefix, images),
      centralBytes: centralParts({ prefix }, images, at).reduce(
        (sum, entry) => sum + entry.byteLength,
        0,
      ),
    };
  }

  #report(bytes: number): void {
    const share = Math.min(1, bytes / Math.max(1, this.#totalBytes));
    this.#options.report?.(share, `shard ${this.#begun} of ${this.#shards}`);
  }

  #problem(sentence: string): void {
    this.#problemCount += 1;
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(sentence);
  }

  /** Hands an object on piece by piece and compares it with its record; null where it is not what the record says. */
  async #readObject<T>(
    part: ContentPart,
    shard: Shard,
    take: (pieces: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T | null> {
    const { store, signal } = this.#options;
    const what = nameOf(part, shard);
    this.#begun += 1;
    const seenBefore = this.#bytesSeen;
    this.#bytesSeen += Number(shard.sizeBytes);
    const report = (bytes: number): void => this.#report(bytes);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const hashed = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of source) {
        signal.throwIfAborted();
        hash.update(piece);
        sizeBytes += piece.byteLength;
        report(seenBefore + sizeBytes);
        yield piece;
      }
    };
    let taken: T;
    try {
      taken = await take(hashed(await store.stream(shard.objectKey)));
    } catch (error) {
      if (isStorageError(error, 'NOT_FOUND')) {
        this.#problem(`${what} is not in the object store.`);
        return null;
      }
      if (!isFormatError(error)) throw error;
      this.#problem(`${what} cannot be read: ${error.message}`);
      return null;
    }
    this.#objects += 1;
    this.#bytes += sizeBytes;
    const digest = hash.digest('hex');
    if (digest === shard.digest && sizeBytes === Number(shard.sizeBytes)) return taken;
    this.#problem(
      `${what} has ${sizeBytes} bytes with SHA-256 ${digest}; on record are ${shard.sizeBytes} with ${shard.digest}.`,
    );
    return null;
  }
}

function nameOf(part: ContentPart, { ordinal, kind }: Shard): string {
  return `Shard ${ordinal} of ${kind.toLowerCase()} of run ${part.number}`;
}

/** The stored tar as it is where nothing else is in it and no name changes, otherwise the one put together from it. */
function contentOf(
  shard: Shard,
  { strangers, repacked }: ShardFindings,
  prefix: string,
): Pick<PackedShard, 'isStored' | 'sizeBytes' | 'sha256'> {
  return strangers === 0 && prefix === ''
    ? { isStored: true, sizeBytes: Number(shard.sizeBytes), sha256: shard.digest }
    : { isStored: false, ...repacked };
}

function localBytesOf(prefix: string, images: readonly PackedImage[]): number {
  return images.reduce(
    (sum, [name, , sizeBytes]) => sum + localZipHeaderBytes(`${prefix}${name}`) + sizeBytes,
    0,
  );
}
