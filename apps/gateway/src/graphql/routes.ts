/** @file `/graphql` over HTTP: JSON answers by Apollo Server, event streams where they are asked for. */
import { expressMiddleware } from '@as-integrations/express5';
import type { ApolloServer } from '@apollo/server';
import express, { Router } from 'express';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { GraphQLError } from 'graphql';

import type { GatewayContext } from '../context.ts';
import { checkTokens } from '../limits/check-limits.ts';
import { LIMITS } from '../limits/limits.ts';
import { eventStreamHandler } from './event-stream.ts';
import type { ErrorFormatter } from './format-error.ts';
import type { OperationRules } from './prepare-operation.ts';

/** Routes of `/graphql`. */
export function graphqlRoutes(options: {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly rules: OperationRules;
  readonly formatError: ErrorFormatter;
  readonly contextOf: (request: Request) => Promise<GatewayContext>;
}): Router {
  const { apollo, contextOf } = options;
  const stream = eventStreamHandler(options);
  const answer = expressMiddleware(apollo, { context: ({ req }) => contextOf(req) });
  const router = Router();
  router.use(express.json({ limit: LIMITS.bodyBytes }));
  router.use(refuseLongDocuments);
  router.use((request, response, next) =>
    request.headers.accept === 'text/event-stream'
      ? stream(request, response, next)
      : answer(request, response, next),
  );
  router.use(refuseBadBodies);
  return router;
}

const refuseLongDocuments: RequestHandler = (request, response, next) => {
  const body = request.body as { readonly query?: unknown } | undefined;
  const document = body?.query ?? request.query['query'];
  try {
    if (typeof document === 'string') checkTokens(document);
    next();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    sendError(response, 400, error);
  }
};

/** What `express.json` throws. */
interface BodyError extends Error {
  readonly type: string;
  readonly status: number;
  readonly limit?: number;
  readonly length?: number;
}

const refuseBadBodies: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!isBodyError(error)) {
    next(error);
    return;
  }
  sendError(response, error.status, bodyError(error));
};

function bodyError(error: BodyError): GraphQLError {
  if (error.type !== 'entity.too.large') {
    return new GraphQLError('The body of the request is not JSON; send { "query": "…" }.', {
      extensions: { code: 'BAD_REQUEST' },
    });
  }
  const [maximum, actual] = [LIMITS.bodyBytes, error.length];
  return new GraphQLError(
    `The body of the request has ${actual ?? 'too many'} bytes, and ${maximum} is the most; send less at once.`,
    { extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'bodyBytes', maximum, actual } } },
  );
}

function isBodyError(error: unknown): error is BodyError {
  return error instanceof Error && 'type' in error && 'status' in error;
}

function sendError(response: Response, status: number, error: GraphQLError): void {
  const { message, extensions } = error;
  response.status(status).json({ errors: [{ message, extensions }] });
}
