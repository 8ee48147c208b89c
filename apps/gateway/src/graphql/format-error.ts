/** @file What of an error leaves the house: a code and a sentence, never a stack. */
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

import { answerFor, InputProblems } from './errors.ts';

/** Turns errors of an operation into what its sender may read, and logs those that are ours. */
export type ErrorFormatter = (error: unknown, defaultCode?: unknown) => GraphQLFormattedError;

/** The one formatter for HTTP, WebSocket and server-sent events. */
export function createErrorFormatter(log: Logger): ErrorFormatter {
  return (error, defaultCode = 'BAD_REQUEST') => {
    const graphqlError = error instanceof GraphQLError ? error : wrap(error);
    const { path, locations, originalError } = graphqlError;
    const place = {
      ...(locations === undefined ? {} : { locations }),
      ...(path === undefined ? {} : { path }),
    };
    const cause = originalError instanceof GraphQLError ? undefined : originalError;
    if (cause === undefined) {
      const { http: _, ...rest } = graphqlError.extensions;
      const extensions = { code: defaultCode, ...rest };
      return { message: graphqlError.message, ...place, extensions };
    }
    if (cause instanceof InputProblems) {
      const extensions = { code: 'BAD_USER_INPUT', problems: cause.problems };
      return { message: cause.message, ...place, extensions };
    }
    const answer = answerFor(cause);
    if (answer === null || answer.code === 'UNAVAILABLE') {
      log.error({ err: cause, path }, 'an operation failed');
    }
    const {
      message,
      code,
      path: argumentPath,
    } = answer ?? {
      path: [],
      message: 'Something went wrong in the gateway; its log says what.',
      code: 'INTERNAL_SERVER_ERROR',
    };
    const extensions = argumentPath.length === 0 ? { code } : { code, argumentPath };
    return { message, ...place, extensions };
  };
}

function wrap(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
