/** @file Which path is answered by whom. */
import type { ApolloServer } from '@apollo/server';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler } from 'express';
import type { Logger } from 'pino';

import type { Auth } from './auth/create-auth.ts';
import { authHandler } from './auth/routes.ts';
import type { GatewayContext, Services } from './context.ts';
import type { WebProxy } from './front-door/web-proxy.ts';
import type { ErrorFormatter } from './graphql/format-error.ts';
import type { OperationRules } from './graphql/prepare-operation.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { healthHandler } from './health.ts';
import { objectRoutes } from './objects/routes.ts';
import { releaseRoutes } from './releases/routes.ts';
import { uploadRoutes } from './uploads/routes.ts';

/** What the application is put together from. */
export interface AppOptions extends Services {
  readonly auth: Auth;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly rules: OperationRules;
  readonly formatError: ErrorFormatter;
  readonly web: WebProxy;
  readonly log: Logger;
  /** Origins from which a browser's requests are accepted. */
  readonly origins: ReadonlySet<string>;
  readonly trustedProxyHops: number;
  readonly contextOf: (request: Request) => Promise<GatewayContext>;
  readonly isStopping: () => boolean;
  /** See ReleaseRouteOptions. */
  readonly mostDownloads: number | undefined;
}

/** The application behind the one public address. */
export function createApp(options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', options.trustedProxyHops);
  app.set('etag', false);
  if (options.trustedProxyHops === 0) app.use(dropForwardedHeaders);
  app.get('/healthz', healthHandler(options));
  app.all('/api/auth/{*path}', authHandler(options.auth));
  app.use('/objects', objectRoutes(options));
  app.use('/api/releases', releaseRoutes(options));
  app.use('/uploads', uploadRoutes(options));
  app.use('/graphql', graphqlRoutes(options));
  app.use((request, response) => {
    options.web.request(request, response);
  });
  app.use(lastResort(options.log));
  return app;
}

/** Without a proxy in front nobody but a forger sends these. */
const dropForwardedHeaders: RequestHandler = (request, _response, next) => {
  for (const name of Object.keys(request.headers)) {
    if (name === 'forwarded' || name.startsWith('x-forwarded-')) delete request.headers[name];
  }
  next();
};

function lastResort(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    log.error({ err: error, path: request.path }, 'a request failed');
    response
      .status(500)
      .json({ message: 'Something went wrong in the gateway; its log says what.' });
  };
}
