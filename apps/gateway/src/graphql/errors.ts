/** @file Failures as GraphQL says them: one table decides what a person reads and what only the log keeps. */
import { isCatalogError, isUserError } from '@colloid/catalog';
import type { CatalogErrorCode } from '@colloid/catalog';
import { GraphQLError } from 'graphql';

/** How each failure of the catalog is answered. */
interface Answer {
  /** `extensions.code` where it happens in a query. */
  readonly code: string;
  /** Whether its sentence is meant for whoever asked; the others are logged and answered in general words. */
  readonly isForUser: boolean;
}

/** The one table of failures. */
export const ANSWERS = {
  NOT_FOUND: { code: 'NOT_FOUND', isForUser: true },
  FORBIDDEN: { code: 'FORBIDDEN', isForUser: true },
  CONFLICT: { code: 'CONFLICT', isForUser: true },
  INVALID: { code: 'BAD_USER_INPUT', isForUser: true },
  BUDGET_EXCEEDED: { code: 'BUDGET_EXCEEDED', isForUser: true },
  GONE: { code: 'GONE', isForUser: true },
  DATABASE_UNREACHABLE: { code: 'UNAVAILABLE', isForUser: false },
  DATABASE_REFUSED: { code: 'UNAVAILABLE', isForUser: false },
  DATABASE_MISSING: { code: 'UNAVAILABLE', isForUser: false },
  MIGRATION_PENDING: { code: 'UNAVAILABLE', isForUser: false },
  MIGRATION_FAILED: { code: 'UNAVAILABLE', isForUser: false },
} as const satisfies Record<CatalogErrorCode, Answer>;

/** One entry of `userErrors`. */
export interface UserErrorSource {
  readonly code: string;
  readonly message: string;
  readonly path: string[];
}

/** A mutation's payload: the entity or the reasons why there is none. */
export type Payload<Field extends string, T> = { readonly [Name in Field]: T | null } & {
  readonly userErrors: UserErrorSource[];
};

/** Several things are wrong with an input at once. */
export class InputProblems extends Error {
  override readonly name = 'InputProblems';
  readonly problems: readonly UserErrorSource[];

  constructor(problems: readonly UserErrorSource[]) {
    super(problems.map((problem) => problem.message).join(' '));
    this.problems = problems;
  }
}

/** Runs a mutation; what its sender can put right becomes `userErrors`, anything else is thrown on. */
export async function withUserErrors<Field extends string, T>(
  field: Field,
  mutate: () => Promise<T>,
): Promise<Payload<Field, T>> {
  try {
    return toPayload<Field, T>(field, await mutate(), []);
  } catch (error) {
    if (error instanceof InputProblems)
      return toPayload<Field, T>(field, null, [...error.problems]);
    if (!isUserError(error)) throw error;
    const { code, message, path } = error;
    return toPayload<Field, T>(field, null, [{ code, message, path: [...path] }]);
  }
}

/** The value, or the answer that there is nothing of that kind to be seen. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value !== null && value !== undefined) return value;
  throw new GraphQLError(`There is no such ${what}, or you may not see it.`, {
    extensions: { code: ANSWERS.NOT_FOUND.code },
  });
}

/** The answer to somebody who has to sign in first. */
export function notSignedIn(): GraphQLError {
  return new GraphQLError('Nobody is signed in; sign in and ask again.', {
    extensions: { code: 'UNAUTHENTICATED' },
  });
}

/** What a failure in a resolver is answered with, or null for one that only the log may know. */
export function answerFor(
  error: unknown,
): { readonly code: string; readonly message: string; readonly path: readonly string[] } | null {
  if (!isCatalogError(error)) return null;
  const { code, isForUser } = ANSWERS[error.code];
  return isForUser
    ? { code, message: error.message, path: error.path }
    : { code, path: [], message: 'The database does not answer; try again in a moment.' };
}

function toPayload<Field extends string, T>(
  field: Field,
  value: T | null,
  userErrors: UserErrorSource[],
): Payload<Field, T> {
  return { [field]: value, userErrors } as Payload<Field, T>;
}
