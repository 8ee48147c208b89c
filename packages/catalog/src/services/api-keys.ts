/** @file Keys that act for a person in one team, within chosen scopes, until a date. */

import { randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { requireRole } from '../authorise.ts';
import { sha256 } from '../canonical-json.ts';
import type { ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { ApiKey, Prisma } from '../generated/client.ts';
import { checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { LEAST_ROLE, SCOPES, can, completeScopes, isScope, type Action } from '../permissions.ts';
import { lockTeamFor } from './write-role.ts';

/** What every key begins with, so that scanners of leaked secrets can know it. */
export const KEY_MARK = 'colloid_';
const SHOWN_CHARACTERS = KEY_MARK.length + 6;
const MOST_DAYS = 366;
const DAY_MS = 24 * 3600 * 1000;
/** How old `lastUsedAt` may become before it is written again: a key that is used a thousand times a second is written once. */
const LAST_USED_GRAIN_MS = 60_000;
const MOST_KEYS = 100;

/** Why a key does not open anything. */
export type KeyRefusal = 'UNKNOWN' | 'EXPIRED' | 'REVOKED';

/** A key with the name of whom it acts for. */
export type ListedApiKey = Omit<ApiKey, 'digest'> & { readonly userName: string };

/** API keys. */
export interface ApiKeyService {
  /**
   * Makes a key for the actor. The secret is told this once and not kept. Scopes are completed by what they cannot do without.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN (a scope that the actor's role lacks), INVALID, CONFLICT (too many)
   */
  createApiKey(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly name: string;
    readonly scopes: readonly string[];
    /** 1 to 366. */
    readonly days: number;
  }): Promise<{ readonly key: ListedApiKey; readonly secret: string }>;
  /** The actor's own keys in the team, an owner's view of everybody's; newest first, revoked and expired ones included. */
  listApiKeys(input: { readonly actor: Actor; readonly teamId: string }): Promise<ListedApiKey[]>;
  /** One's own, or as an owner anybody's. Revoking it again changes nothing. @throws CatalogError NOT_FOUND */
  revokeApiKey(input: { readonly actor: Actor; readonly keyId: string }): Promise<ListedApiKey>;
  /** Trusted: whom a secret stands for, or why it does not. */
  actorForSecret(
    secret: string,
    options: { readonly address?: string | undefined; readonly now?: Date },
  ): Promise<Actor | KeyRefusal>;
}

const LISTED = { user: { select: { name: true } } } as const satisfies Prisma.ApiKeyInclude;

/** Makes the service of API keys. */
export function createApiKeyService({ prisma }: ServiceContext): ApiKeyService {
  return {
    createApiKey: ({ actor, teamId, days, ...input }) =>
      change(prisma, actor, async (tx) => {
        const role = await lockTeamFor(tx, { actor, teamId, action: 'apiKey.create' });
        const name = checkText(input.name, 'name', 100);
        const scopes = completeScopes(checkScopes(input.scopes));
        const tooHigh = scopes.find((scope) => !can(role, scope));
        if (tooHigh !== undefined) {
          throw new CatalogError(
            'FORBIDDEN',
            `The scope '${tooHigh}' needs the role ${LEAST_ROLE[tooHigh]} or higher, and yours is ${role}; a key can do no more than you.`,
            { path: ['scopes'] },
          );
        }
        const expiresAt = new Date(Date.now() + checkDays(days) * DAY_MS);
        const { userId } = actor;
        if ((await tx.apiKey.count({ where: { teamId, userId, revokedAt: null } })) >= MOST_KEYS) {
          throw new CatalogError(
            'CONFLICT',
            `You have ${MOST_KEYS} keys in this team, which is the most; revoke one that you do not need.`,
          );
        }
        const secret = `${KEY_MARK}${randomBytes(32).toString('base64url')}`;
        const prefix = secret.slice(0, SHOWN_CHARACTERS);
        const row = await tx.apiKey.create({
          data: {
            teamId,
            userId,
            name,
            prefix,
            digest: sha256(secret),
            scopes: [...scopes],
            expiresAt,
          },
          include: LISTED,
        });
        recordChange(tx, {
          teamId,
          action: 'apiKey.create',
          entity: { type: 'ApiKey', id: row.id, label: name },
          after: { name, prefix, scopes, expiresAt },
        });
        return { key: toListed(row), secret };
      }),

    async listApiKeys({ actor, teamId }) {
      const role = await requireRole(prisma, { actor, teamId, action: 'apiKey.read' });
      const rows = await prisma.apiKey.findMany({
        where: { teamId, ...(can(role, 'apiKey.readAll') ? {} : { userId: actor.userId }) },
        include: LISTED,
        orderBy: { id: 'desc' },
      });
      return rows.map(toListed);
    },

    revokeApiKey: ({ actor, keyId }) =>
      change(prisma, actor, async (tx) => {
        const found = isUuid(keyId) ? await tx.apiKey.findUnique({ where: { id: keyId } }) : null;
        if (found === null) throw notFound('API key');
        const { teamId, name } = found;
        const what = 'API key';
        const role = await requireRole(tx, { actor, teamId, action: 'apiKey.revoke', what });
        if (found.userId !== actor.userId && !can(role, 'apiKey.readAll')) {
          throw notFound(what);
        }
        const data = { revokedAt: new Date(), revokedById: actor.userId };
        const { count } = await tx.apiKey.updateMany({
          where: { id: keyId, revokedAt: null },
          data,
        });
        if (count > 0) {
          recordChange(tx, {
            teamId,
            action: 'apiKey.revoke',
            entity: { type: 'ApiKey', id: keyId, label: name },
            before: { prefix: found.prefix, scopes: found.scopes, expiresAt: found.expiresAt },
          });
        }
        const where = { id: keyId };
        return toListed(await tx.apiKey.findUniqueOrThrow({ where, include: LISTED }));
      }),

    async actorForSecret(secret, { address, now = new Date() }) {
      if (!secret.startsWith(KEY_MARK)) return 'UNKNOWN';
      const key = await prisma.apiKey.findUnique({ where: { digest: sha256(secret) } });
      if (key === null) return 'UNKNOWN';
      if (key.revokedAt !== null) return 'REVOKED';
      if (key.expiresAt <= now) return 'EXPIRED';
      const used = new Date(now.getTime() - LAST_USED_GRAIN_MS);
      if (key.lastUsedAt === null || key.lastUsedAt < used) {
        await prisma.apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: now } });
      }
      // A scope that a later version of Colloid no longer has opens nothing.
      const scopes = new Set(key.scopes.filter(isScope));
      return { userId: key.userId, address, key: { id: key.id, teamId: key.teamId, scopes } };
    },
  };
}

function toListed({
  user,
  digest: _digest,
  ...key
}: ApiKey & { readonly user: { readonly name: string } }): ListedApiKey {
  return { ...key, userName: user.name };
}

function checkScopes(scopes: readonly string[]): Action[] {
  const unknown = scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) {
    throw new CatalogError(
      'INVALID',
      `There is no scope '${unknown.slice(0, 60)}'; there are: ${SCOPES.join(', ')}.`,
      { path: ['scopes'] },
    );
  }
  if (scopes.length > 0) return scopes.filter(isScope);
  throw new CatalogError('INVALID', 'The key has no scope; choose at least one.', {
    path: ['scopes'],
  });
}

function checkDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new CatalogError(
    'INVALID',
    `'days' is ${days}; give a whole number from 1 to ${MOST_DAYS}.`,
    {
      path: ['days'],
    },
  );
}
