/** @file What follows from a manifest alone: its problems, the files it names, and the digest of the model. */

import { createHash } from 'node:crypto';

import { ManifestError } from '../errors.ts';
import { ZModelManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';

/** @throws ManifestError listing every problem; `label` names the model where the manifest does not. */
export function parseManifest(label: string, raw: unknown): ModelManifest {
  const parsed = ZModelManifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new ManifestError(
    label,
    parsed.error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`),
    { cause: parsed.error },
  );
}

/** Names of the files a manifest refers to, each once. */
export function filesOf(manifest: ModelManifest): readonly string[] {
  const names =
    manifest.kind === 'generator'
      ? [manifest.mapping?.file, manifest.synthesis.file, manifest.latent.average]
      : [manifest.network.file];
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The digest of a model: SHA-256 over its manifest and the SHA-256 of each file, in hexadecimal. The parsed manifest stands for
 * model.json, so that its white space does not matter.
 *
 * @param files file name to SHA-256 of its bytes
 */
export function modelDigest(manifest: ModelManifest, files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  hash.update(`model.json ${sha256(canonical(manifest))}\n`);
  for (const [name, digest] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${digest}\n`);
  }
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
