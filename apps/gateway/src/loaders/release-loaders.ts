/** @file Batched reads of releases and of what belongs to them. */
import type { Actor, CandidateName, Catalog, ReleaseCandidate } from '@colloid/catalog';
import DataLoader from 'dataloader';

interface ByReleases {
  readonly actor: Actor;
  readonly releaseIds: readonly string[];
}

/** Part of the loaders of one request. */
export function releaseLoaders(catalog: Catalog, actor: Actor | null) {
  const { releases } = catalog;
  const byId = <T>(
    read: (actor: Actor, ids: readonly string[]) => Promise<readonly (T | null)[]>,
  ) =>
    new DataLoader<string, T | null>(async (ids) =>
      actor === null ? ids.map(() => null) : read(actor, ids),
    );
  const listById = <T>(read: (actor: Actor, ids: readonly string[]) => Promise<readonly T[][]>) =>
    new DataLoader<string, T[]>(async (ids) =>
      actor === null ? ids.map(() => []) : read(actor, ids),
    );
  const byRelease = <T>(read: (input: ByReleases) => Promise<readonly (T | null)[]>) =>
    byId<T>((actor, releaseIds) => read({ actor, releaseIds }));
  const listByRelease = <T>(read: (input: ByReleases) => Promise<readonly T[][]>) =>
    listById<T>((actor, releaseIds) => read({ actor, releaseIds }));

  return {
    release: byId((actor, ids) => releases.releasesByIds({ actor, ids })),
    releaseStanding: byRelease((input) => releases.standingsOf(input)),
    candidate: new DataLoader<CandidateName, ReleaseCandidate | null, string>(
      async (names) =>
        actor === null ? names.map(() => null) : releases.candidatesOf({ actor, names }),
      { cacheKeyFn: ({ releaseId, digest }) => `${releaseId} ${digest}` },
    ),
    releasePlace: byRelease((input) => releases.placesOfReleases(input)),
    previousRelease: byRelease((input) => releases.previousReleasesOf(input)),
    keyByRelease: byRelease((input) => releases.keysOfReleases(input)),
    downloadCountByRelease: byRelease((input) => releases.downloadCountsOf(input)),
    threadsByRelease: listByRelease((input) => releases.threadsOfReleases(input)),
    galleriesByRelease: listByRelease((input) => releases.galleriesOfReleases(input)),
    releasesByVersion: listById((actor, versionIds) =>
      releases.releasesOfVersions({ actor, versionIds }),
    ),
    policyByTeam: byId((actor, teamIds) => releases.policiesOfTeams({ actor, teamIds })),
  };
}
