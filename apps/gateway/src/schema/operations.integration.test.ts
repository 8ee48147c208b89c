/** @file The whole surface, as its users ask it: over HTTP, on a real database with images in real shards. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { beginRun, completeRun, recordIteration } from '../testing/seed-run.ts';
import { seedDefinition, seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { createClient, signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

const SIZE = { identities: 12, variations: 3 };

let gateway: TestGateway;
let ada: SeededTeam;
let eve: SeededTeam;
let client: TestClient;
let stranger: TestClient;
let runId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...SIZE });
  eve = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...SIZE });
  ({ id: runId } = await seedRun(catalog, ada));
  await beginRun(gateway, runId);
  for (const iteration of [0, 1, 2]) await recordIteration(gateway, runId, iteration);
  await completeRun(gateway, { runId, identities: SIZE.identities, samples: 1 + SIZE.variations });
  client = await signIn(gateway, ada.email);
  stranger = await signIn(gateway, eve.email);
});
afterAll(() => gateway.stop());

describe('reading', () => {
  test('the team page: role, budget, datasets, recipes, models', async () => {
    const data = await client.data(`{
      viewer { name email teams { slug } }
      team(slug: "ada-lab") {
        name viewerRole
        budget { maxIdentities usedIdentities reservedIdentities remainingIdentities remainingSamples }
        datasets { totalCount edges { node { slug title visibility tags createdBy { name } latestVersion { number } } } }
        recipes { totalCount edges { node { name version generator { name kind isBuiltIn } recogniser { kind } } } }
        models(kind: GENERATOR) { name state }
        runs { totalCount }
      }
    }`);
    expect(data).toEqual({
      viewer: { name: 'ada', email: 'ada@example.org', teams: [{ slug: 'ada-lab' }] },
      team: {
        name: "ada's lab",
        viewerRole: 'OWNER',
        budget: {
          maxIdentities: 1000,
          usedIdentities: 12,
          reservedIdentities: 0,
          remainingIdentities: 988,
          remainingSamples: 20_000 - 48,
        },
        datasets: {
          totalCount: 1,
          edges: [
            {
              node: {
                slug: 'faces',
                title: 'Faces',
                visibility: 'TEAM',
                tags: ['test'],
                createdBy: { name: 'ada' },
                latestVersion: { number: 1 },
              },
            },
          ],
        },
        recipes: {
          totalCount: 1,
          edges: [
            {
              node: {
                name: 'quick',
                version: 1,
                generator: { name: 'parametric-head', kind: 'GENERATOR', isBuiltIn: true },
                recogniser: { kind: 'RECOGNISER' },
              },
            },
          ],
        },
        models: [{ name: 'parametric-head', state: 'READY' }],
        runs: { totalCount: 1 },
      },
    });
  });

  test('the run page: stages, summary, iterations, previews, log', async () => {
    const data = await client.data<{ team: { dataset: { run: Record<string, unknown> } } }>(`{
      team(slug: "ada-lab") { dataset(slug: "faces") { run(number: 1) {
        state progress provider machine failure message identityCount samplesPerIdentity
        secondsPerStage { stage seconds }
        summary { before { thetaMin aboveIct } after { thetaMin aboveIct } intraBelowInter }
        iterations(stage: REFERENCES, after: 0) { iteration thetaMin statistics }
        previews(last: 1) { iteration columns rows url }
        logLines(after: 2) { sequence level message }
        versions { number } recipe { name } dataset { slug } team { slug } createdBy { name }
      } } }
    }`);
    const { run } = data.team.dataset;
    expect(run).toMatchObject({
      state: 'SUCCEEDED',
      progress: 1,
      provider: 'cpu',
      machine: 'test-machine',
      failure: null,
      identityCount: 12,
      samplesPerIdentity: 4,
      secondsPerStage: [
        { stage: 'REFERENCES', seconds: 12.5 },
        { stage: 'RENDER', seconds: 4 },
      ],
      summary: { before: { thetaMin: 0.3 }, after: { aboveIct: 0.99 }, intraBelowInter: 1 },
      iterations: [{ iteration: 1 }, { iteration: 2 }],
      previews: [{ iteration: 2, columns: 6, rows: 2 }],
      logLines: [{ sequence: 3, level: 'info' }],
      versions: [{ number: 1 }],
      dataset: { slug: 'faces' },
      createdBy: { name: 'ada' },
    });
  });

  test('the identity page: neighbours, distances, variations', async () => {
    const data = await client.data(`{
      team(slug: "ada-lab") { dataset(slug: "faces") { version(number: 1) {
        number origin identityCount sampleCount author { name } parents { number } runs { number }
        runNumbers isNearestKnown
        identities(first: 1, where: { ordinals: [11] }) { edges { nearest { distance identity { name } } } }
        identity(ordinal: 11) {
          name runNumber madeIn { number } nearestDistance intraDistance nearest { name }
          reference { kind ordinal imageBytes identity { name } }
          samples(first: 2) { totalCount edges { node { ordinal kind distanceToReference } } }
        }
        missing: identity(ordinal: 12) { name }
        ofRun: identity(ordinal: 11, run: 1) { name }
        ofOther: identity(ordinal: 11, run: 2) { name }
        samples(where: { kind: VARIATION, identityOrdinals: [3, 4], distanceToReference: { max: 0.15 } }) { totalCount }
      } } }
    }`);
    expect(data).toMatchObject({
      team: {
        dataset: {
          version: {
            number: 1,
            origin: 'RUN',
            identityCount: 12,
            sampleCount: 48,
            author: { name: 'ada' },
            parents: [],
            runs: [{ number: 1 }],
            runNumbers: [1],
            isNearestKnown: true,
            identities: { edges: [{ nearest: { identity: { name: 'identity-000000' } } }] },
            ofRun: { name: 'identity-000011' },
            ofOther: null,
            identity: {
              name: 'identity-000011',
              runNumber: 1,
              madeIn: { number: 1 },
              nearest: { name: 'identity-000000' },
              reference: { kind: 'REFERENCE', ordinal: 0, identity: { name: 'identity-000011' } },
              samples: {
                totalCount: 4,
                edges: [
                  { node: { ordinal: 0, kind: 'REFERENCE', distanceToReference: 0 } },
                  { node: { ordinal: 1, kind: 'VARIATION' } },
                ],
              },
            },
            missing: null,
            samples: { totalCount: 2 },
          },
        },
      },
    });
  });

  test('every kind of node is fetched by its id, and foreign or forged ids answer null', async () => {
    const { latestVersion } = await client
      .data<{ node: { latestVersion: { id: string } } }>(
        'query ($id: ID!) { node(id: $id) { ... on Dataset { latestVersion { id } } } }',
        { id: toGlobalId('Dataset', ada.dataset) },
      )
      .then(({ node }) => node);
    const [budget] = await gateway.catalog.budgets.budgetsOfTeams({
      actor: ada.actor,
      teamIds: [ada.team.id],
    });
    const ids = [
      toGlobalId('Team', ada.team),
      toGlobalId('Dataset', ada.dataset),
      toGlobalId('IdentityBudget', { id: budget?.id ?? '' }),
      toGlobalId('ModelVersion', { id: ada.recipe.generatorVersionId }),
      toGlobalId('Recipe', ada.recipe),
      toGlobalId('Run', { id: runId }),
      latestVersion.id,
      toGlobalId('Identity', { runId, ordinal: 3 }),
      toGlobalId('Sample', { runId, identityOrdinal: 3, ordinal: 1 }),
      'bm9uc2Vuc2U',
    ];
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const types =
      'Team Dataset IdentityBudget ModelVersion Recipe Run DatasetVersion Identity Sample';
    const seen = types.split(' ').map((name, index) => ({ __typename: name, id: ids[index] }));
    expect(await client.data(query, { ids })).toEqual({ nodes: [...seen, null] });
    const nothing = ids.map(() => null);
    expect(await stranger.data(query, { ids })).toEqual({ nodes: nothing });
    expect(await createClient(gateway).data(query, { ids })).toEqual({ nodes: nothing });
  });

  test('pages go forwards and backwards over the same items, without gaps or repetitions', async () => {
    const query = `query ($first: Int, $after: String, $last: Int, $before: String) {
      team(slug: "ada-lab") { dataset(slug: "faces") { version(number: 1) {
        identities(first: $first, after: $after, last: $last, before: $before, orderBy: NEAREST_DISTANCE) {
          edges { cursor node { ordinal nearestDistance } }
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        } } } } }`;
    interface Answer {
      team: {
        dataset: {
          version: {
            identities: {
              edges: { node: { ordinal: number; nearestDistance: number } }[];
              pageInfo: { hasNextPage: boolean; endCursor: string; startCursor: string };
            };
          };
        };
      };
    }
    const page = async (variables: Record<string, unknown>) =>
      (await client.data<Answer>(query, variables)).team.dataset.version.identities;
    const forward: number[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo } = await page({ first: 5, after });
      forward.push(...edges.map(({ node }) => node.ordinal));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(forward.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    const last = await page({ last: 5 });
    expect(last.edges.map(({ node }) => node.ordinal)).toEqual(forward.slice(-5));
    const before = await page({ last: 5, before: last.pageInfo.startCursor });
    expect(before.edges.map(({ node }) => node.ordinal)).toEqual(forward.slice(2, 7));
  });

  test('a cursor of another list and a page that is too large are refused with the reason', async () => {
    const ask = (args: string) =>
      client.send(`{ team(slug: "ada-lab") { datasets(${args}) { edges { cursor } } } }`);
    const [cursor] = (await ask('after: "bm9uc2Vuc2U"')).errors;
    expect(cursor).toMatchObject({
      message: expect.stringContaining("'after' is not a cursor of this list") as string,
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect((await ask('first: 501')).errors[0]?.message).toContain("'first' is 501");
  });
});

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
      'Measured in run 1 with the same models (cpu on test-machine).',
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

describe('without being signed in', () => {
  test('reading answers null, and the rest asks to sign in', async () => {
    const nobody = createClient(gateway);
    expect(await nobody.data('{ viewer { id } team(slug: "ada-lab") { id } }')).toEqual({
      viewer: null,
      team: null,
    });
    const mutation = 'mutation { createTeam(input: { slug: "x", name: "x" }) { team { id } } }';
    expect((await nobody.send(mutation)).errors[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
    });
    expect((await nobody.send('{ system { version } }')).errors[0]?.extensions).toEqual({
      code: 'UNAUTHENTICATED',
    });
  });
});

async function jobs(): Promise<number> {
  const [row] = await gateway.catalog.prisma.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM pgboss.job WHERE name = 'run.execute'`;
  return Number(row?.count ?? 0);
}
