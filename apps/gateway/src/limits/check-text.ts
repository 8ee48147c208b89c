/** @file Refuses text that PostgreSQL cannot store: a NUL character, or half of a surrogate pair. */
import { GraphQLError, visit } from 'graphql';
import type { DocumentNode } from 'graphql';

type Path = readonly (string | number)[];

/**
 * An error for the first text of an operation that cannot be stored, wherever it stands; null where there is none.
 *
 * @param variables no deeper than the limit on their nesting.
 */
export function textError(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError | null {
  const path = findInValue(variables, []) ?? findInDocument(document);
  if (path === null) return null;
  return new GraphQLError(
    'A text has a NUL character or half of a surrogate pair, which cannot be stored; leave it out.',
    { extensions: { code: 'BAD_USER_INPUT', argumentPath: path } },
  );
}

function findInValue(value: unknown, path: Path): Path | null {
  if (typeof value === 'string') return isStorable(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const inside = isStorable(key) ? findInValue(inner, [...path, key]) : path;
    if (inside !== null) return inside;
  }
  return null;
}

function findInDocument(document: DocumentNode): Path | null {
  let isFound = false;
  visit(document, {
    StringValue: ({ value }) => {
      isFound ||= !isStorable(value);
    },
  });
  return isFound ? [] : null;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
