/** @file Where the bytes of a model come from: a folder, or memory. */

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { checkOutline } from '@colloid/onnx';
import type { ReadAt } from '@colloid/onnx';

import { ModelFileError } from '../errors.ts';
import { unusableGraph } from './check-graph.ts';
import { filesOf, modelDigest, parseManifest } from './manifest-facts.ts';
import type { ModelManifest } from './manifest.ts';

/** Bytes of a manifest and of an npy file; both are small. */
const MANIFEST_BYTES = 1024 ** 2;
const NPY_BYTES = 16 * 1024 ** 2;
/** Bytes of an ONNX file: what the format can hold. */
const ONNX_BYTES = 2 ** 31 - 1;

/** The most bytes that a file of a model may have, by its name. */
export function largestFile(name: string): number {
  if (name === 'model.json') return MANIFEST_BYTES;
  return name.endsWith('.npy') ? NPY_BYTES : ONNX_BYTES;
}

/** A folder with `model.json`, or the parsed manifest with the files it names. */
export type ModelSource =
  string | { readonly manifest: unknown; readonly files: Readonly<Record<string, Uint8Array>> };

export interface ModelBytes {
  readonly manifest: ModelManifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly digest: string;
}

/**
 * Reads the manifest and every file it names.
 *
 * @throws ManifestError, ModelFileError, ModelGraphError
 */
export async function readModel(source: ModelSource): Promise<ModelBytes> {
  const raw = typeof source === 'string' ? await readManifest(source) : source.manifest;
  const label = typeof source === 'string' ? basename(source) : nameOf(raw);
  const manifest = parseManifest(label, raw);
  const files = new Map<string, Uint8Array>();
  for (const name of filesOf(manifest)) {
    const bytes = await bytesOf(source, manifest, name);
    if (bytes === undefined) {
      throw new ModelFileError(manifest.name, name, 'is missing; add it to the upload');
    }
    if (bytes.byteLength > largestFile(name)) {
      const sizes = `has ${bytes.byteLength} bytes, and ${largestFile(name)} is the most`;
      throw new ModelFileError(manifest.name, name, sizes);
    }
    files.set(name, bytes);
  }
  const digests = new Map([...files].map(([name, content]) => [name, sha256(content)]));
  return { manifest, files, digest: modelDigest(manifest, digests) };
}

async function bytesOf(
  source: ModelSource,
  manifest: ModelManifest,
  name: string,
): Promise<Uint8Array | undefined> {
  if (typeof source !== 'string') return source.files[name];
  return name.endsWith('.npy')
    ? await readOne(source, name)
    : await readOnnx(manifest.name, source, name);
}

async function readManifest(folder: string): Promise<unknown> {
  const bytes = await readOne(folder, 'model.json');
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(basename(folder), 'model.json', `is not JSON (${reason})`, {
      cause: error,
    });
  }
}

/**
 * Opens a regular file that lies in the folder itself: a link out of it, a device, a pipe or a file too large is refused unread.
 * The caller closes it.
 *
 * @throws ModelFileError
 */
export async function openModelFile(folder: string, name: string): Promise<FileHandle> {
  const model = basename(folder);
  try {
    const path = await realpath(join(folder, name));
    if (dirname(path) !== (await realpath(folder))) {
      const reason = 'is a link to a place outside the folder; put the file itself there';
      throw new ModelFileError(model, name, reason);
    }
    // Not waiting for a writer keeps a pipe from holding us up before its kind is known.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const reason = unfit(await file.stat(), largestFile(name));
    if (reason === null) return file;
    await file.close();
    throw new ModelFileError(model, name, reason);
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = absent
      ? `is missing in '${folder}'; put it there or correct the manifest`
      : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new ModelFileError(model, name, reason, { cause: error });
  }
}

/** Reads and checks the manifest of a folder. @throws ModelFileError, ManifestError */
export async function readModelManifest(folder: string): Promise<ModelManifest> {
  return parseManifest(basename(folder), await readManifest(folder));
}

function unfit(facts: Stats, most: number): string | null {
  if (!facts.isFile()) return 'is not a regular file; put the file itself there';
  return facts.size > most ? `has ${facts.size} bytes, and ${most} is the most` : null;
}

async function readOne(folder: string, name: string): Promise<Uint8Array> {
  await using file = await openModelFile(folder, name);
  return await file.readFile();
}

/** Reads an ONNX file, unless its outermost fields show already that it is none or was cut. */
async function readOnnx(model: string, folder: string, name: string): Promise<Uint8Array> {
  await using file = await openModelFile(folder, name);
  const readAt: ReadAt = async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  };
  const { size } = await file.stat();
  await checkOutline(readAt, size).catch((error: unknown) => {
    throw unusableGraph(model, name, error);
  });
  return await file.readFile();
}

function nameOf(raw: unknown): string {
  const named = typeof raw === 'object' && raw !== null && 'name' in raw ? raw.name : undefined;
  return typeof named === 'string' ? named : 'unnamed';
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
