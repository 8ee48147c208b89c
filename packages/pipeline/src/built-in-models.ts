/** @file Gives a team the generator and the recogniser that come with Colloid. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Catalog } from '@colloid/catalog';
import { builtInModels } from '@colloid/models';
import { loadModel } from '@colloid/sampler';
import { type ObjectStore, putContent } from '@colloid/storage';

import { PipelineError } from './errors.ts';
import { installBuiltInCovariates } from './sets/built-in-covariates.ts';

/** Registers the built-in pair with its covariate set for a team and stores their files; what is there already stays as it is. */
export async function installBuiltInModels(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly teamId: string;
}): Promise<void> {
  const { catalog, store, teamId } = options;
  const rows = new Map<string, string>();
  for (const { folder } of builtInModels) {
    const model = await loadModel(folder);
    const digests: Record<string, string> = {};
    for (const file of await modelFiles(folder)) {
      const bytes = await readFile(join(folder, file)).catch((cause: unknown) => {
        throw new PipelineError(
          'MODEL_FILE_MISSING',
          `The built-in model ${model.name} lacks its file ${file}; this installation is incomplete, so fetch it again.`,
          { cause },
        );
      });
      digests[file] = (await putContent(store, bytes)).digest;
    }
    const row = await catalog.models.ensureBuiltInModel({
      teamId,
      kind: model.kind === 'generator' ? 'GENERATOR' : 'RECOGNISER',
      name: model.name,
      version: model.version,
      digest: model.digest,
      licence: model.licence,
      manifest: JSON.parse(JSON.stringify(model.manifest)) as Record<string, never>,
      files: digests,
      state: 'READY',
    });
    rows.set(model.name, row.id);
  }
  await installBuiltInCovariates({ ...options, generators: rows });
}

async function modelFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /\.(onnx|npy)$/.test(name) || name === 'model.json').toSorted();
}
