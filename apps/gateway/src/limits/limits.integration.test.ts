/** @file What is asked beyond the limits is refused with the limit and the actual number, over every transport. */
import { parse } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { createSchema } from '../schema/schema.ts';
import { createClient, startTestGateway } from '../testing/start.ts';
import type { TestGateway } from '../testing/start.ts';
import { LIMITS } from './limits.ts';
import { measureOperation } from './measure.ts';

const DEEP =
  'team(slug: "x") { datasets { edges { node { team { datasets { edges { node { team { datasets { edges { node { team { id } } } } } } } } } } } } }';
const WIDE =
  '{ team(slug: "x") { datasets(first: 500) { edges { node { runs(first: 500) { edges { node { id } } } } } } } }';

describe('measuring', () => {
  const schema = createSchema();
  const measure = (text: string, variables: Record<string, unknown> = {}) => {
    const document = parse(text);
    const operation = document.definitions[0] as OperationDefinitionNode;
    return measureOperation({ schema, document, operation, variables });
  };

  test('multiplies the sizes of pages inside each other, by number, variable and default', () => {
    const pages = (first: string) =>
      `query ($n: Int = 7) { team(slug: "x") { datasets(first: ${first}) { edges { node { runs(last: 3) { edges { node { recipe { id } } } } } } } } }`;
    const three = measure(pages('1')).cost;
    expect(measure(pages('2')).cost).toBeGreaterThan(three);
    expect(measure(pages('$n'))).toEqual(measure(pages('7')));
    expect(measure(pages('$n'), { n: 2 })).toEqual(measure(pages('2')));
    expect(measure('{ team(slug: "x") { datasets { totalCount } } }').cost).toBeLessThan(100);
  });

  test('counts a fragment wherever it is used, but looks at it only once', () => {
    const inline = measure(
      '{ a: team(slug: "x") { budget { id } } b: team(slug: "y") { budget { id } } }',
    );
    const spread = measure(
      '{ a: team(slug: "x") { ...F } b: team(slug: "y") { ...F } } fragment F on Team { budget { id } }',
    );
    expect(spread).toEqual(inline);
    const doubling = Array.from(
      { length: 40 },
      (_, i) => `fragment F${i} on Team { a: id ...F${i + 1} ...F${i + 1} }`,
    );
    const bomb = `{ team(slug: "x") { ...F0 } } ${doubling.join(' ')} fragment F40 on Team { id }`;
    expect(measure(bomb).aliases).toBe(2 ** 40 - 1);
  });

  test('survives a fragment inside itself', () => {
    const loop = '{ team(slug: "x") { ...F } } fragment F on Team { id ...F }';
    expect(measure(loop).depth).toBe(2);
  });
});

describe('over the wire', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.stop());

  test.each([
    ['depth', `{ ${DEEP} }`],
    ['aliases', `{ ${Array.from({ length: 61 }, (_, i) => `a${i}: viewer { id }`).join(' ')} }`],
    ['tokens', `{ ${'viewer { id } '.repeat(1100)} }`],
    ['cost', WIDE],
  ] as const)('%s', async (name, query) => {
    const { status, errors } = await createClient(gateway).send(query);
    expect(status).toBe(400);
    const limit = errors[0]?.extensions['limit'] as { actual: number };
    expect(errors[0]?.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
      limit: { name, maximum: LIMITS[name], actual: limit.actual },
    });
    expect(limit.actual).toBeGreaterThan(LIMITS[name]);
    expect(errors[0]?.message).toContain(`${limit.actual}`);
    expect(errors[0]?.message).toContain(`${LIMITS[name]} is the most`);
  });

  test('the size of a body', async () => {
    const query = `# ${'x'.repeat(LIMITS.bodyBytes)}\n{ viewer { id } }`;
    const { status, errors } = await createClient(gateway).send(query);
    expect(status).toBe(413);
    expect(errors[0]?.extensions).toMatchObject({
      limit: { name: 'bodyBytes', maximum: LIMITS.bodyBytes },
    });
  });

  test('the number of ids', async () => {
    const ids = Array.from({ length: 501 }, () => 'x');
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { errors } = await createClient(gateway).send(query, { ids });
    expect(errors[0]?.extensions).toMatchObject({
      limit: { name: 'nodes', maximum: 500, actual: 501 },
    });
  });

  test('a WebSocket has the same limits', async () => {
    const socket = createSocketClient({
      url: `${gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const failure = await new Promise<unknown>((resolve) => {
      socket.subscribe(
        { query: WIDE },
        { next: resolve, error: resolve, complete: () => resolve(null) },
      );
    });
    await socket.dispose();
    expect(failure).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'cost' } } },
    ]);
  });

  test('introspection fits into them, and a form of another site does not get through', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect((await createClient(gateway).send(getIntrospectionQuery())).errors).toEqual([]);
    const form = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(form.status).toBe(400);
    expect(await form.text()).toMatch(/CSRF|preflight/i);
  });
});
