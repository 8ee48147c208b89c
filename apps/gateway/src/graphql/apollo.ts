/** @file Apollo Server for HTTP. */
import type { Server } from 'node:http';

import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';

import type { GatewayContext } from '../context.ts';
import { limitErrors } from '../limits/check-limits.ts';
import type { ErrorFormatter } from './format-error.ts';
import type { OperationRules } from './prepare-operation.ts';

/** Milliseconds that requests have to finish when the gateway stops. */
const DRAIN_MS = 10_000;

/** A started server that drains `httpServer` when it stops. */
export async function startApollo(options: {
  readonly rules: OperationRules;
  readonly httpServer: Server;
  readonly formatError: ErrorFormatter;
  readonly log: Logger;
}): Promise<ApolloServer<GatewayContext>> {
  const { rules, httpServer, formatError, log } = options;
  const apollo = new ApolloServer<GatewayContext>({
    schema: rules.schema,
    introspection: rules.introspection,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    cache: 'bounded',
    persistedQueries: false,
    logger: log,
    // Only the formatted error has Apollo's own codes, those of parse and validation failures.
    formatError: ({ extensions }, error) => formatError(error, extensions?.['code']),
    plugins: [
      limitPlugin(rules),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: DRAIN_MS }),
    ],
  });
  await apollo.start();
  return apollo;
}

function limitPlugin(rules: OperationRules): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveOperation: ({ document, request }) => {
          const { operationName, variables } = request;
          const [excess] = limitErrors({ ...rules, document, operationName, variables });
          if (excess === undefined) return Promise.resolve();
          // Apollo answers 500 to what a plugin refuses, unless it is told that the sender did it.
          const extensions = { ...excess.extensions, http: { status: 400 } };
          return Promise.reject(new GraphQLError(excess.message, { extensions }));
        },
      }),
  };
}
