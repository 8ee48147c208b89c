/** @file What is sent to break it: each is answered fast, with a typed error, without a stack, and changes nothing. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { toGlobalId } from '../ids.ts';
import { beginRun, completeRun } from '../testing/seed-run.ts';
import { seedRun, seedTeam } from '../testing/seed-team.ts';
import type { SeededTeam } from '../testing/seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from '../testing/start.ts';
import type { TestClient, TestGateway } from '../testing/start.ts';

/** Ends a test whose answer hangs; the work itself takes some ten milliseconds. */
const HANGING_MS = 5000;

let gateway: TestGateway;
let ada: SeededTeam;
let client: TestClient;
let versionId: string;
let before: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  const size = { identities: 2, variations: 1 };
  ada = await seedTeam({ catalog: gateway.catalog, secret: TEST_SECRET, name: 'ada', ...size });
  const { id: runId } = await seedRun(gateway.catalog, ada);
  await beginRun(gateway, runId);
  await completeRun(gateway, { runId, identities: 2, samples: 2 });
  client = await signIn(gateway, ada.email);
  const { prisma } = gateway.catalog;
  versionId = toGlobalId('DatasetVersion', await prisma.datasetVersion.findFirstOrThrow());
  before = await counts();
});
afterAll(() => gateway.stop());

/** Rows of each table that an operation could write. */
async function counts(): Promise<string> {
  const { prisma } = gateway.catalog;
  const numbers = await Promise.all([
    prisma.team.count(),
    prisma.dataset.count(),
    prisma.run.count(),
    prisma.datasetVersion.count(),
    prisma.subset.count(),
    prisma.auditEvent.count(),
    prisma.notification.count(),
    prisma.webhookDelivery.count(),
  ]);
  return numbers.join(' ');
}

const nest = (depth: number, inner: string, wrap: (text: string) => string): string =>
  depth === 0 ? inner : wrap(nest(depth - 1, inner, wrap));
const where = (depth: number, field: 'and' | 'or' | 'not'): object =>
  depth === 0
    ? { quality: { min: 0 } }
    : { [field]: field === 'not' ? where(depth - 1, field) : [where(depth - 1, field)] };
/** Every level twice as wide as the one above. */
const bush = (depth: number): object =>
  depth === 0 ? { quality: { min: 0 } } : { or: [bush(depth - 1), bush(depth - 1)] };
const SAMPLES = `query ($id: ID!, $where: SampleWhere, $after: String, $first: Int) { node(id: $id) { ... on DatasetVersion {
  samples(where: $where, after: $after, first: $first) { totalCount edges { node { id } } } } } }`;
const samples = (variables: object) => [SAMPLES, () => ({ id: versionId, ...variables })] as const;
const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const members = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`);
const SAVE = `mutation ($input: SaveSubsetInput!) { saveSubset(input: $input) { userErrors { code path } } }`;
const CREATE_TEAM = (alias: string, slug: string) =>
  `${alias}: createTeam(input: { slug: "${slug}", name: "x" }) { team { id } userErrors { code } }`;

type Case = readonly [
  name: string,
  query: string,
  variables: () => Record<string, unknown>,
  code: string,
];

const none = () => ({});
const CASES: readonly Case[] = [
  [
    'a depth of 100',
    `{ team(slug: "x") { ${nest(25, 'id', (text) => `datasets { edges { node { team { ${text} } } } }`)} } }`,
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'a depth of 100 behind fragments',
    `{ team(slug: "x") { ...F0 } } ${members('F', 100)
      .map(
        (name, index) =>
          `fragment ${name} on Team { datasets { edges { node { team { ...F${index + 1} } } } } }`,
      )
      .join(' ')} fragment F100 on Team { id }`,
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    '10 000 aliases',
    `{ ${members('a', 10_000)
      .map((name) => `${name}: viewer { id }`)
      .join(' ')} }`,
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'aliases by doubling fragments',
    `{ ...F0 } ${members('F', 30)
      .map(
        (name, index) =>
          `fragment ${name} on Query { a${index}: viewer { id } ...F${index + 1} ...F${index + 1} }`,
      )
      .join(' ')} fragment F30 on Query { b: viewer { id } }`,
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'pages in pages',
    '{ team(slug: "ada-lab") { datasets(first: 500) { edges { node { versions(first: 500) { edges { node { samples(first: 500) { edges { node { id } } } } } } } } } } }',
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'pages in pages, sized by variables',
    'query ($n: Int = 500) { team(slug: "ada-lab") { runs(last: $n) { edges { node { dataset { runs(last: $n) { edges { node { id } } } } } } } } }',
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'many mutations in one document',
    `mutation { ${members('m', 61)
      .map((name) => CREATE_TEAM(name, `t-${name}`))
      .join(' ')} }`,
    none,
    'LIMIT_EXCEEDED',
  ],
  [
    'text with a NUL character in a variable',
    SAVE,
    () => ({ input: { versionId, name: 'a\0b', query: {} } }),
    'BAD_USER_INPUT',
  ],
  [
    'text with half of a surrogate pair in a variable',
    SAVE,
    () => ({ input: { versionId, name: 'a\ud800', query: {} } }),
    'BAD_USER_INPUT',
  ],
  [
    'text with a NUL character in the document',
    '{ team(slug: "a\\u0000b") { id } }',
    none,
    'BAD_USER_INPUT',
  ],
  ['text that is no GraphQL', `{ ${'{'.repeat(3000)}`, none, 'GRAPHQL_PARSE_FAILED'],
  [
    'variables of a megabyte',
    'query ($slug: String!) { team(slug: $slug) { id } }',
    () => ({ slug: 'x'.repeat(1_000_000) }),
    'BODY',
  ],
  [
    '100 000 ids',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    () => ({ ids: Array.from({ length: 100_000 }, () => 'x') }),
    'LIMIT_EXCEEDED',
  ],
  [
    '501 ids that are each something',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    () => ({ ids: Array.from({ length: 501 }, () => toGlobalId('Run', { id: randomUUID() })) }),
    'LIMIT_EXCEEDED',
  ],
  ['`not` in `not` a hundred times', ...samples({ where: where(100, 'not') }), 'LIMIT_EXCEEDED'],
  ['`not` in `not` thirty times', ...samples({ where: where(30, 'not') }), 'BAD_USER_INPUT'],
  ['`and` in `and` a thousand times', ...samples({ where: where(1000, 'and') }), 'LIMIT_EXCEEDED'],
  [
    '`and` in `and` six hundred times in the document itself',
    `query ($id: ID!) { node(id: $id) { ... on DatasetVersion { samples(where: ${nest(600, '{}', (text) => `{ and: [${text}] }`)}) { totalCount } } } }`,
    () => ({ id: versionId }),
    'BAD_USER_INPUT',
  ],
  ['`or` in `or` fifteen times', ...samples({ where: where(15, 'or') }), 'BAD_USER_INPUT'],
  ['a filter of 128 conditions', ...samples({ where: bush(7) }), 'BAD_USER_INPUT'],
  ['a filter of 4096 conditions', ...samples({ where: bush(12) }), 'BAD_USER_INPUT'],
  [
    'a list of 10 001 identities',
    ...samples({ where: { identityOrdinals: Array.from({ length: 10_001 }, (_, i) => i) } }),
    'BAD_USER_INPUT',
  ],
  ['an empty `or`', ...samples({ where: { or: [] } }), 'BAD_USER_INPUT'],
  [
    'a range that ends before it begins',
    ...samples({ where: { quality: { min: 1, max: 0 } } }),
    'BAD_USER_INPUT',
  ],
  [
    'a covariate of 101 characters',
    ...samples({ where: { covariates: [{ name: 'x'.repeat(101) }] } }),
    'BAD_USER_INPUT',
  ],
  ['a cursor of nothing', ...samples({ after: '' }), 'BAD_USER_INPUT'],
  ['a cursor of noise', ...samples({ after: '�'.repeat(100) }), 'BAD_USER_INPUT'],
  ['a cursor of SQL', ...samples({ after: cursorOf(["' OR 1=1 --", 0, 0]) }), 'BAD_USER_INPUT'],
  ['a cursor that is too short', ...samples({ after: cursorOf([randomUUID()]) }), 'BAD_USER_INPUT'],
  [
    'a cursor beyond what numbers can be',
    ...samples({ after: cursorOf([randomUUID(), 1e300, 0]) }),
    'BAD_USER_INPUT',
  ],
  ['a cursor of objects', ...samples({ after: cursorOf([{}, [], null]) }), 'BAD_USER_INPUT'],
  ['a page of a million', ...samples({ first: 1_000_000 }), 'LIMIT_EXCEEDED'],
  ['a page of less than nothing', ...samples({ first: -1 }), 'BAD_USER_INPUT'],
];

test.each(CASES)('%s', { timeout: HANGING_MS }, async (_name, query, variables, code) => {
  const { status, errors, text } = await client.send(query, variables());
  expect(status).toBeLessThan(500);
  if (code === 'BODY') expect(status).toBe(413);
  else expect(errors.map(({ extensions }) => extensions['code'])).toContain(code);
  expect(text).not.toMatch(/stacktrace|node_modules|prisma|SELECT "/i);
  // What was asked is not sent back at its full length.
  expect(text.length).toBeLessThan(20_000);
  expect(await counts()).toBe(before);
});

test('a filter that is too deep is refused where it would be written, too, and nothing is', async () => {
  for (const query of [{ where: where(30, 'not') }, { where: bush(10) }, { limit: -1 }]) {
    const input = { versionId, name: randomUUID(), query };
    const { data } = await client.send(SAVE, { input });
    expect(data).toMatchObject({ saveSubset: { userErrors: [{ code: 'INVALID' }] } });
  }
  expect(await counts()).toBe(before);
});

test('afterwards it answers as ever', async () => {
  expect((await client.send('{ viewer { email } }')).data).toEqual({
    viewer: { email: ada.email },
  });
});
