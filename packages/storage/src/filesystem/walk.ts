/** @file All files under a folder whose key begins with a prefix, in the order of S3. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { RESERVED_SEGMENT } from '../keys.ts';
import { errnoOf } from './filesystem-errors.ts';

/** A file found by {@link walk}. */
export interface FoundFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

/**
 * Files under `root` whose relative path begins with `prefix`, ordered by the bytes of the whole
 * path. Files that vanish while walking are left out; unfinished writes are never seen.
 */
export async function* walk(root: string, prefix: string): AsyncGenerator<FoundFile> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  yield* walkFolder(root, folder, prefix);
}

async function* walkFolder(
  root: string,
  folder: string,
  prefix: string,
): AsyncGenerator<FoundFile> {
  for (const name of await sortedNames(path.join(root, folder))) {
    const key = folder + name;
    if (key === `${RESERVED_SEGMENT}/`) continue;
    if (name.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walkFolder(root, key, prefix);
    } else if (key.startsWith(prefix)) {
      const found = await factsOf(path.join(root, key));
      if (found !== null) yield { key, ...found };
    }
  }
}

/** Names in a folder; a sub-folder's ends with `/`, so that sorting names sorts whole keys. */
async function sortedNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function factsOf(file: string): Promise<Omit<FoundFile, 'key'> | null> {
  try {
    const { size, mtime } = await stat(file);
    return { sizeBytes: size, modifiedAt: mtime };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
