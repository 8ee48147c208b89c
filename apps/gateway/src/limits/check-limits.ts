/** @file Refuses operations that ask for too much, saying how much is allowed and how much was asked. */
import { getOperationAST, GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import type { DocumentNode, GraphQLSchema } from 'graphql';

import { textError } from './check-text.ts';
import { LIMITS } from './limits.ts';
import type { LimitName } from './limits.ts';
import { measureOperation } from './measure.ts';

const REMEDIES = {
  depth: 'select fewer levels, or fetch the inner objects by id in a second request',
  aliases: 'send several requests, or use nodes(ids:)',
  tokens: 'send a shorter document, with fragments instead of repetitions',
  cost: 'ask for smaller pages, or nest fewer of them',
  nesting: 'say the same with fewer levels',
} as const satisfies Record<LimitName, string>;

const SENTENCES = {
  depth: (actual: number, limit: number) =>
    `nests ${actual} levels of fields, and ${limit} is the most`,
  aliases: (actual: number, limit: number) => `has ${actual} aliases, and ${limit} is the most`,
  tokens: (actual: number, limit: number) => `has ${actual} tokens, and ${limit} is the most`,
  cost: (actual: number, limit: number) =>
    `could fetch ${actual} objects, and ${limit} is the most`,
  nesting: (actual: number, limit: number) =>
    `has variables of ${actual} or more levels, and ${limit} is the most`,
} as const satisfies Record<LimitName, (actual: number, limit: number) => string>;

/**
 * Counts the tokens of a document without building anything from it; throws the error when they are too many.
 * Text that is no GraphQL at all passes: the parser says better what is wrong with it.
 */
export function checkTokens(text: string): void {
  const tokens = countTokens(text);
  if (tokens > LIMITS.tokens) throw limitError('tokens', tokens);
}

/** The limits that an operation goes beyond, and text that cannot be stored, as errors for its sender; empty where there is nothing of it. */
export function limitErrors(options: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
}): readonly GraphQLError[] {
  const operation = getOperationAST(options.document, options.operationName);
  if (operation === null || operation === undefined) return [];
  const variables = options.variables ?? {};
  // First of all: whatever looks at them next does so by recursion.
  const nesting = nestingOf(Object.values(variables), LIMITS.nesting);
  if (nesting > LIMITS.nesting) return [limitError('nesting', nesting)];
  const { schema, document } = options;
  const text = textError(document, variables);
  if (text !== null) return [text];
  const measures = measureOperation({ schema, document, operation, variables });
  return (['depth', 'aliases', 'cost'] as const)
    .filter((name) => measures[name] > LIMITS[name])
    .map((name) => limitError(name, measures[name]));
}

/** Levels of lists and objects in the values, counted level by level and no further than one beyond `most`. */
function nestingOf(values: readonly unknown[], most: number): number {
  let level: unknown[] = values.filter(isContainer);
  let depth = 0;
  while (level.length > 0 && depth <= most) {
    depth += 1;
    level = level.flatMap((value) => Object.values(value as object)).filter(isContainer);
  }
  return depth;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function limitError(name: LimitName, actual: number): GraphQLError {
  const limit = LIMITS[name];
  return new GraphQLError(`This operation ${SENTENCES[name](actual, limit)}; ${REMEDIES[name]}.`, {
    extensions: { code: 'LIMIT_EXCEEDED', limit: { name, maximum: limit, actual } },
  });
}

function countTokens(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  } catch {
    // Not GraphQL from here on; the parser reports the place.
    return count;
  }
  return count;
}
