/** @file What people change, and what they are told before: over HTTP, on a real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { seedDefinition } from '../testing/seed-team.ts';
import { startTwoTeams } from '../testing/two-teams.ts';
import type { TwoTeams } from '../testing/two-teams.ts';

let gateway: TwoTeams['gateway'];
let ada: TwoTeams['ada'];
let eve: TwoTeams['eve'];
let client: TwoTeams['client'];
let stranger: TwoTeams['stranger'];

beforeAll(async () => {
  ({ gateway, ada, eve, client, stranger } = await startTwoTeams());
});
afterAll(() => gateway.stop());

describe('changing', () => {
  test('a dataset with its budget; what is wrong comes as user errors with a path', async () => {
    const create = `mutation ($input: CreateDatasetInput!) {
      createDataset(input: $input) { dataset { slug visibility team { slug } } userErrors { code path message } } }`;
    const input = { teamId: toGlobalId('Team', ada.team), slug: 'more', title: 'More faces' };
    expect(await client.data(create, { input })).toEqual({
      createDataset: {
        dataset: { slug: 'more', visibility: 'TEAM', team: { slug: 'ada-lab' } },
        userErrors: [],
      },
    });
    expect(await client.data(create, { input })).toMatchObject({
      createDataset: { dataset: null, userErrors: [{ code: 'CONFLICT', path: ['slug'] }] },
    });
    expect(await stranger.data(create, { input })).toMatchObject({
      createDataset: { dataset: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
    const setBudget = `mutation ($input: SetIdentityBudgetInput!) {
      setIdentityBudget(input: $input) { budget { maxIdentities minSeparation } userErrors { code path message } } }`;
    const datasetId = toGlobalId('Dataset', ada.dataset);
    const limits = { maxIdentities: 5, maxSamples: 100, minSeparation: 0.5 };
    expect(await client.data(setBudget, { input: { datasetId, ...limits } })).toMatchObject({
      setIdentityBudget: {
        budget: null,
        userErrors: [
          {
            code: 'CONFLICT',
            path: ['maxIdentities'],
            message: expect.stringContaining('12 identities are used') as string,
          },
        ],
      },
    });
    expect(await client.data(setBudget, { input: limits })).toMatchObject({
      setIdentityBudget: { userErrors: [{ code: 'INVALID', path: ['teamId'] }] },
    });
  });

  test('a recipe that is wrong in three places is told all three, and a right one makes version 2', async () => {
    const create = `mutation ($input: CreateRecipeInput!) {
      createRecipe(input: $input) { recipe { name version definition } userErrors { code path message } } }`;
    const teamId = toGlobalId('Team', ada.team);
    const right = seedDefinition({ identities: 20, variations: 2 });
    const wrong = { ...right, generator: 'stylegan9@1', identities: 0, truncation: 'much' };
    const answer = await client.data<{ createRecipe: { userErrors: { path: string[] }[] } }>(
      create,
      {
        input: { teamId, name: 'quick', definition: wrong },
      },
    );
    expect(answer.createRecipe.userErrors.map(({ path }) => path.join('.')).toSorted()).toEqual([
      'definition.generator',
      'definition.identities',
      'definition.truncation',
    ]);
    expect(
      await client.data(create, { input: { teamId, name: 'quick', definition: right } }),
    ).toMatchObject({
      createRecipe: { recipe: { name: 'quick', version: 2 }, userErrors: [] },
    });
  });

  test('a run is queued with its job and its reservation, or with neither', async () => {
    const create = `mutation ($input: CreateRunInput!) { createRun(input: $input) {
      run { id number state message dataset { budget { reservedIdentities } } } userErrors { code path message } } }`;
    const input = {
      datasetId: toGlobalId('Dataset', ada.dataset),
      recipeId: toGlobalId('Recipe', ada.recipe),
      message: 'again',
      idempotencyKey: 'once',
    };
    interface Answer {
      createRun: { run: { id: string; number: number } };
    }
    const first = await client.data<Answer>(create, { input });
    expect(first).toMatchObject({
      createRun: {
        run: {
          number: 2,
          state: 'QUEUED',
          message: 'again',
          dataset: { budget: { reservedIdentities: 12 } },
        },
        userErrors: [],
      },
    });
    expect(await client.data<Answer>(create, { input })).toMatchObject({
      createRun: { run: { id: first.createRun.run.id } },
    });
    expect(await jobs()).toBe(1);
    const cancel = `mutation ($input: CancelRunInput!) { cancelRun(input: $input) {
      run { state dataset { budget { reservedIdentities } } } userErrors { code message } } }`;
    const cancelInput = { input: { runId: first.createRun.run.id } };
    expect(await stranger.data(cancel, cancelInput)).toMatchObject({
      cancelRun: { run: null, userErrors: [{ code: 'NOT_FOUND' }] },
    });
    expect(await client.data(cancel, cancelInput)).toEqual({
      cancelRun: {
        run: { state: 'CANCELLED', dataset: { budget: { reservedIdentities: 0 } } },
        userErrors: [],
      },
    });
    expect(await client.data(cancel, cancelInput)).toMatchObject({
      cancelRun: { userErrors: [{ code: 'CONFLICT' }] },
    });
  });

  test('a run beyond the budget reserves and enqueues nothing', async () => {
    const before = await jobs();
    const { catalog } = gateway;
    const limits = { maxIdentities: 13, maxSamples: 1000, minSeparation: 0.5 };
    const scope = { datasetId: ada.dataset.id };
    await catalog.budgets.setIdentityBudget({ actor: ada.actor, scope, ...limits });
    const input = {
      datasetId: toGlobalId('Dataset', ada.dataset),
      recipeId: toGlobalId('Recipe', ada.recipe),
    };
    const create = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } userErrors { code message } } }`;
    expect(await client.data(create, { input })).toMatchObject({
      createRun: { run: null, userErrors: [{ code: 'BUDGET_EXCEEDED' }] },
    });
    expect(await jobs()).toBe(before);
  });

  test('a new team gets the models that come with Colloid', async () => {
    const create = `mutation { createTeam(input: { slug: "second", name: "Second" }) {
      team { viewerRole models { name state isBuiltIn } } userErrors { message } } }`;
    const answer = await client.data<{ createTeam: { team: { models: unknown[] } } }>(create);
    expect(answer).toMatchObject({ createTeam: { team: { viewerRole: 'OWNER' }, userErrors: [] } });
    expect(answer.createTeam.team.models).toHaveLength(2);
  });
});

describe('estimates and forms', () => {
  const query = `query ($input: EstimateRunInput!) { estimateRun(input: $input) {
    identities samples images seconds sizeBytes secondsPerStage { stage seconds } basis } }`;

  test('an estimate rests on a past run with the same models, where there is one', async () => {
    const definition = seedDefinition({ identities: 24, variations: 3 });
    const input = { teamId: toGlobalId('Team', ada.team), definition };
    const measured = await client.data<{ estimateRun: Record<string, unknown> }>(query, { input });
    expect(measured.estimateRun).toMatchObject({ identities: 24, samples: 96, images: 96 });
    expect(measured.estimateRun['basis']).toBe(
      'Measured in Faces, run 1, with the same models (cpu on test-machine).',
    );
    const stages = measured.estimateRun['secondsPerStage'] as { stage: string; seconds: number }[];
    // Twice the images of run 1, whose RENDER took 4 seconds.
    expect(stages.find(({ stage }) => stage === 'RENDER')?.seconds).toBeCloseTo(8, 6);
    const eves = { teamId: toGlobalId('Team', eve.team), definition };
    expect(await stranger.data(query, { input: eves })).toMatchObject({
      estimateRun: { basis: expect.stringContaining('Stated figures') as string },
    });
  });

  test('an estimate of something that is no recipe lists its problems', async () => {
    const input = { teamId: toGlobalId('Team', ada.team), definition: { identities: 'many' } };
    const { errors } = await client.send(query, { input });
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    const problems = errors[0]?.extensions['problems'] as { path: string[] }[];
    expect(problems.map(({ path }) => path.join('.'))).toContain('definition.references');
  });

  test('parameters carry their range and meaning, presets say whether they can run', async () => {
    const data = await client.data<{
      recipeParameters: { path: string }[];
      recipePresets: unknown[];
    }>(`{
      recipeParameters { path group label symbol unit description type choices minimum maximum default published }
      recipePresets { name isRunnable reason definition }
    }`);
    const radius = data.recipeParameters.find(({ path }) => path.endsWith('.repulsionRadius'));
    expect(radius).toMatchObject({
      symbol: 'd0',
      unit: 'radians',
      type: 'number',
      group: 'REFERENCES',
    });
    expect(data.recipePresets).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'built-in-quick', isRunnable: true, reason: null }),
        expect.objectContaining({
          name: 'stylegan2-256-langevin',
          isRunnable: false,
          reason: expect.stringContaining("'stylegan2-256@1'") as string,
        }),
      ]) as unknown[],
    );
  });

  test('the system tells what its workers say', async () => {
    await gateway.catalog.workers.reportWorker({
      id: '01a20ad9-ed39-71aa-8be0-da1f1b623cb8',
      machine: 'big-one',
      provider: 'cpu',
      providers: [
        { name: 'cpu', available: true },
        { name: 'cuda', available: false, reason: 'No NVIDIA driver.' },
      ],
    });
    const query = '{ system { database providers { name available reason } workers { machine } } }';
    expect(await client.data(query)).toMatchObject({
      system: {
        database: expect.stringMatching(/^PostgreSQL \d/) as string,
        providers: [
          { name: 'cpu', available: true, reason: null },
          { name: 'cuda', available: false, reason: 'No NVIDIA driver.' },
          { name: 'webgpu', available: false },
        ],
        workers: [{ machine: 'big-one' }],
      },
    });
  });
});

async function jobs(): Promise<number> {
  const [row] = await gateway.catalog.prisma.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pgboss.job WHERE name = 'run.execute'`;
  return Number(row?.count ?? 0);
}
