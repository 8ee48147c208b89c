/** @file A model from its files to READY: uploaded over HTTP, registered over GraphQL, checked as a worker does. */
import { readFile } from 'node:fs/promises';

import { SCOPES } from '@colloid/catalog';
import type { Action } from '@colloid/catalog';
import { checkModelVersion } from '@colloid/pipeline';
import { filesOf, parseManifest } from '@colloid/sampler/model';
import { contentKey, sha256 } from '@colloid/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { fromGlobalId, toGlobalId } from '../ids.ts';
import { seedTeam, SEED_PASSWORD } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';
import { ensureUser } from '../auth/users.ts';
import { UploadTickets } from './tickets.ts';

// Models are data, not a dependency: their folder is read where it lies.
const MODELS = new URL('../../../../packages/models/built-in/', import.meta.url);

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let teamId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const size = { identities: 4, variations: 1 };
  ada = await seedTeam({ catalog: gateway.catalog, secret: TEST_SECRET, name: 'ada', ...size });
  client = await signIn(gateway, ada.email);
  teamId = toGlobalId('Team', { id: ada.team.id });
});
afterAll(() => gateway.stop());

function put(
  name: string,
  body: Uint8Array,
  options: {
    readonly cookie?: string;
    readonly kind?: 'models' | 'galleries' | 'covariates';
    readonly team?: string;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<Response> {
  const { cookie = client.cookie, kind = 'models', team = teamId, headers = {} } = options;
  return fetch(`${gateway.url}/uploads/${kind}/${team}/${name}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/octet-stream',
      origin: gateway.url,
      ...(cookie === '' ? {} : { cookie }),
      ...headers,
    },
    body: Uint8Array.from(body),
  });
}

async function upload(name: string, body: Uint8Array): Promise<string> {
  const response = await put(name, body);
  const receipt = (await response.json()) as { readonly upload: string };
  expect(response.status, JSON.stringify(receipt)).toBe(201);
  return receipt.upload;
}

/** Tickets for a built-in model under another name. */
async function uploadModel(folder: string, name: string): Promise<string[]> {
  const read = (file: string): Promise<Uint8Array> =>
    readFile(new URL(`${folder}/${file}`, MODELS));
  const original = JSON.parse(new TextDecoder().decode(await read('model.json'))) as object;
  const manifest = new TextEncoder().encode(JSON.stringify({ ...original, name }));
  const tickets = [await upload('model.json', manifest)];
  for (const file of filesOf(parseManifest('built-in', original))) {
    tickets.push(await upload(file, await read(file)));
  }
  return tickets;
}

interface Registered {
  readonly registerModel: {
    readonly modelVersion: { readonly id: string; readonly state: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}

const register = async (
  uploads: readonly string[],
  as = client,
): Promise<Registered['registerModel']> => {
  const { registerModel } = await as.data<Registered>(
    `mutation ($input: RegisterModelInput!) {
      registerModel(input: $input) { modelVersion { id state } userErrors { code message path } }
    }`,
    { input: { teamId, uploads } },
  );
  return registerModel;
};

describe('a model that is uploaded and registered', () => {
  test('is CHECKING, is checked, and shows its report with sample images', async () => {
    const uploads = await uploadModel('parametric-head', 'uploaded');
    const { modelVersion, userErrors } = await register(uploads);
    expect(userErrors).toEqual([]);
    expect(modelVersion?.state).toBe('CHECKING');
    const id = fromGlobalId(modelVersion?.id ?? '');
    if (id?.type !== 'ModelVersion') throw new Error('no id of a model');
    const { catalog, store } = gateway;
    const options = { catalog, store, provider: 'cpu', threads: 2 } as const;
    expect(await checkModelVersion({ ...options, modelVersionId: id.key.id })).toBe('READY');

    const data = await client.data<{
      team: { model: { report: { samples: { url: string } } } };
    }>(`{
      team(slug: "ada-lab") {
        model(kind: GENERATOR, name: "uploaded", version: "1") {
          state refusal checkedAt isBuiltIn createdBy { name }
          report {
            checks { id title state detail seconds }
            files { name sizeBytes graph { opset nodes weights } }
            operators { operator count gradient blockedAt { node reason } }
            values { name type min max mean }
            gradient { medianRelativeError worstRelativeError samples directions }
            speed { batch forwardPerSecond gradientPerSecond }
            samples { url count columns rows }
            provider threads seconds peakMemoryBytes
          }
        }
      }
    }`);
    expect(data).toMatchObject({
      team: {
        model: {
          state: 'READY',
          refusal: null,
          isBuiltIn: false,
          createdBy: { name: 'ada' },
          report: { provider: 'cpu', threads: 2, samples: { count: 8, columns: 4, rows: 2 } },
        },
      },
    });
    const image = await fetch(`${gateway.url}${data.team.model.report.samples.url}`);
    expect(image.headers.get('content-type')).toBe('image/webp');
    // The same files again are the same version.
    expect((await register(uploads)).modelVersion).toEqual({
      id: modelVersion?.id,
      state: 'READY',
    });
  });

  test('cannot be used in a recipe before it is READY', async () => {
    await register(await uploadModel('parametric-head-id', 'waiting'));
    const answer = await client.data<{ createRecipe: { userErrors: unknown } }>(
      `mutation ($input: CreateRecipeInput!) {
        createRecipe(input: $input) { recipe { id } userErrors { code message } }
      }`,
      {
        input: {
          teamId,
          name: 'early',
          definition: { ...(ada.recipe.definition as object), recogniser: 'waiting@1' },
        },
      },
    );
    expect(JSON.stringify(answer)).toMatch(/'waiting' 1 is CHECKING, and only READY models/);
  });

  test('is refused as a user error when a file or the manifest is wrong', async () => {
    const [manifest = '', network = ''] = await uploadModel('parametric-head-id', 'wrong');
    expect((await register([manifest])).userErrors).toMatchObject([
      { code: 'INVALID', message: expect.stringMatching(/names 'network\.onnx'/) as string },
    ]);
    expect((await register([manifest, network, network])).userErrors).toMatchObject([
      { message: expect.stringMatching(/'network\.onnx' is there twice/) as string },
    ]);
    const text = new TextEncoder();
    const bad = await upload('model.json', text.encode('{ "kind": "recogniser", "name": "A B" }'));
    const { userErrors } = await register([bad, network]);
    expect(userErrors.map(({ message }) => message).join(' ')).toMatch(
      /model\.json: name: .*licence/,
    );
    const noJson = await upload('model.json', text.encode('{'));
    expect((await register([noJson])).userErrors[0]?.message).toMatch(/is not JSON/);
  });
});

describe('tickets', () => {
  test('are good for who has uploaded, for that team, for a day', async () => {
    const tickets = new UploadTickets(TEST_SECRET);
    const file = { name: 'a.onnx', digest: 'a'.repeat(64), sizeBytes: 1, teamId: 't', userId: 'u' };
    const ticket = tickets.issue(file, 0);
    const holder = { teamId: 't', userId: 'u' };
    expect(tickets.redeem(ticket, holder, 86_399_000)).toEqual(file);
    expect(tickets.redeem(ticket, holder, 86_400_000)).toBeNull();
    expect(tickets.redeem(ticket, { ...holder, userId: 'v' }, 0)).toBeNull();
    expect(tickets.redeem(ticket, { ...holder, teamId: 's' }, 0)).toBeNull();
    expect(tickets.redeem(`${ticket}x`, holder, 0)).toBeNull();
    expect(tickets.redeem('', holder, 0)).toBeNull();
    expect(new UploadTickets('another secret').redeem(ticket, holder, 0)).toBeNull();
    // A digest that was not uploaded cannot be registered, however well it is known.
    const forged = Buffer.from(JSON.stringify({ ...file, expires: 9e9 })).toString('base64url');
    expect((await register([`${forged}.${ticket.split('.')[1]}`])).userErrors).toMatchObject([
      { message: expect.stringMatching(/made by somebody else or for another team/) as string },
    ]);
  });
});

describe('an upload', () => {
  const bytes = Uint8Array.of(1, 2, 3);

  test('needs a session, the role MAINTAINER, and a page of this server', async () => {
    expect((await put('a.onnx', bytes, { cookie: '' })).status).toBe(401);
    const headers = { origin: 'https://elsewhere.example' };
    expect((await put('a.onnx', bytes, { headers })).status).toBe(403);
    const { catalog } = gateway;
    const email = 'rea@example.org';
    const person = { catalog, secret: TEST_SECRET, email, name: 'rea', password: SEED_PASSWORD };
    const { id: userId } = await ensureUser(person);
    const stranger = await signIn(gateway, email);
    expect((await put('a.onnx', bytes, { cookie: stranger.cookie })).status).toBe(404);
    await catalog.teams.addMember({
      actor: ada.actor,
      teamId: ada.team.id,
      userId,
      role: 'REVIEWER',
    });
    const response = await put('a.onnx', bytes, { cookie: stranger.cookie });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('needs the role MAINTAINER') as string,
    });
    expect((await register([], stranger)).userErrors).toMatchObject([{ code: 'INVALID' }]);
    expect(await gateway.store.stat(contentKey(sha256(bytes)))).toBeNull();
  });

  test.each([
    ['models', 'model.register'],
    ['galleries', 'gallery.register'],
    ['covariates', 'covariates.register'],
  ] as const)(
    'of %s is taken by an API key with the scope %s and by no other',
    async (kind, scope) => {
      const { apiKeys } = gateway.catalog;
      const by = async (scopes: readonly Action[]): Promise<Response> => {
        const input = { actor: ada.actor, teamId: ada.team.id, name: 'key', scopes, days: 1 };
        const { secret } = await apiKeys.createApiKey(input);
        const headers = { authorization: `Bearer ${secret}` };
        return put('file.npy', bytes, { kind, cookie: '', headers });
      };
      const refused = await by(SCOPES.filter((other) => other !== scope));
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain(`'${scope}'`);
      const taken = await by([scope]);
      expect(taken.status, await taken.text()).toBe(201);
    },
  );

  test('has a plain name and a bounded size', async () => {
    expect((await put('..%2Fmodel.json', bytes)).status).toBe(400);
    expect((await put('a%00.onnx', bytes)).status).toBe(400);
    const large = new Uint8Array(1024 ** 2 + 1);
    const response = await put('model.json', large);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await gateway.store.stat(contentKey(sha256(large)))).toBeNull();
  });

  test('for a team that is none is answered like one that may not be seen', async () => {
    expect((await put('a.onnx', bytes, { team: 'nonsense' })).status).toBe(404);
  });
});
