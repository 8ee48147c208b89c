/** @file Every query and mutation as everybody: generated from the table of permissions, on the schema, with a real database. */
import { randomUUID } from 'node:crypto';

import { can, completeScopes, isScope, LEAST_ROLE, SCOPES } from '@colloid/catalog';
import type { Action } from '@colloid/catalog';
import { getNamedType, graphql, isLeafType } from 'graphql';
import type { GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createContext } from '../context.ts';
import { createErrorFormatter } from '../graphql/format-error.ts';
import { createLog } from '../log.ts';
import type { Example } from '../testing/example.ts';
import { MUTATION_EXAMPLES } from '../testing/mutation-examples.ts';
import { createPermissionWorld, idsOf } from '../testing/permission-world.ts';
import type { Persona, PermissionWorld } from '../testing/permission-world.ts';
import {
  NODE_TYPES,
  QUERY_EXAMPLES,
  TEAM_SELECTIONS,
  teamFieldExample,
} from '../testing/query-examples.ts';
import { MUTATIONS, QUERIES, SUBSCRIPTIONS, TEAM_FIELDS } from './permissions.ts';
import type { Need } from './permissions.ts';
import { createSchema } from './schema.ts';

const schema = createSchema();
const format = createErrorFormatter(createLog('silent'));
let world: PermissionWorld;
let count = 0;

beforeAll(async () => {
  world = await createPermissionWorld();
});
afterAll(async () => {
  await world.stop();
  process.stdout.write(
    `permissions: ${count} combinations of operation, person and team were tried\n`,
  );
});

interface Case {
  readonly name: string;
  readonly need: Need;
  readonly example: Example;
  readonly isMutation: boolean;
}

const rows = (
  needs: Readonly<Record<string, Need>>,
  examples: Readonly<Record<string, Example>>,
  isMutation: boolean,
): Case[] =>
  Object.entries(needs).flatMap(([name, need]) => {
    const example = examples[name];
    return example === undefined ? [] : [{ name, need, example, isMutation }];
  });

const CASES: readonly Case[] = [
  ...rows(MUTATIONS, MUTATION_EXAMPLES, true),
  ...rows(QUERIES, QUERY_EXAMPLES, false),
  ...NODE_TYPES.map((type): Case => {
    const { document } = QUERY_EXAMPLES.node;
    const example: Example = { document, variables: ({ ids }) => ({ id: ids[type] }) };
    return { name: `node of a ${type}`, need: 'member', example, isMutation: false };
  }),
  ...Object.entries(TEAM_FIELDS).map(([field, need]): Case => {
    const example = teamFieldExample(TEAM_SELECTIONS[field as keyof typeof TEAM_FIELDS]);
    return { name: `Team.${field}`, need, example, isMutation: false };
  }),
];

/** What came back: a code where it was refused, DONE where something came of it, NOTHING for null. */
interface Answer {
  readonly outcome: string;
  readonly text: string;
  readonly message: string;
}

async function attempt(
  one: Case,
  persona: Persona,
  { isFake = false, isWatched = true } = {},
): Promise<Answer> {
  const ids = idsOf(world, isFake);
  const variables = await one.example.variables({ world, ids, isFake, persona });
  if (isWatched) before = await world.readChanges();
  const result = await graphql({
    schema,
    source: one.example.document,
    variableValues: variables as Record<string, unknown>,
    contextValue: createContext(world.services, persona.actor),
  });
  count += 1;
  const errors = (result.errors ?? []).map((error) => format(error));
  const data = Object.values(result.data ?? {});
  const [error] = errors;
  const userErrors = data.flatMap(
    (value) =>
      (value as { userErrors?: { code: string; message: string }[] } | null)?.userErrors ?? [],
  );
  const text = JSON.stringify({ data: result.data, errors });
  const refusal = error === undefined ? userErrors[0] : undefined;
  const code = error === undefined ? refusal?.code : String(error.extensions?.['code']);
  const isNothing = data.every((value) => value === null || isListOfNulls(value));
  const message = error?.message ?? refusal?.message ?? '';
  return { outcome: code ?? (isNothing ? 'NOTHING' : 'DONE'), text, message };
}

/** Reading of the changes when the last attempt was about to be made. */
let before = '';
const isUnchanged = async () => (await world.readChanges()) === before;

const isListOfNulls = (value: unknown) =>
  Array.isArray(value) && value.every((item) => item === null);

describe('the table', () => {
  test.each([
    ['Query', QUERIES, QUERY_EXAMPLES],
    ['Mutation', MUTATIONS, MUTATION_EXAMPLES],
    ['Subscription', SUBSCRIPTIONS, null],
  ] as const)('has a row and an example for every field of %s', (type, needs, examples) => {
    const fields = Object.keys((schema.getType(type) as GraphQLObjectType).getFields()).sort();
    expect(Object.keys(needs).sort()).toEqual(fields);
    if (examples !== null) expect(Object.keys(examples).sort()).toEqual(fields);
  });

  test('has a row for every field of a team that leads anywhere', () => {
    const fields = Object.values((schema.getType('Team') as GraphQLObjectType).getFields());
    const leading = fields.filter(({ type }) => !isLeafType(getNamedType(type)));
    expect(leading.map(({ name }) => name).sort()).toEqual(Object.keys(TEAM_FIELDS).sort());
  });

  test('and the description of a mutation name the same role', () => {
    const fields = (schema.getType('Mutation') as GraphQLObjectType).getFields();
    for (const [name, need] of Object.entries(MUTATIONS)) {
      const role = need === 'person' ? 'VIEWER' : LEAST_ROLE[need];
      const named = /Needs the role (\w+)/.exec(fields[name]?.description ?? '')?.[1] ?? 'VIEWER';
      expect(named, name).toBe(role);
    }
  });
});

describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test('follows the table for every role, in one’s own team and from another', async () => {
    for (const persona of world.personas) {
      const { outcome, message } = await attempt(one, persona);
      const expected = expectation(one, persona);
      expect(expected, `${persona.name}: ${outcome}, ${message}`).toContain(outcome);
      if (outcome !== 'DONE') expect(await isUnchanged(), persona.name).toBe(true);
      else if (persona.role !== null) await one.example.after?.(world, persona);
      if (outcome === 'DONE' && one.isMutation && one.name !== 'registerModel') {
        expect(await isUnchanged(), `${persona.name} changed nothing`).toBe(false);
      }
    }
  });

  test('answers strangers as if nothing existed', async () => {
    for (const persona of world.personas.filter(({ role }) => role === null)) {
      const real = await attempt(one, persona, { isWatched: false });
      const fake = await attempt(one, persona, { isFake: true, isWatched: false });
      if (one.example.always === undefined) expect(real.text, persona.name).toBe(fake.text);
      else expect(real.outcome, persona.name).toBe(fake.outcome);
    }
  });

  test('opens to an API key with its scope and to no other', async () => {
    const owner = world.lab.actor;
    const { need } = one;
    const by = async (scopes: readonly Action[]) => {
      const key = { id: randomUUID(), teamId: world.lab.team.id, scopes: new Set(scopes) };
      return attempt(one, { name: 'a key', role: 'OWNER', actor: { ...owner, key } });
    };
    if (need === 'anyone') return;
    if (need === 'member') {
      expect((await by(SCOPES)).outcome).toBe('DONE');
    } else if (need === 'person' || !isScope(need)) {
      expect((await by(SCOPES)).outcome).toBe('FORBIDDEN');
      expect(await isUnchanged()).toBe(true);
    } else {
      expect((await by(completeScopes([need]))).outcome).toBe('DONE');
      const without = await by(SCOPES.filter((scope) => scope !== need));
      expect(without).toMatchObject({
        outcome: 'FORBIDDEN',
        message: expect.stringContaining(`'${need}'`) as string,
      });
      expect(await isUnchanged()).toBe(true);
    }
  });
});

/** The outcomes that the table allows. */
function expectation({ need, example, isMutation }: Case, { role, actor }: Persona): string[] {
  if (actor === null) {
    if (need === 'anyone') return ['DONE', 'NOTHING'];
    return isMutation ? ['UNAUTHENTICATED'] : ['UNAUTHENTICATED', 'NOTHING'];
  }
  if (example.always !== undefined) return [example.always];
  if (need === 'anyone') return ['DONE', 'NOTHING'];
  if (role === null) {
    const isAboutOneself = need === 'member' && !example.document.includes('$id');
    return isAboutOneself ? ['DONE'] : ['NOT_FOUND', 'NOTHING'];
  }
  if (need === 'person' || need === 'member') return ['DONE'];
  return can(role, need) ? ['DONE'] : ['FORBIDDEN'];
}
