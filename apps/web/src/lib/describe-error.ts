/** @file Turns whatever a query failed with into a title and a sentence that help. */
import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors';

/** An error in words. */
export interface DescribedError {
  readonly title: string;
  readonly message: string;
  readonly isNetwork: boolean;
}

/** Describes a failed query or mutation; never shows a stack or a bare status. */
export function describeError(error: unknown): DescribedError {
  if (CombinedGraphQLErrors.is(error)) {
    return {
      title: 'Colloid could not answer this',
      message: error.errors.map((each) => each.message).join(' '),
      isNetwork: false,
    };
  }
  if (ServerError.is(error) || ServerParseError.is(error)) {
    return {
      title: 'The server has a problem',
      message:
        'It answered, but not with data. Try again in a moment; if it stays so, `colloid doctor` on the server tells more.',
      isNetwork: false,
    };
  }
  return {
    title: 'The server cannot be reached',
    message:
      'Check your connection, and that Colloid is still running where you started it. Nothing that was saved is lost.',
    isNetwork: true,
  };
}
