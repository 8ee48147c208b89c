/** @file Where the bytes of a model come from: a folder, or memory. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { ManifestError, ModelFileError } from '../errors.ts';
import { ZModelManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';

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
    files.set(name, bytes);
  }
  return { manifest, files, digest: digestOf(manifest, files) };
}

/** Names of the files a manifest refers to, each once. */
export function filesOf(manifest: ModelManifest): readonly string[] {
  const names =
    manifest.kind === 'generator'
      ? [manifest.mapping?.file, manifest.synthesis.file, manifest.latent.average]
      : [manifest.network.file];
  return [...new Set(names.filter((name) => name !== undefined))];
}

function parseManifest(label: string, raw: unknown): ModelManifest {
  const parsed = ZModelManifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ManifestError(
    label,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`),
    { cause: parsed.error },
  );
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

async function readOne(model: string, folder: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = absent
      ? `is missing in '${folder}'; put it there or correct the manifest`
      : `cannot be read (${error instanceof Error ? error.message : String(error)})`;
    throw new ModelFileError(model, name, reason, { cause: error });
  }
}

function nameOf(raw: unknown): string {
  const named = typeof raw === 'object' && raw !== null && 'name' in raw ? raw.name : undefined;
  return typeof named === 'string' ? named : 'unnamed';
}

/** The parsed manifest stands for model.json, so that its white space does not matter. */
function digestOf(manifest: ModelManifest, files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  hash.update(`model.json ${sha256(new TextEncoder().encode(canonical(manifest)))}\n`);
  for (const name of [...files.keys()].sort()) {
    hash.update(`${name} ${sha256(files.get(name) ?? new Uint8Array())}\n`);
  }
  return hash.digest('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
