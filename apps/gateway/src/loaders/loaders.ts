/** @file Batched reads of one request: however many rows a page has, each kind of thing is read once. */
import type {
  Actor,
  Catalog,
  IdentityKey,
  Sample,
  SampleKey,
  VersionIdentityKey,
} from '@colloid/catalog';
import DataLoader from 'dataloader';

import { releaseLoaders } from './release-loaders.ts';

/** What {@link createLoaders} makes. */
export type Loaders = ReturnType<typeof createLoaders>;

/** Names the shard of images with this number in a run. */
export interface ImageShardKey {
  readonly runId: string;
  readonly ordinal: number;
}

/** Asks for that many references of a dataset's latest version, or of a version. */
export interface CoversKey {
  readonly id: string;
  readonly count: number;
}

/** Loaders for one request of `actor`. Nobody signed in sees nothing. */
export function createLoaders(catalog: Catalog, actor: Actor | null) {
  const byId = <T>(
    read: (input: {
      readonly actor: Actor;
      readonly ids: readonly string[];
    }) => Promise<readonly (T | null)[]>,
  ) =>
    new DataLoader<string, T | null>(async (ids) =>
      actor === null ? ids.map(() => null) : read({ actor, ids }),
    );
  const listById = <T>(read: (actor: Actor, ids: readonly string[]) => Promise<readonly T[][]>) =>
    new DataLoader<string, T[]>(async (ids) =>
      actor === null ? ids.map(() => []) : read(actor, ids),
    );
  const byKey = <K, T>(
    read: (actor: Actor, keys: readonly K[]) => Promise<readonly (T | null)[]>,
  ) =>
    new DataLoader<K, T | null, string>(
      async (keys) => (actor === null ? keys.map(() => null) : read(actor, keys)),
      { cacheKeyFn: (key) => JSON.stringify(key) },
    );

  return {
    person: byId((input) => catalog.people.peopleByIds(input)),
    team: byId((input) => catalog.teams.teamsByIds(input)),
    membershipByTeam: byId(({ actor, ids: teamIds }) =>
      catalog.teams.membershipsOf({ actor, teamIds }),
    ),
    dataset: byId((input) => catalog.datasets.datasetsByIds(input)),
    budget: byId((input) => catalog.budgets.budgetsByIds(input)),
    budgetByTeam: byId(({ actor, ids: teamIds }) =>
      catalog.budgets.budgetsOfTeams({ actor, teamIds }),
    ),
    budgetByDataset: byId(({ actor, ids: datasetIds }) =>
      catalog.budgets.budgetsOfDatasets({ actor, datasetIds }),
    ),
    historyByBudget: listById((actor, budgetIds) =>
      catalog.budgets.historiesOf({ actor, budgetIds }),
    ),
    modelVersion: byId((input) => catalog.models.modelVersionsByIds(input)),
    gallery: byId((input) => catalog.galleries.galleriesByIds(input)),
    covariateSet: byId((input) => catalog.covariateSets.covariateSetsByIds(input)),
    recipe: byId((input) => catalog.recipes.recipesByIds(input)),
    run: byId((input) => catalog.runs.runsByIds(input)),
    importByRun: byId(({ actor, ids: runIds }) => catalog.runs.importsOfRuns({ actor, runIds })),
    version: byId((input) => catalog.versions.versionsByIds(input)),
    latestVersionByDataset: byId(({ actor, ids: datasetIds }) =>
      catalog.versions.latestVersions({ actor, datasetIds }),
    ),
    versionsByRun: listById((actor, runIds) => catalog.versions.versionsOfRuns({ actor, runIds })),
    branchesByRun: listById((actor, runIds) => catalog.runs.branchesOfRuns({ actor, runIds })),
    runsByVersion: listById((actor, versionIds) =>
      catalog.versions.runsOfVersions({ actor, versionIds }),
    ),
    runNumbersByVersion: listById((actor, versionIds) =>
      catalog.versions.runNumbersOfVersions({ actor, versionIds }),
    ),
    runNumber: byId(({ actor, ids: runIds }) => catalog.samples.runNumbersOf({ actor, runIds })),
    parentsByVersion: listById((actor, versionIds) =>
      catalog.versions.parentsOfVersions({ actor, versionIds }),
    ),
    subset: byId((input) => catalog.subsets.subsetsByIds(input)),
    subsetsByVersion: listById((actor, versionIds) =>
      catalog.subsets.subsetsOfVersions({ actor, versionIds }),
    ),
    tagsByVersion: listById((actor, versionIds) =>
      catalog.subsets.tagsOfVersions({ actor, versionIds }),
    ),
    measuredByVersion: byId((input) => catalog.measurements.measuredOfVersions(input)),
    measurementsByVersion: listById((actor, versionIds) =>
      catalog.measurements.measurementsOfVersions({ actor, versionIds }),
    ),
    attemptsByDelivery: listById((actor, deliveryIds) =>
      catalog.webhooks.attemptsOf({ actor, deliveryIds }),
    ),
    ...releaseLoaders(catalog, actor),
    isNearestKnown: byId(({ actor, ids: versionIds }) =>
      catalog.samples.knowNearest({ actor, versionIds }),
    ),
    nearestInVersion: byKey((actor, keys: readonly VersionIdentityKey[]) =>
      catalog.samples.nearestInVersions({ actor, keys }),
    ),
    identity: byKey((actor, keys: readonly IdentityKey[]) =>
      catalog.samples.identitiesByKeys({ actor, keys }),
    ),
    sample: byKey((actor, keys: readonly SampleKey[]) =>
      catalog.samples.samplesByKeys({ actor, keys }),
    ),
    imageShard: byKey((actor, keys: readonly ImageShardKey[]) =>
      catalog.samples.shardsByKeys({
        actor,
        keys: keys.map((key) => ({ ...key, kind: 'IMAGES' })),
      }),
    ),
    coversByDataset: coversLoader(actor, (actor, datasetIds, count) =>
      catalog.samples.coverSamples({ actor, datasetIds, count }),
    ),
    coversByVersion: coversLoader(actor, (actor, versionIds, count) =>
      catalog.samples.coverSamplesOfVersions({ actor, versionIds, count }),
    ),
  };
}

function coversLoader(
  actor: Actor | null,
  read: (actor: Actor, ids: readonly string[], count: number) => Promise<Sample[][]>,
) {
  return new DataLoader(
    async (keys: readonly CoversKey[]) => {
      if (actor === null) return keys.map(() => []);
      // One read for all, as many of each as the greediest field wants.
      const covers = await read(
        actor,
        keys.map(({ id }) => id),
        Math.max(...keys.map((key) => key.count)),
      );
      return covers.map((samples, index) => samples.slice(0, keys[index]?.count));
    },
    { cacheKeyFn: ({ id, count }) => `${id} ${count}` },
  );
}
