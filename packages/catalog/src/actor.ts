/** @file On whose behalf a service is called. */

/** The person a call is made for; services decide by their memberships. */
export interface Actor {
  readonly userId: string;
}
