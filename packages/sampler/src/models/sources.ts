/** @file Where the bytes of a model come from: a folder, or memory. */

import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ModelFileError } from '../errors.ts';
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
 * @throws ManifestError, ModelFileError
 */
export async function readModel(source: ModelSource): Promise<ModelBytes> {
  const raw = typeof source === 'string' ? await readManifest(source) : source.manifest;
  const label = typeof source === 'string' ? basename(source) : nameOf(raw);
  const manifest = parseManifest(label, raw);
  const files = new Map<string, Uint8Array>();
  for (const name of filesOf(manifest)) {
    const bytes =
      typeof source === 'string' ? await readOne(manifest.name, source, name) : source.files[name];
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

async function readManifest(folder: string): Promise<unknown> {
  const bytes = await readOne(basename(folder), folder, 'model.json');
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(basename(folder), 'model.json', `is not JSON (${reason})`, {
      cause: error,
    });
  }
}

/** Reads one regular file that lies in the folder itself: a link out of it, a device or a pipe is refused unread. */
async function readOne(model: string, folder: string, name: string): Promise<Uint8Array> {
  const refuse = (reason: string, cause?: unknown): ModelFileError =>
    new ModelFileError(model, name, reason, { cause });
  try {
    const path = await realpath(join(folder, name));
    if (dirname(path) !== (await realpath(folder))) {
      throw refuse('is a link to a place outside the folder; put the file itself there');
    }
    // Not waiting for a writer keeps a pipe from holding us up before its kind is known.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) throw refuse('is not a regular file; put the file itself there');
    const most = largestFile(name);
    if (facts.size > most) throw refuse(`has ${facts.size} bytes, and ${most} is the most`);
    return await file.readFile();
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = absent
      ? `is missing in '${folder}'; put it there or correct the manifest`
      : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw refuse(reason, error);
  }
}

function nameOf(raw: unknown): string {
  const named = typeof raw === 'object' && raw !== null && 'name' in raw ? raw.name : undefined;
  return typeof named === 'string' ? named : 'unnamed';
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
