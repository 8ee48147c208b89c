/** @file Subscriptions (and any other operation) over WebSocket, protocol graphql-transport-ws. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { GraphQLError } from 'graphql';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

import type { GatewayContext } from '../context.ts';
import { LIMITS } from '../limits/limits.ts';
import type { ErrorFormatter } from './format-error.ts';
import { prepareOperation } from './prepare-operation.ts';
import type { OperationRules } from './prepare-operation.ts';

/** The WebSocket side of `/graphql`. */
export interface GraphqlSockets {
  /** Takes an upgrade request over, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells every client that the server goes away. */
  close(): Promise<void>;
}

/** Sockets whose operations run as whoever the cookies of the upgrade request say. */
export function createGraphqlSockets(options: {
  readonly rules: OperationRules;
  readonly formatError: ErrorFormatter;
  /** Origins of pages that may connect; a request without an origin comes from no page. */
  readonly origins: ReadonlySet<string>;
  readonly contextOf: (request: IncomingMessage) => Promise<GatewayContext>;
}): GraphqlSockets {
  const { rules, formatError, origins, contextOf } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.bodyBytes,
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false,
  });
  const format = (errors: readonly GraphQLError[]) => errors.map((error) => formatError(error));
  const running = useServer(
    {
      onSubscribe: async ({ extra }, _id, operation) =>
        prepareOperation(operation, rules, await contextOf(extra.request)),
      onError: (_context, _id, _operation, errors) => format(errors),
      onNext: (_context, _id, _operation, _args, { data, errors }) =>
        errors === undefined ? undefined : { data: data ?? null, errors: format(errors) },
    },
    server,
  );
  return {
    upgrade(request, socket, head) {
      const { origin } = request.headers;
      if (origin !== undefined && !origins.has(origin)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => {
        server.emit('connection', client, request);
      });
    },
    close: async () => {
      await running.dispose();
    },
  };
}
