/** @file The Apollo client of the browser: links, cache policies, and what happens when the session is gone. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { ErrorLink } from '@apollo/client/link/error';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { type Client as SocketClient, createClient as createSocketClient } from 'graphql-ws';
import { NewestAnswerLink } from './newest-answer-link.ts';
import { pages } from './pages.ts';
import { signInPath } from './routes.ts';

const KEEP_ALIVE_MS = 12_000;
const MAX_QUERY_ATTEMPTS = 3;

/** The client together with its socket, whose state the live pages show. */
export interface Connection {
  readonly client: ApolloClient;
  readonly socket: SocketClient | null;
  /** Whether the socket is open now, for whoever begins to look at it later. */
  isOpen(): boolean;
}

/** Opens the connection to the gateway of this origin. On the server there is no socket and nothing is fetched. */
export function createConnection(): Connection {
  const http = ApolloLink.from([
    new ErrorLink(({ error }) => {
      if (isSignedOut(error)) leaveToSignIn();
    }),
    new RetryLink({
      delay: { initial: 300, max: 3000, jitter: true },
      attempts: {
        max: MAX_QUERY_ATTEMPTS,
        retryIf: (error, operation) =>
          isQuery(operation) && !ServerError.is(error) && !CombinedGraphQLErrors.is(error),
      },
    }),
    new HttpLink({ uri: '/graphql', credentials: 'same-origin' }),
  ]);
  if (typeof window === 'undefined') {
    return { client: createClient(http), socket: null, isOpen: () => false };
  }
  const socket = createSocketClient({
    url: () => `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
    keepAlive: KEEP_ALIVE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
  });
  let isOpen = false;
  socket.on('connected', () => {
    isOpen = true;
  });
  socket.on('closed', () => {
    isOpen = false;
  });
  const link = ApolloLink.split(isSubscription, new GraphQLWsLink(socket), http);
  return { client: createClient(link), socket, isOpen: () => isOpen };
}

/** True when the gateway answered that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  if (ServerError.is(error)) return error.statusCode === 401;
  return (
    CombinedGraphQLErrors.is(error) &&
    error.errors.some((each) => each.extensions?.['code'] === 'UNAUTHENTICATED')
  );
}

/** Goes to the sign-in page with a full load, so that nothing of the old session stays in memory. */
export function leaveToSignIn(): void {
  if (typeof window === 'undefined' || window.location.pathname === '/sign-in') return;
  window.location.assign(signInPath(window.location.pathname + window.location.search));
}

/** A client over `link`, with the cache of the pages. */
export function createClient(link: ApolloLink): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([new NewestAnswerLink(), link]),
    cache: createCache(),
    queryDeduplication: false,
    // The policies of the cache decide what stays of a list that is read again.
    defaultOptions: { watchQuery: { refetchWritePolicy: 'merge' } },
  });
}

function createCache(): InMemoryCache {
  return new InMemoryCache({
    possibleTypes: {
      Node: [
        'Team',
        'Dataset',
        'IdentityBudget',
        'ModelVersion',
        'Gallery',
        'CovariateSet',
        'Recipe',
        'Run',
        'DatasetVersion',
        'Subset',
        'Identity',
        'Sample',
        'Release',
      ],
    },
    typePolicies: {
      Team: {
        fields: {
          datasets: pages(['first']),
          runs: pages(['first']),
          activity: pages(['first', 'entityType']),
          recipes: pages(['first']),
          auditEvents: pages(['first', 'entityType']),
        },
      },
      Query: {
        fields: {
          notifications: pages(['isUnread']),
          publishedReleases: pages(['first']),
        },
      },
      Webhook: { fields: { deliveries: pages([]) } },
      NotificationNews: { merge: true },
      NotificationSettings: { merge: true },
      TeamMember: { keyFields: false },
      // Its depth is that in one graph.
      LineageNode: { keyFields: false },
      AuditEvent: { keyFields: false },
      ActivityEvent: { keyFields: false },
      Dataset: {
        fields: {
          versions: pages(['first']),
          runs: pages(['first']),
          releases: pages(['first']),
        },
      },
      DatasetVersion: {
        fields: {
          identities: pages(['first', 'where', 'orderBy']),
          samples: pages(['first', 'where', 'orderBy', 'seed']),
        },
      },
      Release: { fields: { downloads: pages(['first']) } },
      ReleaseTerms: { merge: true },
      Identity: { fields: { samples: pages(['first']) } },
      // What a query selects has no id: its pages and its numbers are read apart and belong together.
      SampleSelection: { merge: true, fields: { samples: pages(['orderBy']) } },
      RunSummary: { merge: true },
      SystemStatus: { merge: true },
    },
  });
}

function isSubscription(operation: ApolloLink.Operation): boolean {
  return operation.operationType === OperationTypeNode.SUBSCRIPTION;
}

function isQuery(operation: ApolloLink.Operation): boolean {
  return operation.operationType === OperationTypeNode.QUERY;
}
