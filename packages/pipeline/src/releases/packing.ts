/**
 * @file The packing list of a release: which files it consists of, and where every byte of them lies. It is made by the check that
 * reads every shard, and both the manifest and the downloads follow from it.
 */

import {
  centralZipHeader,
  localZipHeader,
  localZipHeaderBytes,
  TAR_END_BYTES,
  tarHeader,
  tarPaddingBytes,
  zipEnd,
} from '@colloid/formats';
import { contentKey, getContent, type ObjectStore } from '@colloid/storage';
import { z } from 'zod';

import type { FilePart, FileSection } from './file-parts.ts';

const ZSha256 = z.string().regex(/^[0-9a-f]{64}$/);
const ZSize = z.number().int().nonnegative();
const ZFile = z.object({ name: z.string(), sizeBytes: ZSize, sha256: ZSha256 });

/** A small text file, which lies in the store under its digest. */
const ZDocument = ZFile.extend({ crc32: ZSize });

/** A tar of images. */
const ZShard = ZFile.extend({
  /** The object its images lie in. */
  source: z.object({ key: z.string(), sizeBytes: ZSize }),
  /** Whether the file is that object; otherwise it is put together from pieces of it. */
  isStored: z.boolean(),
  /** Stands before the name of every file, so that identities of several runs have different names. */
  prefix: z.string(),
  images: ZSize,
  /** SHA-256 of the table of its images. */
  table: ZSha256,
  /** Headers and contents of its images in the zip. */
  localBytes: ZSize,
  /** Entries of its images in the zip's directory. */
  centralBytes: ZSize,
});

/** What the object under the digest of a packing list holds. */
export const ZPacking = z.object({
  packing: z.literal(1),
  versionDigest: z.string(),
  documents: z.array(ZDocument),
  shards: z.array(ZShard),
  zip: ZFile,
});

export type Packing = z.infer<typeof ZPacking>;
export type PackedShard = z.infer<typeof ZShard>;
export type PackedDocument = z.infer<typeof ZDocument>;

/** Name, place and length in the source, CRC-32, and place and length of the sidecar; -1 and 0 where there is none. */
const ZTable = z.array(z.tuple([z.string(), ZSize, ZSize, ZSize, z.number().int(), ZSize]));

/** An image of a shard. */
export type PackedImage = z.infer<typeof ZTable>[number];

/** Lists in memory; one of ten million images takes about 4 MB. */
const MOST_PACKINGS = 8;

/** Name of the zip. */
export const ZIP_NAME = 'dataset.zip';

/** Reads packing lists and their tables; the last few stay in memory, since downloads ask for one range after the other. */
export class PackingReader {
  readonly #store: Pick<ObjectStore, 'get'>;
  readonly #tables = new Map<string, Promise<readonly PackedImage[]>>();
  readonly #packings = new Map<string, Promise<Packing>>();
  readonly #mostTables: number;

  /** @param mostTables tables in memory; one of a thousand images takes about 200 KB */
  constructor(store: Pick<ObjectStore, 'get'>, mostTables = 64) {
    this.#store = store;
    this.#mostTables = mostTables;
  }

  /** @throws StorageError NOT_FOUND, CORRUPT */
  packing(digest: string): Promise<Packing> {
    return this.#remember(this.#packings, digest, {
      parse: (value) => ZPacking.parse(value),
      most: MOST_PACKINGS,
    });
  }

  /** @throws StorageError NOT_FOUND, CORRUPT */
  table(digest: string): Promise<readonly PackedImage[]> {
    return this.#remember(this.#tables, digest, {
      parse: (value) => ZTable.parse(value),
      most: this.#mostTables,
    });
  }

  #remember<T>(
    kept: Map<string, Promise<T>>,
    digest: string,
    { parse, most }: { readonly parse: (value: unknown) => T; readonly most: number },
  ): Promise<T> {
    const found = kept.get(digest);
    if (found !== undefined) return found;
    const reading = getContent(this.#store as ObjectStore, digest).then((bytes) =>
      parse(JSON.parse(new TextDecoder().decode(bytes))),
    );
    kept.set(digest, reading);
    // A failure is not remembered: the store may answer the next time.
    reading.catch(() => kept.delete(digest));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return reading;
  }
}

/** The sections of a file of the packing list; null where it has none of that name. */
export function sectionsOf(
  reader: PackingReader,
  packing: Packing,
  name: string,
): readonly FileSection[] | null {
  if (name === packing.zip.name) return zipSections(reader, packing);
  const shard = packing.shards.find((each) => each.name === name);
  if (shard !== undefined) return shardSections(reader, shard);
  const document = packing.documents.find((each) => each.name === name);
  return document === undefined ? null : [whole(documentPart(document), document.sizeBytes)];
}

function shardSections(reader: PackingReader, shard: PackedShard): readonly FileSection[] {
  const { key, sizeBytes } = shard.source;
  if (shard.isStored) return [whole({ key, offset: 0, length: sizeBytes }, sizeBytes)];
  return [
    {
      sizeBytes: shard.sizeBytes,
      parts: async () => [
        ...(await reader.table(shard.table)).flatMap((image) => tarParts(shard, image)),
        new Uint8Array(TAR_END_BYTES),
      ],
    },
  ];
}

/** An image in a tar, and its sidecar after it. */
export function tarParts(
  { source, prefix }: Pick<PackedShard, 'source' | 'prefix'>,
  [name, offset, length, , sidecarOffset, sidecarLength]: PackedImage,
): readonly FilePart[] {
  const file = (of: string, at: number, size: number): readonly FilePart[] => [
    tarHeader(`${prefix}${of}`, size),
    { key: source.key, offset: at, length: size },
    new Uint8Array(tarPaddingBytes(size)),
  ];
  return [
    ...file(name, offset, length),
    ...(sidecarOffset < 0 ? [] : file(sidecarName(name), sidecarOffset, sidecarLength)),
  ];
}

/** What the sidecar of an image is called. */
export function sidecarName(imageName: string): string {
  return imageName.replace(/\.[^.]*$/, '.json');
}

/** Documents, then the images of every shard, then the directory in the same order. */
function zipSections(reader: PackingReader, packing: Packing): readonly FileSection[] {
  const locals: FileSection[] = [];
  const centrals: FileSection[] = [];
  let offset = 0;
  for (const document of packing.documents) {
    const at = offset;
    const sizeBytes = localZipHeaderBytes(document.name) + document.sizeBytes;
    locals.push({ sizeBytes, parts: () => [localZipHeader(document), documentPart(document)] });
    const central = centralZipHeader(document, at);
    centrals.push({ sizeBytes: central.byteLength, parts: () => [central] });
    offset += sizeBytes;
  }
  for (const shard of packing.shards) {
    const at = offset;
    const { localBytes, centralBytes } = shard;
    const images = () => reader.table(shard.table);
    locals.push({
      sizeBytes: localBytes,
      parts: async () => (await images()).flatMap((image) => localParts(shard, image)),
    });
    centrals.push({
      sizeBytes: centralBytes,
      parts: async () => centralParts(shard, await images(), at),
    });
    offset += localBytes;
  }
  const end = zipEnd({
    files: packing.documents.length + packing.shards.reduce((sum, { images }) => sum + images, 0),
    directoryOffset: offset,
    directoryBytes: centrals.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  });
  return [...locals, ...centrals, { sizeBytes: end.byteLength, parts: () => [end] }];
}

function localParts(
  { source, prefix }: PackedShard,
  [name, offset, length, crc32]: PackedImage,
): readonly FilePart[] {
  const file = { name: `${prefix}${name}`, sizeBytes: length, crc32 };
  return [localZipHeader(file), { key: source.key, offset, length }];
}

/** Entries of the directory for images whose headers follow each other from `at` on. */
export function centralParts(
  { prefix }: Pick<PackedShard, 'prefix'>,
  images: readonly PackedImage[],
  at: number,
): readonly Uint8Array[] {
  let offset = at;
  return images.map(([imageName, , sizeBytes, crc32]) => {
    const name = `${prefix}${imageName}`;
    const entry = centralZipHeader({ name, sizeBytes, crc32 }, offset);
    offset += localZipHeaderBytes(name) + sizeBytes;
    return entry;
  });
}

function documentPart({ sha256, sizeBytes }: PackedDocument): FilePart {
  return { key: contentKey(sha256), offset: 0, length: sizeBytes };
}

function whole(part: FilePart, sizeBytes: number): FileSection {
  return { sizeBytes, parts: () => [part] };
}
