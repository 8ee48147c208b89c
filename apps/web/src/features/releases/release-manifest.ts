/** @file What a page shows of a published manifest, and the addresses of its files. Pure. */
import { figure, list, record, text } from '@/lib/json.ts';

/** A file of a release. */
export interface ReleaseFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly url: string;
}

/** What the page needs of a manifest. */
export interface ShownManifest {
  /** The whole dataset as one archive. */
  readonly archive: ReleaseFile | null;
  readonly shards: readonly ReleaseFile[];
  /** Texts that come with the images. */
  readonly texts: readonly ReleaseFile[];
}

/** The address of something beside the manifest. */
export function besideManifest(manifestUrl: string, name: string): string {
  return manifestUrl.replace(/[^/]*$/, name);
}

/** Reads the manifest at that address. */
export function readManifest(json: unknown, manifestUrl: string): ShownManifest {
  const files = list(record(json)['files']).flatMap((each): ReleaseFile[] => {
    const row = record(each);
    const [name, sizeBytes, sha256] = [
      text(row['name']),
      figure(row['sizeBytes']),
      text(row['sha256']),
    ];
    if (name === null || sizeBytes === null || sha256 === null) return [];
    const isArchive = name.endsWith('.zip');
    const path = isArchive ? name : `files/${encodeURIComponent(name)}`;
    return [{ name, sizeBytes, sha256, url: besideManifest(manifestUrl, path) }];
  });
  const isShard = ({ name }: ReleaseFile) => name.endsWith('.tar');
  const isArchive = ({ name }: ReleaseFile) => name.endsWith('.zip');
  return {
    archive: files.find(isArchive) ?? null,
    shards: files.filter(isShard),
    texts: files.filter((file) => !isShard(file) && !isArchive(file)),
  };
}
