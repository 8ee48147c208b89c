/** @file What the pages read, as they ask it: over HTTP, on a real database with images in real shards. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { createClient } from '../testing/start.ts';
import { startTwoTeams } from '../testing/two-teams.ts';
import type { TwoTeams } from '../testing/two-teams.ts';

let gateway: TwoTeams['gateway'];
let ada: TwoTeams['ada'];
let client: TwoTeams['client'];
let stranger: TwoTeams['stranger'];
let runId: TwoTeams['runId'];

beforeAll(async () => {
  ({ gateway, ada, client, stranger, runId } = await startTwoTeams());
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
