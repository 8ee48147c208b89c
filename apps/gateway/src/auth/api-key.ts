/** @file API keys in `Authorization: Bearer`. */
import type { Catalog, KeyRefusal } from '@colloid/catalog';
import type { Actor } from '@colloid/catalog';
import { GraphQLError } from 'graphql';

const REFUSALS = {
  UNKNOWN: {
    code: 'API_KEY_UNKNOWN',
    message: 'This API key is none of this server; copy it again, or make a new one.',
  },
  EXPIRED: {
    code: 'API_KEY_EXPIRED',
    message: 'This API key has expired; make a new one in the settings of the team.',
  },
  REVOKED: {
    code: 'API_KEY_REVOKED',
    message: 'This API key was revoked; make a new one in the settings of the team.',
  },
} as const satisfies Record<KeyRefusal, { readonly code: string; readonly message: string }>;

/** The key in the header; null where there is none. */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Whom the key stands for, or the error that every operation is answered with. */
export async function actorByKey(
  catalog: Pick<Catalog, 'apiKeys'>,
  secret: string,
  address: string | undefined,
): Promise<Actor | GraphQLError> {
  const actor = await catalog.apiKeys.actorForSecret(secret, { address });
  if (typeof actor !== 'string') return actor;
  const { code, message } = REFUSALS[actor];
  return new GraphQLError(message, { extensions: { code } });
}
