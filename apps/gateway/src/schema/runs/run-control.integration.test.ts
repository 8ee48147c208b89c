import { afterAll, beforeAll, expect, test } from 'vitest';

import { toGlobalId } from '../../ids.ts';
import { beginRun, recordIteration } from '../../testing/seed-run.ts';
import { seedDefinition, seedRun, seedTeam, type SeededTeam } from '../../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../../testing/start.ts';
import type { TestClient, TestGateway } from '../../testing/start.ts';

const SIZE = { identities: 12, variations: 3 };

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let stranger: TestClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...SIZE });
  const eve = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...SIZE });
  client = await signIn(gateway, ada.email);
  stranger = await signIn(gateway, eve.email);
});
afterAll(() => gateway.stop());

/** Jobs of runs that wait in the queue. */
async function waitingJobs(): Promise<number> {
  const [row] = await gateway.catalog.prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM pgboss.job WHERE name = 'run.execute' AND state = 'created'`;
  return row?.count ?? 0;
}

test('a run is paused and resumed, its budget stays reserved, and stale wishes are user errors', async () => {
  const { id } = await seedRun(gateway.catalog, ada);
  const input = { runId: toGlobalId('Run', { id }) };
  const mutation = (verb: 'pause' | 'resume'): string => {
    const type = verb === 'pause' ? 'PauseRunInput' : 'ResumeRunInput';
    return `mutation ($input: ${type}!) { answer: ${verb}Run(input: $input) {
      run { state pauseRequestedAt dataset { budget { reservedIdentities } } } userErrors { code message path } } }`;
  };
  const pause = (): Promise<unknown> => client.data(mutation('pause'), { input });
  const resume = (): Promise<unknown> => client.data(mutation('resume'), { input });
  const before = await waitingJobs();

  expect(await stranger.data(mutation('pause'), { input })).toMatchObject({
    answer: { run: null, userErrors: [{ code: 'NOT_FOUND', path: ['runId'] }] },
  });
  expect(await resume()).toMatchObject({
    answer: {
      run: null,
      userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('nothing to resume') }],
    },
  });
  expect(await pause()).toEqual({
    answer: {
      run: {
        state: 'PAUSED',
        pauseRequestedAt: null,
        dataset: { budget: { reservedIdentities: 12 } },
      },
      userErrors: [],
    },
  });
  expect(await resume()).toMatchObject({ answer: { run: { state: 'QUEUED' }, userErrors: [] } });
  expect(await waitingJobs()).toBe(before + 1);

  await beginRun(gateway, id);
  expect(await pause()).toMatchObject({
    answer: { run: { state: 'RUNNING', pauseRequestedAt: expect.any(String) } },
  });
  await gateway.catalog.execution.pauseRun(id);
  const cancel = `mutation ($input: CancelRunInput!) { cancelRun(input: $input) {
    run { state dataset { budget { reservedIdentities } } } userErrors { code } } }`;
  expect(await client.data(cancel, { input })).toEqual({
    cancelRun: {
      run: { state: 'CANCELLED', dataset: { budget: { reservedIdentities: 0 } } },
      userErrors: [],
    },
  });
  expect(await pause()).toMatchObject({
    answer: { userErrors: [{ code: 'CONFLICT', message: expect.stringContaining('CANCELLED') }] },
  });
});

test('a run is branched from a checkpoint that it kept, and what is left of it can be seen', async () => {
  const { catalog } = gateway;
  const { id } = await seedRun(catalog, ada);
  await beginRun(gateway, id);
  await recordIteration(gateway, id, 0);
  const part = (digest: string): object => ({ key: `blobs/${digest}`, digest });
  await catalog.execution.recordCheckpoint({ runId: id, iteration: 5, digest: 'e', record: {} });
  const partial = {
    iteration: 5,
    identities: 12,
    latents: part('l'),
    embeddings: part('m'),
  } as unknown as Record<string, never>;
  await catalog.execution.recordPartial({ runId: id, partial });
  await catalog.execution.finishRun({ runId: id, state: 'FAILED', failure: 'A NaN.' });

  const recipeWith = async (change: object): Promise<string> => {
    const { generatorVersionId, recogniserVersionId } = ada.recipe;
    const recipe = await catalog.recipes.createRecipe({
      actor: ada.actor,
      teamId: ada.team.id,
      name: 'branch',
      definition: { ...seedDefinition(SIZE), ...change },
      generatorVersionId,
      recogniserVersionId,
    });
    return toGlobalId('Recipe', { id: recipe.id });
  };
  const branch = async (iteration: number, recipeId: string): Promise<unknown> =>
    client.data(
      `mutation ($input: BranchRunInput!) { branchRun(input: $input) {
        run { number state branchedFrom { iteration run { number } } } userErrors { code message path } } }`,
      { input: { runId: toGlobalId('Run', { id }), iteration, recipeId } },
    );
  const stronger = await recipeWith({});
  expect(await branch(7, stronger)).toMatchObject({
    branchRun: {
      userErrors: [{ path: ['iteration'], message: expect.stringContaining('it has kept 5.') }],
    },
  });
  expect(await branch(5, await recipeWith({ seed: 99 }))).toMatchObject({
    branchRun: {
      run: null,
      userErrors: [
        { code: 'INVALID', path: ['recipeId'], message: expect.stringContaining('seed 99') },
      ],
    },
  });
  expect(await branch(5, stronger)).toMatchObject({
    branchRun: {
      run: { number: 3, state: 'QUEUED', branchedFrom: { iteration: 5, run: { number: 2 } } },
      userErrors: [],
    },
  });
  const shown = await client.data(
    `query ($id: ID!) { node(id: $id) { ... on Run {
      failure checkpoints { iteration digest } branches { number }
      partial { iteration identities latentsDigest embeddingsDigest } } } }`,
    { id: toGlobalId('Run', { id }) },
  );
  expect(shown).toEqual({
    node: {
      failure: 'A NaN.',
      checkpoints: [{ iteration: 5, digest: 'e' }],
      branches: [{ number: 3 }],
      partial: { iteration: 5, identities: 12, latentsDigest: 'l', embeddingsDigest: 'm' },
    },
  });
});
