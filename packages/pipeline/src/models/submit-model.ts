/** @file From stored files to a model version that waits for its check. */

import type { Actor, Catalog, EnqueueModelCheck, ModelVersion } from '@colloid/catalog';
import { filesOf, modelDigest, type ModelManifest, parseManifest } from '@colloid/sampler/model';
import { getContent, type ObjectStore } from '@colloid/storage';

import { PipelineError } from '../errors.ts';

const MANIFEST_FILE = 'model.json';

export interface SubmitModelOptions {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly actor: Actor;
  readonly teamId: string;
  /** File name to SHA-256 of its content, which lies in the store; `model.json` among them. */
  readonly files: Readonly<Record<string, string>>;
  readonly enqueue: EnqueueModelCheck;
}

/**
 * Registers the model that the files make. Reads the manifest and nothing else of them.
 *
 * @throws PipelineError `MODEL_INCOMPLETE` naming the file that is missing or that nothing refers to; ManifestError with every
 *   problem of model.json; what the catalog's registration throws
 */
export async function submitModel(options: SubmitModelOptions): Promise<ModelVersion> {
  const { catalog, store, actor, teamId, files, enqueue } = options;
  const manifest = await readManifest(store, files);
  const named = filesOf(manifest);
  const missing = named.filter((name) => files[name] === undefined);
  if (missing.length > 0) {
    throw new PipelineError(
      'MODEL_INCOMPLETE',
      `model.json names ${list(missing)}, which the upload lacks; add what is missing or correct model.json.`,
    );
  }
  const stray = Object.keys(files).filter(
    (name) => name !== MANIFEST_FILE && !named.includes(name),
  );
  if (stray.length > 0) {
    throw new PipelineError(
      'MODEL_INCOMPLETE',
      `The upload holds ${list(stray)}, which model.json does not name; leave it out or correct model.json.`,
    );
  }
  const digests = named.map((name): [string, string] => [name, files[name] ?? '']);
  return catalog.models.registerModelVersion(
    {
      actor,
      teamId,
      kind: manifest.kind === 'generator' ? 'GENERATOR' : 'RECOGNISER',
      name: manifest.name,
      version: manifest.version,
      licence: manifest.licence,
      digest: modelDigest(manifest, new Map(digests)),
      manifest: JSON.parse(JSON.stringify(manifest)) as Record<string, never>,
      files: { [MANIFEST_FILE]: files[MANIFEST_FILE] ?? '', ...Object.fromEntries(digests) },
    },
    enqueue,
  );
}

async function readManifest(
  store: ObjectStore,
  files: Readonly<Record<string, string>>,
): Promise<ModelManifest> {
  const digest = files[MANIFEST_FILE];
  if (digest === undefined) {
    throw new PipelineError(
      'MODEL_INCOMPLETE',
      'The upload has no model.json; add the manifest that names the other files.',
    );
  }
  const bytes = await getContent(store, digest);
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PipelineError('MODEL_INCOMPLETE', `model.json is not JSON (${reason}); correct it.`, {
      cause,
    });
  }
  return parseManifest('of the upload', raw);
}

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
