/** @file Who a request comes from. */
import type { IncomingHttpHeaders } from 'node:http';

import { fromNodeHeaders } from 'better-auth/node';
import type { Actor } from '@colloid/catalog';

import type { Auth } from './create-auth.ts';

/** The person whose session cookie the headers carry, or null. */
export async function actorOf(auth: Auth, headers: IncomingHttpHeaders): Promise<Actor | null> {
  if (headers.cookie === undefined) return null;
  const session = await auth.api.getSession({ headers: fromNodeHeaders(headers) });
  return session === null ? null : { userId: session.user.id };
}
