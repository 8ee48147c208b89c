/** @file What the tests of subsets begin with: an owner, a viewer, a dataset, two recipes and the version of a run. */
import { expect } from 'vitest';
import { WORK_MS } from '../in-browser.ts';
import { addMember, mutate, type Person } from '../people.ts';

export const IDENTITIES = 6;
export const DATASET = '/t/subset-lab/d/faces';

/** Two people, each at a browser of their own. */
export interface SubsetWorld {
  readonly owner: Person;
  readonly viewer: Person;
}

/** A team of two, a dataset, two recipes, and the version of a run. */
export async function makeVersion({ owner, viewer }: SubsetWorld): Promise<void> {
  const { team } = await mutate<{ team: { id: string } }>(
    owner,
    'createTeam',
    { slug: 'subset-lab', name: 'Subset Lab' },
    'team { id }',
  );
  const teamId = team.id;
  await addMember(owner, viewer, { teamId, email: 'viewer@example.org', role: 'VIEWER' });
  const { dataset } = await mutate<{ dataset: { id: string } }>(
    owner,
    'createDataset',
    { teamId, slug: 'faces', title: 'Faces' },
    'dataset { id }',
  );
  await mutate(
    owner,
    'setIdentityBudget',
    { datasetId: dataset.id, maxIdentities: 100, maxSamples: 1000, minSeparation: 0 },
    'budget { id }',
  );
  await expect
    .poll(
      async () => {
        const { team: found } = await owner.ask<{
          team: { covariateSet: { state: string } | null };
        }>(
          '{ team(slug: "subset-lab") { covariateSet(name: "parametric-head-covariates", version: "1") { state } } }',
        );
        return found.covariateSet?.state;
      },
      { timeout: WORK_MS, interval: 500 },
    )
    .toBe('READY');
  const make = (seed: number) =>
    mutate<{ recipe: { id: string } }>(
      owner,
      'createRecipe',
      { teamId, name: 'Plain', definition: recipe(seed) },
      'recipe { id }',
    );
  const { recipe: first } = await make(1);
  await make(2);
  await mutate(owner, 'createRun', { datasetId: dataset.id, recipeId: first.id }, 'run { id }');
  await runEnds(owner, 1);
}

/** A second run of the dataset, by the second recipe; then a version of both runs: what `of` names of the first, and all of the second. */
export async function mergeRuns({ owner }: SubsetWorld, of: number): Promise<number> {
  const { team } = await owner.ask<{
    team: { recipes: { edges: readonly { node: { id: string; version: number } }[] } };
  }>('{ team(slug: "subset-lab") { recipes(first: 10) { edges { node { id version } } } } }');
  const recipeId = team.recipes.edges.find(({ node }) => node.version === 2)?.node.id;
  const { id: datasetId } = await askFaces<{ id: string }>(owner, 'id');
  await mutate(owner, 'createRun', { datasetId, recipeId }, 'run { id }');
  await runEnds(owner, 2);
  const { version, latestVersion } = await askFaces<{
    version: { id: string };
    latestVersion: { id: string };
  }>(owner, `version(number: ${String(of)}) { id } latestVersion { id }`);
  const merged = await mutate<{ version: { number: number } }>(
    owner,
    'mergeVersions',
    { versionIds: [version.id, latestVersion.id] },
    'version { number }',
  );
  return merged.version.number;
}

/** Fields of the dataset. */
export async function askFaces<T>(person: Person, fields: string): Promise<T> {
  const { team } = await person.ask<{ team: { dataset: T } }>(
    `{ team(slug: "subset-lab") { dataset(slug: "faces") { ${fields} } } }`,
  );
  return team.dataset;
}

/** Waits until the run has made its version. */
async function runEnds(owner: Person, number: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const { run } = await askFaces<{ run: { state: string; failure: string | null } }>(
          owner,
          `run(number: ${String(number)}) { state failure }`,
        );
        return run.failure ?? run.state;
      },
      { timeout: WORK_MS, interval: 500 },
    )
    .toBe('SUCCEEDED');
}

/** What two runs compute: the same but for their seed. */
const recipe = (seed: number) => ({
  generator: 'parametric-head@1',
  recogniser: 'parametric-head-id@1',
  identities: IDENTITIES,
  references: { algorithm: 'langevin', parameters: { iterations: 2, timestep: -0.2 } },
  variations: {
    algorithm: 'covariates',
    covariates: 'parametric-head-covariates@1',
    expressions: ['smile'],
  },
  seed,
});
