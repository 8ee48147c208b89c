/** @file Who a request comes from. */
import type { IncomingHttpHeaders } from 'node:http';

import { fromNodeHeaders } from 'better-auth/node';
import type { Actor, Catalog } from '@colloid/catalog';
import type { GraphQLError } from 'graphql';

import { actorByKey, bearerOf } from './api-key.ts';
import type { Auth } from './create-auth.ts';

/**
 * The person whose API key or session cookie the headers carry, a key before a cookie; null for nobody, an error for a key that
 * is not good.
 */
export async function actorOf(
  options: { readonly auth: Auth; readonly catalog: Pick<Catalog, 'apiKeys'> },
  headers: IncomingHttpHeaders,
  address: string | undefined,
): Promise<Actor | GraphQLError | null> {
  const secret = bearerOf(headers.authorization);
  if (secret !== null) return actorByKey(options.catalog, secret, address);
  if (headers.cookie === undefined) return null;
  const session = await options.auth.api.getSession({ headers: fromNodeHeaders(headers) });
  return session === null
    ? null
    : { userId: session.user.id, sessionId: session.session.id, address };
}
