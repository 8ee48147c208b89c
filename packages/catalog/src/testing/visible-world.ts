/** @file A team with one of everything that somebody may or may not see, a member of every role in it, and a stranger. */

import type { Actor } from '../actor.ts';
import type { Catalog } from '../catalog.ts';
import type {
  CovariateSet,
  Dataset,
  DatasetVersion,
  Gallery,
  Role,
  Run,
  Subset,
} from '../generated/client.ts';
import { ROLES } from '../permissions.ts';
import { enqueueNothing, makeMember, makeTeam, produce, startRun, type TestTeam } from './world.ts';

/** What {@link makeVisibleWorld} makes. */
export interface VisibleWorld extends TestTeam {
  readonly run: Run;
  readonly version: DatasetVersion;
  /** A saved query over the version. */
  readonly subset: Subset;
  /** What it selects: one sample. */
  readonly part: DatasetVersion;
  readonly privateDataset: Dataset;
  readonly gallery: Gallery;
  readonly covariateSet: CovariateSet;
  /** A member of each role. */
  readonly members: Readonly<Record<Role, Actor>>;
  /** The owner of another team. */
  readonly stranger: Actor;
}

/** Makes it in an empty catalog. */
export async function makeVisibleWorld(catalog: Catalog): Promise<VisibleWorld> {
  const team = await makeTeam(catalog, 'lab');
  await catalog.budgets.setIdentityBudget({
    actor: team.owner,
    scope: { teamId: team.team.id },
    maxIdentities: 1000,
    maxSamples: 10_000,
    minSeparation: 0,
  });
  const run = await startRun(catalog, team);
  await produce(catalog, run);
  await catalog.execution.recordIterations({
    runId: run.id,
    iterations: [
      {
        stage: 'REFERENCES',
        iteration: 1,
        thetaMin: 0.1,
        thetaMean: 1,
        thetaMax: 2,
        aboveIct: 0.5,
        timestep: 0.01,
        statistics: {},
      },
    ],
  });
  await catalog.execution.recordPreview({
    runId: run.id,
    iteration: 1,
    objectKey: 'preview',
    columns: 2,
    rows: 1,
  });
  await catalog.execution.appendLog({ runId: run.id, level: 'info', message: 'hello' });
  await catalog.execution.recordCheckpoint({
    runId: run.id,
    iteration: 1,
    digest: 'e'.repeat(64),
    record: {},
  });
  await catalog.prisma.run.create({
    data: {
      teamId: team.team.id,
      datasetId: team.dataset.id,
      recipeId: team.recipe.id,
      number: 1000,
      identityCount: 1,
      samplesPerIdentity: 1,
      createdById: team.owner.userId,
      branchedFromId: run.id,
      branchedFromIteration: 1,
    },
  });
  const version = await catalog.versions.commitVersion({ runId: run.id, metrics: {} });
  const { subsets } = catalog;
  const ofOwner = { actor: team.owner, versionId: version.id };
  const subset = await subsets.saveSubset({ ...ofOwner, name: 'one', query: { limit: 1 } });
  const part = await subsets.materialiseSubset({
    actor: team.owner,
    from: { subsetId: subset.id },
  });
  await subsets.tagVersion({ ...ofOwner, name: 'v1' });
  const privateDataset = await catalog.datasets.createDataset({
    actor: team.owner,
    teamId: team.team.id,
    slug: 'secret',
    title: 'Secret',
    visibility: 'PRIVATE',
  });
  const set = { actor: team.owner, teamId: team.team.id, version: '1', source: {} };
  const { recogniserVersionId, generatorVersionId } = team.recipe;
  const gallery = await catalog.galleries.registerGallery(
    { ...set, name: 'gallery', recogniserVersionId },
    enqueueNothing,
  );
  const covariateSet = await catalog.covariateSets.registerCovariateSet(
    { ...set, name: 'covariates', generatorVersionId },
    enqueueNothing,
  );
  const stranger = (await makeTeam(catalog, 'elsewhere')).owner;
  const members = Object.fromEntries(
    await Promise.all(
      ROLES.map(async (role) => [role, await makeMember(catalog, team, role)] as const),
    ),
  ) as Record<Role, Actor>;
  return {
    ...team,
    run,
    version,
    subset,
    part,
    privateDataset,
    gallery,
    covariateSet,
    members,
    stranger,
  };
}
