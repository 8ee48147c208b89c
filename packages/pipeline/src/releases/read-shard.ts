/** @file The images of a version out of a tar as it passes by, and the tar that holds nothing else. */

import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { PlacedSample } from '@colloid/catalog';
import {
  parseSampleName,
  readTarFiles,
  type StoredZipFile,
  TAR_END_BYTES,
  tarHeader,
  tarPaddingBytes,
  type TarFile,
} from '@colloid/formats';

import { type PackedImage, sidecarName } from './packing.ts';

export interface ShardReading {
  /** The version's samples in the tar. */
  readonly samples: readonly PlacedSample[];
  /** Put before every name. */
  readonly prefix: string;
  /** Given every image in the order of the tar; its bytes are not to be kept. */
  readonly onImage: (file: StoredZipFile, bytes: Uint8Array) => void;
  /** Told, as a sentence, where the tar and the catalog differ. */
  readonly onFault: (fault: string) => void;
}

/** What {@link readShard} found. */
export interface ShardFindings {
  readonly images: readonly PackedImage[];
  /** Files of the tar that do not belong to the version. */
  readonly strangers: number;
  /** The tar of the version's images and their sidecars alone. */
  readonly repacked: { readonly sizeBytes: number; readonly sha256: string };
}

/** Reads a tar to its end; memory holds one file of it. @throws FormatError INVALID_TAR */
export async function readShard(
  pieces: AsyncIterable<Uint8Array>,
  { samples, prefix, onImage, onFault }: ShardReading,
): Promise<ShardFindings> {
  const wanted = new Map(samples.map((sample) => [sample.imageOffset, sample]));
  const images: PackedImage[] = [];
  const tar = new TarTally(prefix);
  let strangers = 0;
  for await (const file of readTarFiles(pieces)) {
    const { name, offset, bytes } = file;
    const sizeBytes = bytes.byteLength;
    const sample = wanted.get(offset);
    const last = images.at(-1);
    if (sample !== undefined) {
      const fault = faultOf(file, sample);
      if (fault !== null) {
        onFault(fault);
        continue;
      }
      const sum = crc32(bytes);
      images.push([name, offset, sizeBytes, sum, -1, 0]);
      tar.add(file);
      onImage({ name: `${prefix}${name}`, sizeBytes, crc32: sum }, bytes);
    } else if (last !== undefined && last[4] < 0 && sidecarName(last[0]) === name) {
      const [imageName, imageOffset, imageSize, sum] = last;
      images[images.length - 1] = [imageName, imageOffset, imageSize, sum, offset, sizeBytes];
      tar.add(file);
    } else strangers += 1;
  }
  return { images, strangers, repacked: tar.finish() };
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

/** Size and SHA-256 of the tar that `tarParts` of a packing list stands for. */
class TarTally {
  readonly #prefix: string;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add({ name, bytes }: TarFile): void {
    const sizeBytes = bytes.byteLength;
    this.#take(tarHeader(`${this.#prefix}${name}`, sizeBytes));
    this.#take(bytes);
    this.#take(new Uint8Array(tarPaddingBytes(sizeBytes)));
  }

  finish(): ShardFindings['repacked'] {
    this.#take(new Uint8Array(TAR_END_BYTES));
    return { sizeBytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  #take(part: Uint8Array): void {
    this.#hash.update(part);
    this.#bytes += part.byteLength;
  }
}
