/** @file The files of a published release, by name. */
import type { OpenDownload } from '@colloid/catalog';
import { parseManifest, sectionsOf } from '@colloid/pipeline/client';
import type { FileSection, PackingReader, ReleaseManifest } from '@colloid/pipeline/client';
import { LRUCache } from 'lru-cache';

/** A file that can be sent from any place on. */
export interface PublishedFile {
  readonly name: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
  readonly sections: readonly FileSection[];
}

/** Manifests that stay in memory: a resumed download asks again and again. */
const MOST_KEPT = 16;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  zip: 'application/zip',
  tar: 'application/x-tar',
  md: 'text/markdown; charset=utf-8',
};

/** Finds the files that manifests list. */
export class PublishedFiles {
  readonly #packings: PackingReader;
  readonly #manifests = new LRUCache<string, ReleaseManifest>({ max: MOST_KEPT });

  constructor(packings: PackingReader) {
    this.#packings = packings;
  }

  /** Null where the manifest lists no such file. @throws StorageError where the packing list cannot be read */
  async find({ manifest }: OpenDownload, name: string): Promise<PublishedFile | null> {
    const parsed = this.#manifests.get(manifest.digest) ?? parseManifest(manifest.text);
    this.#manifests.set(manifest.digest, parsed);
    const file = parsed.files.find((each) => each.name === name);
    if (file === undefined) return null;
    const packing = await this.#packings.packing(parsed.packingDigest);
    const sections = sectionsOf(this.#packings, packing, name);
    if (sections === null) return null;
    const extension = name.slice(name.lastIndexOf('.') + 1);
    const contentType = CONTENT_TYPES[extension] ?? 'application/octet-stream';
    return { ...file, contentType, sections };
  }
}
