/** @file Subscriptions (and any other operation) as server-sent events, where WebSockets do not get through. */
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Request, RequestHandler } from 'express';
import type { OperationContext } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/express';

import type { GatewayContext } from '../context.ts';
import type { ErrorFormatter } from './format-error.ts';
import { prepareOperation } from './prepare-operation.ts';
import type { OperationRules } from './prepare-operation.ts';

/** Answers requests to `/graphql` that accept `text/event-stream`: one stream per operation. */
export function eventStreamHandler(options: {
  readonly rules: OperationRules;
  readonly formatError: ErrorFormatter;
  readonly contextOf: (request: Request) => Promise<GatewayContext>;
}): RequestHandler {
  const { rules, formatError, contextOf } = options;
  const handle = createHandler<OperationContext>({
    // Streams that several requests share would need a token per page; browsers have connections enough.
    authenticate: () => undefined,
    validate: () => [],
    onSubscribe: async (request, operation) => {
      const context = await contextOf(request.raw);
      const prepared = prepareOperation(operation, rules, context);
      return 'document' in prepared
        ? { ...prepared, contextValue: context as unknown as OperationContext }
        : { errors: prepared };
    },
    onNext: (_context, _request, result) => {
      if (result.errors === undefined) return undefined;
      // The library only serialises them, which is why they need not be instances any more.
      const errors = result.errors.map((error) => formatError(error)) as unknown as GraphQLError[];
      return { data: (result.data ?? null) as ExecutionResult['data'] & {}, errors };
    },
  });
  return (request, response) => handle(request, response);
}
