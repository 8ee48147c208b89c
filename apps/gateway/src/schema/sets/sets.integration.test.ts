/** @file Galleries and covariate sets from their files to a recipe that names them, and what is refused on the way. */
import { encodeNpy, encodeRgb } from '@colloid/formats';
import { putContent } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fromGlobalId, toGlobalId } from '../../ids.ts';
import { seedDefinition, seedTeam } from '../../testing/seed-team.ts';
import type { SeededTeam } from '../../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../../testing/start.ts';
import type { TestClient, TestGateway } from '../../testing/start.ts';

const SIZE = { identities: 4, variations: 1 };
const NPY = encodeNpy(Float32Array.from({ length: 6 }, Math.cos), [2, 3]);
const CSV = new TextEncoder().encode('identity,covariate,class\n0,pose,left\n');

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let stranger: TestClient;
let teamId: string;
let generatorVersionId: string;
let recogniserVersionId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const { catalog } = gateway;
  ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...SIZE });
  const eve = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...SIZE });
  client = await signIn(gateway, ada.email);
  stranger = await signIn(gateway, eve.email);
  teamId = toGlobalId('Team', { id: ada.team.id });
  generatorVersionId = toGlobalId('ModelVersion', { id: ada.recipe.generatorVersionId });
  recogniserVersionId = toGlobalId('ModelVersion', { id: ada.recipe.recogniserVersionId });
});
afterAll(() => gateway.stop());

function put(
  kind: 'galleries' | 'covariates',
  name: string,
  options: { readonly body?: Uint8Array; readonly as?: TestClient } = {},
): Promise<Response> {
  const { body = NPY, as = client } = options;
  return fetch(`${gateway.url}/uploads/${kind}/${teamId}/${name}`, {
    method: 'PUT',
    headers: { origin: gateway.url, cookie: as.cookie },
    body: Uint8Array.from(body),
  });
}

async function upload(...args: Parameters<typeof put>): Promise<string> {
  const response = await put(...args);
  const receipt = (await response.json()) as { readonly upload: string };
  expect(response.status, JSON.stringify(receipt)).toBe(201);
  return receipt.upload;
}

interface Payload {
  readonly set: { readonly id: string; readonly state: string } | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly message: string;
    readonly path: readonly string[];
  }[];
}

async function register(
  what: 'Gallery' | 'CovariateSet',
  input: Readonly<Record<string, unknown>>,
  as = client,
): Promise<Payload> {
  const field = what === 'Gallery' ? 'gallery' : 'covariateSet';
  const data = await as.data<{ readonly payload: Payload }>(
    `mutation ($input: Register${what}Input!) {
      payload: register${what}(input: $input) { set: ${field} { id state } userErrors { code message path } }
    }`,
    { input: { teamId, version: '1', ...input } },
  );
  return data.payload;
}

const uuidOf = (id: string | undefined): string => {
  const key = fromGlobalId(id ?? '')?.key;
  return key !== undefined && 'id' in key ? key.id : '';
};

/** Lets the gallery be made as a worker would; what it computes is the pipeline's own test. */
async function ready(name: string): Promise<void> {
  const uploads = [await upload('galleries', `${name}.npy`)];
  const { set } = await register('Gallery', { name, recogniserVersionId, uploads });
  await gateway.catalog.setMaking.finishGallery(uuidOf(set?.id), {
    state: 'READY',
    digest: 'd'.repeat(64),
    objectKey: 'blobs/dd/d',
    count: 2,
    report: { norms: { min: 1, mean: 1.5, max: 2 }, failures: [] },
  });
}

async function readyCovariates(name: string): Promise<string> {
  const uploads = [
    await upload('covariates', 'latents.npy'),
    await upload('covariates', 'labels.csv', { body: CSV }),
  ];
  const { set, userErrors } = await register('CovariateSet', { name, generatorVersionId, uploads });
  expect(userErrors).toEqual([]);
  const side = { count: 3, min: -2, max: -1, mean: -1.5, deviation: 0.2 };
  const grey = { pixels: new Uint8Array(3 * 12 * 4).fill(99), width: 12, height: 4 };
  const { key } = await putContent(gateway.store, await encodeRgb(grey, { format: 'webp' }));
  await gateway.catalog.setMaking.finishCovariateSet(uuidOf(set?.id), {
    state: 'READY',
    digest: 'e'.repeat(64),
    objectKey: 'blobs/ee/e',
    directions: [
      {
        covariate: 'pose',
        negative: 'left',
        positive: 'right',
        negativeSide: side,
        positiveSide: { ...side, min: 1, max: 2, mean: 1.5 },
        trainingAccuracy: 1,
        heldOutAccuracy: 0.9,
        strip: { objectKey: key, columns: 3, rows: 1, offsets: [-1.5, 0, 1.5] },
      },
    ],
    report: {
      images: [
        {
          file: 'a.png',
          identity: '1',
          covariate: 'pose',
          class: 'left',
          pixelResidual: 0.02,
          theta: 0.1,
          failure: null,
        },
        {
          file: 'b.png',
          identity: '1',
          covariate: 'pose',
          class: 'right',
          pixelResidual: null,
          theta: null,
          failure: 'No image.',
        },
      ],
      steps: 1000,
      seconds: 12,
    },
  });
  return set?.id ?? '';
}

describe('a gallery', () => {
  test('is registered from its upload, listed and found by its name', async () => {
    await ready('train');
    const data = await client.data(`{
      team(slug: "ada-lab") {
        galleries { totalCount edges { node { name version state } } }
        gallery(name: "train", version: "1") {
          name version description licence state progress refusal count digest sourceKind
          sourceFiles { name } recogniser { name } report { norms { min max } failures { file } }
          createdBy { name }
        }
        none: gallery(name: "nobody", version: "1") { id }
      }
    }`);
    expect(data).toEqual({
      team: {
        galleries: {
          totalCount: 1,
          edges: [{ node: { name: 'train', version: '1', state: 'READY' } }],
        },
        gallery: {
          name: 'train',
          version: '1',
          description: '',
          licence: null,
          state: 'READY',
          progress: 1,
          refusal: null,
          count: 2,
          digest: 'd'.repeat(64),
          sourceKind: 'EMBEDDINGS',
          sourceFiles: [{ name: 'train.npy' }],
          recogniser: { name: 'parametric-head-id' },
          report: { norms: { min: 1, max: 2 }, failures: [] },
          createdBy: { name: 'ada' },
        },
        none: null,
      },
    });
  });

  test('is refused with the field and the remedy', async () => {
    const npy = await upload('galleries', 'x.npy');
    const txt = await upload('galleries', 'notes.txt');
    const cases = [
      [{ name: 'A b', recogniserVersionId, uploads: [npy] }, ['name'], 'cannot name a set'],
      [{ name: 'g', recogniserVersionId, uploads: [] }, ['uploads'], 'The upload holds nothing'],
      [
        { name: 'g', recogniserVersionId, uploads: [txt] },
        ['uploads'],
        'one .npy file of embeddings',
      ],
      [
        { name: 'g', recogniserVersionId, uploads: [npy, npy] },
        ['uploads'],
        "'x.npy' is there twice",
      ],
      [{ name: 'g', recogniserVersionId, uploads: ['forged.ticket'] }, ['uploads'], 'has expired'],
      [
        { name: 'g', recogniserVersionId: generatorVersionId, uploads: [npy] },
        ['recogniserVersionId'],
        'The team has no such recogniser',
      ],
      [
        { name: 'g', recogniserVersionId: teamId, uploads: [npy] },
        ['recogniserVersionId'],
        'no such model',
      ],
    ] as const;
    for (const [input, path, sentence] of cases) {
      const { set, userErrors } = await register('Gallery', input);
      expect(set).toBeNull();
      expect(userErrors).toEqual([
        expect.objectContaining({ path, message: expect.stringContaining(sentence) }),
      ]);
    }
  });

  test('of another team is as if it were not there', async () => {
    const response = await put('galleries', 'x.npy', { as: stranger });
    expect(response.status).toBe(404);
    const uploads = [await upload('galleries', 'x.npy')];
    const { userErrors } = await register(
      'Gallery',
      { name: 'g', recogniserVersionId, uploads },
      stranger,
    );
    expect(userErrors).toMatchObject([{ path: ['uploads'] }]);
    const empty = await register(
      'Gallery',
      { name: 'g', recogniserVersionId, uploads: [] },
      stranger,
    );
    expect(empty.userErrors[0]?.code).toBe('INVALID');
    const { node } = await client.data<{ readonly node: { readonly id: string } | null }>(
      `query ($id: ID!) { node(id: $id) { id } }`,
      { id: await idOf('train') },
    );
    expect(node).not.toBeNull();
    expect(
      await stranger.data(`query ($id: ID!) { node(id: $id) { id } }`, { id: await idOf('train') }),
    ).toEqual({ node: null });
  });
});

async function idOf(name: string): Promise<string> {
  const { team } = await client.data<{ team: { gallery: { id: string } } }>(
    `query ($name: String!) { team(slug: "ada-lab") { gallery(name: $name, version: "1") { id } } }`,
    { name },
  );
  return team.gallery.id;
}

describe('a covariate set', () => {
  test('shows its directions, their strips, and the failures of projection first', async () => {
    const id = await readyCovariates('directions');
    const { node } = await client.data<{
      node: { directions: { strip: { url: string } }[] };
    }>(
      `query ($id: ID!) { node(id: $id) { ... on CovariateSet {
        name sourceKind sourceFiles { name } generator { name } recogniser { name } isBuiltIn
        directions {
          covariate negative positive trainingAccuracy heldOutAccuracy
          negativeSide { count min max mean deviation } strip { url columns rows offsets }
        }
        projection { imageCount failureCount steps images { file failure pixelResidual theta } }
      } } }`,
      { id },
    );
    expect(node).toMatchObject({
      name: 'directions',
      sourceKind: 'LATENTS',
      sourceFiles: [{ name: 'latents.npy' }, { name: 'labels.csv' }],
      generator: { name: 'parametric-head' },
      recogniser: null,
      directions: [{ covariate: 'pose', heldOutAccuracy: 0.9, strip: { offsets: [-1.5, 0, 1.5] } }],
      projection: {
        imageCount: 2,
        failureCount: 1,
        images: [{ file: 'b.png' }, { file: 'a.png' }],
      },
    });
    const strip = await fetch(`${gateway.url}${node.directions[0]?.strip.url}`);
    expect([strip.status, strip.headers.get('content-type')]).toEqual([200, 'image/webp']);
  });

  test('is refused without a table, or for images without a recogniser', async () => {
    const npy = await upload('covariates', 'latents.npy');
    const csv = await upload('covariates', 'labels.csv', { body: CSV });
    const zip = await upload('covariates', 'faces.zip');
    const cases = [
      [{ name: 'c', generatorVersionId, uploads: [npy] }, ['uploads'], 'a .csv table of labels'],
      [
        { name: 'c', generatorVersionId, uploads: [zip, csv] },
        ['recogniserVersionId'],
        'needs a recogniser',
      ],
      [
        { name: 'c', generatorVersionId: recogniserVersionId, uploads: [npy, csv] },
        ['generatorVersionId'],
        'The team has no such generator',
      ],
    ] as const;
    for (const [input, path, sentence] of cases) {
      const { userErrors } = await register('CovariateSet', input);
      expect(userErrors).toEqual([
        expect.objectContaining({ path, message: expect.stringContaining(sentence) }),
      ]);
    }
  });
});

describe('a recipe', () => {
  const create = async (change: object) => {
    const definition = { ...seedDefinition(SIZE), ...change };
    const { createRecipe } = await client.data<{
      createRecipe: {
        recipe: { gallery: object | null; covariateSet: object | null } | null;
        userErrors: Payload['userErrors'];
      };
    }>(
      `mutation ($input: CreateRecipeInput!) { createRecipe(input: $input) {
        recipe { gallery { name count } covariateSet { name } } userErrors { code message path } } }`,
      { input: { teamId, name: 'with sets', definition } },
    );
    return createRecipe;
  };
  const langevin = (gallery: string | null, constantDistance: number) => ({
    references: { algorithm: 'langevin', parameters: { constantDistance }, gallery },
  });
  const disco = (covariates: string) => ({ variations: { algorithm: 'disco', covariates } });

  test('names its sets, and shows them', async () => {
    await ready('far');
    await readyCovariates('along');
    const { recipe, userErrors } = await create({ ...langevin('far@1', 1), ...disco('along@1') });
    expect(userErrors).toEqual([]);
    expect(recipe).toEqual({ gallery: { name: 'far', count: 2 }, covariateSet: { name: 'along' } });
  });

  test('is refused for what does not go together, naming the parameter', async () => {
    const cases = [
      [langevin('train@1', 0), 'references.parameters.constantDistance', 'would have no effect'],
      [langevin(null, 1), 'references.parameters.constantDistance', 'no gallery to keep'],
      [
        langevin('nobody@1', 1),
        'references.gallery',
        "'nobody@1', and the team has no such gallery",
      ],
      [disco('nobody@1'), 'variations.covariates', 'the team has no such covariate set'],
      [{ identities: 1 }, 'identities', 'at least 2'],
    ] as const;
    for (const [change, path, sentence] of cases) {
      const { recipe, userErrors } = await create(change);
      expect(recipe).toBeNull();
      expect(userErrors.map((error) => [error.path.join('.'), error.message])).toEqual([
        [`definition.${path}`, expect.stringContaining(sentence)],
      ]);
    }
  });
});
