/** @file An uploaded archive of images, unpacked one image at a time. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openZip, type ZipArchive } from '@colloid/formats';
import { getContentFile, isStorageError, type ObjectStore } from '@colloid/storage';

import { PipelineError } from '../errors.ts';

const LIMITS = { mostFiles: 200_000, mostBytesPerFile: 64 * 1024 ** 2 } as const;
const IMAGE = /\.(png|jpe?g|webp)$/i;

/** Fetches the archive, hands it to `use` with the names of its images in order, and removes it again. */
export async function withArchive<Output>(
  store: ObjectStore,
  file: { readonly name: string; readonly digest: string },
  use: (archive: ZipArchive, images: readonly string[]) => Promise<Output>,
): Promise<Output> {
  const folder = await mkdtemp(join(tmpdir(), 'colloid-set-'));
  try {
    const path = join(folder, 'archive.zip');
    await getContentFile(store, file.digest, path).catch((cause: unknown) => {
      if (!isStorageError(cause, 'NOT_FOUND')) throw cause;
      throw new PipelineError(
        'SET_FILE_MISSING',
        `The file '${file.name}' is no longer in the object store; upload it again.`,
        { cause },
      );
    });
    const archive = await openZip(path, LIMITS);
    try {
      const images = archive.names.filter((name) => IMAGE.test(name)).toSorted();
      if (images.length === 0) {
        throw new PipelineError(
          'SET_INVALID',
          `'${file.name}' holds no images; put PNG, JPEG or WebP files into it.`,
        );
      }
      return await use(archive, images);
    } finally {
      archive.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
