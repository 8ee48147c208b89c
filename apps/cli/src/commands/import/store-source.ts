/** @file A folder or tar files on their way into the object store: nothing is unpacked, and a folder is packed as it is read. */

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';

import type { ImportedFile, ImportSource } from '@colloid/catalog';
import { packFiles, type PackedFile } from '@colloid/formats';
import { LARGEST_IMPORT_FILE, MOST_IMPORT_FILES } from '@colloid/pipeline';
import { type ObjectStore, putContentStream } from '@colloid/storage';

import { CliError } from '../../errors.ts';
import { showProgress } from '../../terminal.ts';

/** A folder is sent in tars of about this size. */
const TAR_BYTES = 1024 ** 3;

/** What was stored. */
export interface StoredSource {
  readonly source: ImportSource;
  /** What the folder or the first file is called. */
  readonly name: string;
  readonly files: readonly ImportedFile[];
}

/** Stores one folder, or all of the tar files. @throws {CliError} `INPUT_FILE` naming what cannot be imported */
export async function storeSource(
  store: ObjectStore,
  paths: readonly string[],
): Promise<StoredSource> {
  const found = await Promise.all(
    paths.map(async (path) => ({ path, facts: await factsOf(path) })),
  );
  const [first] = found;
  if (first !== undefined && found.length === 1 && first.facts.isDirectory()) {
    const files = await storeFolder(store, first.path);
    return { source: 'FOLDER', name: basename(resolve(first.path)), files };
  }
  const files: ImportedFile[] = [];
  for (const { path, facts } of found) {
    if (facts.isDirectory()) {
      throw invalid(`${path} is a folder among several sources; import one folder at a time.`);
    }
    if (!path.toLowerCase().endsWith('.tar')) {
      throw invalid(
        `${path} is no .tar file; give a folder, or tar files that are not compressed.`,
      );
    }
    if (facts.size > LARGEST_IMPORT_FILE) {
      throw invalid(
        `${path} has ${facts.size} bytes, and ${LARGEST_IMPORT_FILE} are the most; cut it in two.`,
      );
    }
    showProgress(`Storing ${basename(path)}`, files.length / found.length, null);
    files.push(await put(store, basename(path), createReadStream(path)));
  }
  if (files.length > MOST_IMPORT_FILES) {
    throw invalid(
      `There are ${files.length} tar files, and ${MOST_IMPORT_FILES} is the most; import them in parts.`,
    );
  }
  return { source: 'WEBDATASET', name: basename(first?.path ?? '').replace(/\.tar$/i, ''), files };
}

async function storeFolder(store: ObjectStore, folder: string): Promise<ImportedFile[]> {
  const all = await listFolder(folder);
  if (all.length === 0) {
    throw invalid(`${folder} holds no files; give each identity a folder with its images in it.`);
  }
  const tars: PackedFile[][] = [[]];
  let sizeBytes = 0;
  for (const file of all) {
    if (sizeBytes > 0 && sizeBytes + file.sizeBytes > TAR_BYTES) {
      tars.push([]);
      sizeBytes = 0;
    }
    tars.at(-1)?.push(file);
    sizeBytes += file.sizeBytes;
  }
  const files: ImportedFile[] = [];
  for (const [index, tar] of tars.entries()) {
    showProgress(`Storing ${folder}`, index / tars.length, null);
    files.push(await put(store, `folder-${index}.tar`, packFiles(tar)));
  }
  return files;
}

/** Everything inside, by name; hidden files are nobody's images, and links are told and not followed. */
async function listFolder(folder: string): Promise<PackedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: PackedFile[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).split(sep).join('/');
    if (entry.isDirectory() || name.split('/').some((part) => part.startsWith('.'))) continue;
    if (!entry.isFile()) files.push({ name, sizeBytes: 0, read: null });
    else {
      const { size: sizeBytes } = await stat(path);
      files.push({ name, sizeBytes, read: () => createReadStream(path) });
    }
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function put(
  store: ObjectStore,
  name: string,
  content: AsyncIterable<Uint8Array>,
): Promise<ImportedFile> {
  const maxBytes = LARGEST_IMPORT_FILE;
  const { digest, sizeBytes } = await putContentStream(store, content, { maxBytes });
  return { name, digest, sizeBytes };
}

function factsOf(path: string) {
  return stat(path).catch((cause: unknown) => {
    throw new CliError('INPUT_FILE', `${path} cannot be read; check its path.`, { cause });
  });
}

function invalid(message: string): CliError {
  return new CliError('INPUT_FILE', message);
}
