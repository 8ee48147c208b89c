/** @file On whose behalf a service is called. */

import type { Action } from './permissions.ts';

/** The person a call is made for; services decide by their memberships. */
export interface Actor {
  readonly userId: string;
  /** Address the request came from, for the audit log. */
  readonly address?: string | undefined;
  /** The session that they are signed in by, where it is one. */
  readonly sessionId?: string | undefined;
  /** The API key that stands in for the person: narrows what they may do. */
  readonly key?: ActorKey | undefined;
}

/** An API key in use. */
export interface ActorKey {
  readonly id: string;
  /** The one team it works in. */
  readonly teamId: string;
  /** What of its user's rights it has. */
  readonly scopes: ReadonlySet<Action>;
}
