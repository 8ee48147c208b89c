/** @file The whole gateway as one function, so that the CLI and tests can start it inside their own process. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

import { listenRunEvents, openCatalog } from '@colloid/catalog';
import { openQueue, PackingReader, sealer, signingKeyOf } from '@colloid/pipeline/client';
import { openObjectStore } from '@colloid/storage';
import type { Logger } from 'pino';

import { createApp } from './app.ts';
import { createAuth, trustedOrigins } from './auth/create-auth.ts';
import { actorOf } from './auth/session.ts';
import type { GatewayConfig } from './config.ts';
import { createContext } from './context.ts';
import type { Services } from './context.ts';
import { holdRequests } from './early-requests.ts';
import { createWebProxy } from './front-door/web-proxy.ts';
import { startApollo } from './graphql/apollo.ts';
import { createErrorFormatter } from './graphql/format-error.ts';
import { createGraphqlSockets } from './graphql/websocket.ts';
import { listen } from './listen.ts';
import { createRunFeed } from './live/run-feed.ts';
import type { RunFeed } from './live/run-feed.ts';
import { createLog } from './log.ts';
import { UrlSigner } from './objects/signed-url.ts';
import { createSimilarity } from './similarity/similarity.ts';
import { createSchema } from './schema/schema.ts';
import { handleUpgrades } from './upgrades.ts';
import { UploadTickets } from './uploads/tickets.ts';

/** A file of 2 GiB gets an hour; Node's own five minutes would ask for a line of 60 Mbit/s. Headers keep their minute. */
const LONGEST_REQUEST_MS = 3_600_000;

/** A gateway that answers requests. */
export interface RunningGateway {
  /** Origin it listens on, such as http://127.0.0.1:4080. */
  readonly url: string;
  /** Origin under which browsers see it. */
  readonly publicUrl: string;
  /** Ends subscriptions, lets requests finish, and lets go of everything. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts a gateway. The database must be migrated.
 *
 * @example
 * const gateway = await startGateway({ port: 0, databaseUrl, store: { kind: 'memory' }, secret });
 * await fetch(`${gateway.url}/healthz`);
 * await gateway.close();
 * @throws GatewayError, CatalogError, StorageError or PipelineError: one sentence with the remedy. Nothing is left open.
 */
export async function startGateway(config: GatewayConfig): Promise<RunningGateway> {
  const log = createLog(config.logLevel ?? 'info');
  await using resources = new AsyncDisposableStack();
  const httpServer = createServer({ requestTimeout: LONGEST_REQUEST_MS });
  const requests = holdRequests(httpServer);
  // The port first: when it is taken, nothing else needs to be opened and closed again.
  const url = await listen(httpServer, config.host ?? '127.0.0.1', config.port);
  resources.defer(() => {
    httpServer.closeAllConnections();
    httpServer.close();
  });
  const publicUrl = config.publicUrl ?? url;
  const services = await openServices(config, log, resources);

  const auth = createAuth({ ...config, catalog: services.catalog, publicUrl, log });
  const rules = { schema: createSchema(), introspection: config.introspection ?? true };
  const formatError = createErrorFormatter(log);
  const apollo = await startApollo({ rules, httpServer, formatError, log });
  const web = createWebProxy({ webUrl: config.webUrl, log });
  const identify = { auth, catalog: services.catalog };
  const contextOf = async (request: IncomingMessage & { readonly ip?: string | undefined }) => {
    // Express knows which proxies to believe; an upgrade request has not been through it.
    const address = request.ip ?? request.socket.remoteAddress;
    return createContext(services, await actorOf(identify, request.headers, address));
  };
  const sockets = createGraphqlSockets({
    rules,
    formatError,
    origins: trustedOrigins(publicUrl),
    contextOf,
  });
  let isStopping = false;
  const app = createApp({
    ...services,
    auth,
    apollo,
    rules,
    formatError,
    web,
    log,
    origins: trustedOrigins(publicUrl),
    trustedProxyHops: config.trustedProxyHops ?? 0,
    mostDownloads: config.mostDownloads,
    contextOf,
    isStopping: () => isStopping,
  });
  requests.passTo(app);
  const upgrades = handleUpgrades(httpServer, { '/graphql': sockets, otherwise: web });

  // In this order, from the last line up: no new work, subscriptions end, requests finish.
  resources.defer(() => apollo.stop());
  resources.defer(() => {
    upgrades.close();
    web.close();
  });
  resources.defer(() => sockets.close());
  resources.defer(() => services.runFeed.close());
  resources.defer(() => {
    isStopping = true;
  });
  const opened = resources.move();
  let closing: Promise<void> | undefined;
  log.info({ url, publicUrl }, 'the gateway answers');
  return { url, publicUrl, close: () => (closing ??= opened.disposeAsync()) };
}

async function openServices(
  config: GatewayConfig,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<Services> {
  const { databaseUrl, poolSize } = config;
  const catalog = await openCatalog({
    databaseUrl,
    poolSize,
    onConnectionError: (error) => {
      log.warn({ err: error }, 'an idle connection to the database broke');
    },
  });
  resources.defer(() => catalog.close());
  // The first query also loads the query compiler, which nobody's first page should wait for.
  await catalog.ping();
  const store = await openObjectStore(config.store);
  resources.defer(() => store.close());
  const queue = await openQueue({
    databaseUrl,
    onError: (error) => {
      log.warn({ err: error }, 'the job queue has trouble');
    },
  });
  resources.defer(() => queue.stop());
  const runFeed = await openRunFeed(databaseUrl, log);
  resources.defer(() => runFeed.close());
  const signer = new UrlSigner(config.secret);
  const tickets = new UploadTickets(config.secret);
  const packings = new PackingReader(store);
  return {
    catalog,
    store,
    queue,
    runFeed,
    similarity: createSimilarity({ catalog, store }),
    signer,
    tickets,
    packings,
    sealRelease: sealer({ reader: packings, key: signingKeyOf(config.secret) }),
    async installModels(teamId) {
      try {
        // Checks the models' graphs, for which it loads the sampler; only this one request needs that.
        const { installBuiltInModels } = await import('@colloid/pipeline');
        await installBuiltInModels({ catalog, store, teamId });
      } catch (error) {
        // The team is there all the same, and without models it says so on its own pages.
        log.error({ err: error, teamId }, 'the built-in models could not be given to a new team');
      }
    },
    now: () => Date.now(),
  };
}

async function openRunFeed(databaseUrl: string, log: Logger): Promise<RunFeed> {
  const stop = new AbortController();
  const events = listenRunEvents({
    databaseUrl,
    signal: stop.signal,
    onInterruption: (error) => {
      log.warn({ err: error }, 'listening for run events was interrupted');
    },
  });
  // The first event says that we are listening; a failure before it fails the start.
  await events.next();
  return createRunFeed(events, { log, stop: () => stop.abort() });
}
