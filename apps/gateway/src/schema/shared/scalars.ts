/** @file Scalars beside GraphQL's own. */
import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql';
import type { ValueNode } from 'graphql';

import { scalarType } from '../nexus.ts';

/** A moment in time. */
export const DateTime = scalarType({
  name: 'DateTime',
  description:
    'A moment in time: ISO 8601 in UTC with milliseconds, such as 2026-11-23T18:04:05.123Z.',
  serialize: (value) => toDate(value).toISOString(),
  parseValue: (value) => toDate(value),
  parseLiteral: (node) => toDate(node.kind === Kind.STRING ? node.value : null),
});

/** Any JSON value. */
export const JSONScalar = scalarType({
  name: 'JSON',
  description: 'Any JSON value. Fields of this type say which shape they have.',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables) => valueFromASTUntyped(node, variables),
});

function toDate(value: unknown): Date {
  const date = value instanceof Date ? value : new Date(typeof value === 'string' ? value : '');
  if (!Number.isNaN(date.getTime())) return date;
  throw new GraphQLError('A DateTime is text such as 2026-11-23T18:04:05.123Z.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}
