/** @file Versions that a real run made, in a folder of their own: what tests of releases begin with. */

import type { DatasetVersion } from '@colloid/catalog';

import { runPlan } from '../run-plan.ts';
import { openRunWorld, type RunWorld } from './run-world.ts';
import type { SeededRun } from './seed-run.ts';
import { installTinyModels, tinyRecipe } from './tiny-models.ts';

export interface ReleaseWorld extends RunWorld {
  readonly seeded: SeededRun;
  /** Of the run: 30 identities with 4 images each. */
  readonly whole: DatasetVersion;
  /** Every other identity or so of it, without its references. */
  readonly subset: DatasetVersion;
  /** That run and another one. */
  readonly merged: DatasetVersion;
}

/** Runs twice, selects and merges. */
export async function openReleaseWorld(): Promise<ReleaseWorld> {
  const world = await openRunWorld();
  const { catalog } = world;
  const recipe = tinyRecipe({
    identities: 30,
    iterations: 60,
    variations: 3,
    variationIterations: 5,
  });
  const seeded = await world.seed({ recipe, installModels: installTinyModels });
  const { actor, datasetId, teamId } = seeded;
  const finish = async (runId: string): Promise<DatasetVersion> => {
    await world.execute(runId);
    const [versions] = await catalog.versions.versionsOfRuns({ actor, runIds: [runId] });
    const [version] = versions ?? [];
    if (version === undefined) throw new Error(`The run ${runId} left no version.`);
    return version;
  };
  const whole = await finish(seeded.runId);
  await catalog.budgets.setIdentityBudget({
    actor,
    scope: { datasetId },
    maxIdentities: 60,
    maxSamples: 240,
    minSeparation: 0.1,
  });
  const models = await catalog.models.listModelVersions({ actor, teamId });
  const idOf = (kind: string): string => models.find((model) => model.kind === kind)?.id ?? '';
  const another = await catalog.recipes.createRecipe({
    actor,
    teamId,
    name: 'another',
    definition: JSON.parse(JSON.stringify({ ...recipe, seed: 2 })) as Record<string, never>,
    generatorVersionId: idOf('GENERATOR'),
    recogniserVersionId: idOf('RECOGNISER'),
  });
  const second = await catalog.runs.createRun(
    { actor, datasetId, recipeId: another.id, plan: runPlan },
    async () => undefined,
  );
  const other = await finish(second.id);
  const subset = await catalog.subsets.materialiseSubset({
    actor,
    from: {
      versionId: whole.id,
      query: { where: { kind: 'VARIATION' }, maxIdentities: 14, perIdentity: 2, seed: 3 },
    },
  });
  const merged = await catalog.subsets.mergeVersions({
    actor,
    versionIds: [subset.id, other.id],
  });
  return { ...world, seeded, whole, subset, merged };
}
