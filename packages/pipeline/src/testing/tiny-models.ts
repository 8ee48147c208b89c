/** @file The sampler's tiny pair as models of a team, and a recipe for it: whole runs in seconds, for tests of everything but the models. */

import type { Catalog } from '@colloid/catalog';
import { loadGenerator, loadRecogniser } from '@colloid/sampler';
import { parseRecipe, type Recipe } from '@colloid/sampler/recipe';
import { tinyGeneratorSource, tinyRecogniserSource } from '@colloid/sampler/testing';
import { type ObjectStore, putContent } from '@colloid/storage';

/** Stores the pair and registers it READY. */
export async function installTinyModels(options: {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly teamId: string;
  /** @default the tiny one */
  readonly recogniser?: ReturnType<typeof tinyRecogniserSource>;
}): Promise<void> {
  const { catalog, store, teamId, recogniser = tinyRecogniserSource() } = options;
  const sources = [
    { kind: 'GENERATOR', source: tinyGeneratorSource(), load: loadGenerator },
    { kind: 'RECOGNISER', source: recogniser, load: loadRecogniser },
  ] as const;
  for (const { kind, source, load } of sources) {
    const model = await load(source);
    const files: Record<string, string> = {};
    for (const [name, bytes] of Object.entries(source.files)) {
      files[name] = (await putContent(store, bytes)).digest;
    }
    await catalog.models.ensureBuiltInModel({
      teamId,
      kind,
      name: model.name,
      version: model.version,
      digest: model.digest,
      licence: model.licence,
      manifest: JSON.parse(JSON.stringify(model.manifest)) as Record<string, never>,
      files,
      state: 'READY',
    });
  }
}

/** Langevin and Dispersion for the tiny pair; hundreds of iterations take seconds. */
export function tinyRecipe(size: {
  readonly identities: number;
  readonly iterations: number;
  readonly variations: number;
  readonly variationIterations: number;
  /** @default 0: no state is kept on the way, but that of every two seconds */
  readonly checkpointEvery?: number;
}): Recipe {
  const { identities, iterations, variations, variationIterations, checkpointEvery = 0 } = size;
  return parseRecipe({
    generator: 'tiny-generator@1',
    recogniser: 'tiny-recogniser@1',
    identities,
    references: { algorithm: 'langevin', parameters: { iterations, checkpointEvery } },
    variations: {
      algorithm: 'dispersion',
      parameters: {
        variations,
        iterations: variationIterations,
        latentRadius: { meanDistances: 0.5 },
        initialNoise: { meanDistances: 0.05 },
      },
    },
    seed: 1,
  });
}
