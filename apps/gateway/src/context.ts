/** @file What every resolver gets. */
import type { Actor, Catalog, SealManifest } from '@colloid/catalog';
import type { PackingReader, Queue } from '@colloid/pipeline/client';
import type { ObjectStore } from '@colloid/storage';

import { GraphQLError } from 'graphql';

import { notSignedIn } from './graphql/errors.ts';
import type { RunFeed } from './live/run-feed.ts';
import { createLoaders } from './loaders/loaders.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { Similarity } from './similarity/similarity.ts';
import type { UrlSigner } from './objects/signed-url.ts';
import type { UploadTickets } from './uploads/tickets.ts';

/** What lives as long as the process. */
export interface Services {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly queue: Pick<
    Queue,
    | 'enqueueRun'
    | 'enqueueModelCheck'
    | 'enqueueGallery'
    | 'enqueueCovariates'
    | 'enqueueMeasurement'
    | 'enqueueReleaseCheck'
  >;
  readonly signer: UrlSigner;
  readonly tickets: UploadTickets;
  readonly runFeed: RunFeed;
  /** Where the bytes of published files lie. */
  readonly packings: PackingReader;
  /** Writes and signs the manifest of a release that is being published. */
  readonly sealRelease: SealManifest;
  readonly similarity: Similarity;
  /** Gives a new team the models that come with Colloid. */
  installModels(teamId: string): Promise<void>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** What lives as long as one operation. */
export interface GatewayContext extends Services {
  /** Who is asking; null where nobody is signed in. */
  readonly actor: Actor | null;
  /** Why the API key of the request is not good; null where it has none or a good one. */
  readonly refusal: GraphQLError | null;
  /** Batched reads; what they have read once they do not read again. */
  readonly loaders: Loaders;
  /** Forgets what the loaders have read: a subscription does this before every event. */
  refresh(): void;
}

/** The context of one operation of `actor`. */
export function createContext(
  services: Services,
  identified: Actor | GraphQLError | null,
): GatewayContext {
  const refusal = identified instanceof GraphQLError ? identified : null;
  const actor = identified instanceof GraphQLError ? null : identified;
  let loaders = createLoaders(services.catalog, actor);
  return {
    ...services,
    actor,
    refusal,
    get loaders() {
      return loaders;
    },
    refresh() {
      loaders = createLoaders(services.catalog, actor);
    },
  };
}

/** Who is asking. @throws GraphQLError UNAUTHENTICATED where nobody is signed in. */
export function requireActor(context: Pick<GatewayContext, 'actor'>): Actor {
  if (context.actor === null) throw notSignedIn();
  return context.actor;
}
