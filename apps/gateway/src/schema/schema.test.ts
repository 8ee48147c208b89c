/** @file What is printed from the schema is committed, and every part of it is explained. */
import { readFile } from 'node:fs/promises';

import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { expect, test } from 'vitest';

import { printedFiles } from '../../scripts/format-printed.ts';
import { createSchema } from './schema.ts';

test('schema.graphql and the types of the resolvers are up to date (npm run schema:print)', async () => {
  for (const [url, content] of await printedFiles()) {
    expect(await readFile(url, 'utf8'), url.pathname).toBe(content);
  }
});

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
const types = Object.values(createSchema().getTypeMap()).filter(
  ({ name }) => !name.startsWith('__'),
);

test('every type, field, argument and value has a description', () => {
  const silent = types.flatMap((type) => [
    ...(type.description == null && !ROOTS.has(type.name) && !isBuiltIn(type.name)
      ? [type.name]
      : []),
    ...partsOf(type)
      .filter((part) => part.description == null || part.description === '')
      .map((part) => part.name),
  ]);
  expect(silent).toEqual([]);
});

test('numbers that are quantities say in which unit they are', () => {
  const unitless = types
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => getNamedType(field.type).name === 'Float')
    .filter(
      ({ field }) =>
        !/radian|second|byte|0 to 1|unit|time step|ratio|count/i.test(field.description ?? ''),
    )
    .map(({ type, field }) => `${type.name}.${field.name}`);
  expect(unitless).toEqual([]);
});

function isBuiltIn(name: string): boolean {
  return ['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name);
}

/** A field, argument or value with a name to report it by. */
interface Part {
  readonly name: string;
  readonly description: string | null | undefined;
}

function partsOf(type: (typeof types)[number]): Part[] {
  const named = (parts: readonly Part[], prefix: string): Part[] =>
    parts.map(({ name, description }) => ({ name: `${prefix}.${name}`, description }));
  if (isEnumType(type)) return named(type.getValues(), type.name);
  if (isInputObjectType(type)) return named(Object.values(type.getFields()), type.name);
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const fields = Object.values(type.getFields());
  const args = fields.flatMap((field) => named(field.args, `${type.name}.${field.name}`));
  return [...named(fields, type.name), ...args];
}
