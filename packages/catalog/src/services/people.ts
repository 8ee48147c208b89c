/** @file The names of the people who made things. */

import type { Actor } from '../actor.ts';
import type { AuditAction } from '../audit/actions.ts';
import { change, recordChange } from '../audit/change.ts';
import type { Db, ServiceContext } from '../context.ts';
import { CatalogError, notFound } from '../errors.ts';
import { checkText } from '../names.ts';

/** Letters of a person's name. */
const MOST_NAME_LETTERS = 100;

/** A person as other members see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A person as they see themselves. */
export interface Profile extends Person {
  readonly email: string;
}

/** What somebody changes of their own account where the auth library does it, which tells of it afterwards. */
export type OwnChange = Extract<
  AuditAction,
  | 'person.changePassword'
  | 'person.setPassword'
  | 'person.endSession'
  | 'person.endSessions'
  | 'person.signOut'
>;

/** People. */
export interface PeopleService {
  /** The actor themselves, or null where their account is gone. */
  profileOf(input: { readonly actor: Actor }): Promise<Profile | null>;
  /** One person or null per id; only oneself and members of one's own teams. */
  peopleByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Person | null)[]>;
  /** Gives the actor another name. What they did before stays in the audit log under the old one. @throws CatalogError INVALID, NOT_FOUND */
  renameSelf(input: { readonly actor: Actor; readonly name: string }): Promise<Profile>;
  /** Trusted: writes into the installation's log what the actor has changed of their account. */
  recordOwnChange(input: { readonly actor: Actor; readonly action: OwnChange }): Promise<void>;
}

/** Makes the service of people. */
export function createPeopleService({ prisma }: ServiceContext): PeopleService {
  return {
    profileOf: ({ actor }) =>
      prisma.user.findUnique({
        where: { id: actor.userId },
        select: { id: true, name: true, email: true },
      }),

    async peopleByIds({ actor, ids }) {
      const rows = await prisma.user.findMany({
        where: {
          AND: [
            { id: { in: [...new Set(ids)] } },
            {
              OR: [
                { id: actor.userId },
                {
                  memberships: {
                    some: { team: { memberships: { some: { userId: actor.userId } } } },
                  },
                },
              ],
            },
          ],
        },
        select: { id: true, name: true },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    },

    renameSelf: ({ actor, name }) =>
      change(prisma, actor, async (tx) => {
        const next = checkText(name, 'name', MOST_NAME_LETTERS);
        const before = await lockPerson(tx, actor);
        if (before.name === next) return before;
        const select = { id: true, name: true, email: true };
        const where = { id: actor.userId };
        const after = await tx.user.update({ where, data: { name: next }, select });
        recordChange(tx, {
          teamId: null,
          action: 'person.rename',
          entity: { type: 'Person', id: after.id, label: before.name },
          before: { name: before.name },
          after: { name: after.name },
        });
        return after;
      }),

    recordOwnChange: ({ actor, action }) =>
      change(prisma, actor, async (tx) => {
        const { id, name } = await requirePerson(tx, actor);
        recordChange(tx, { teamId: null, action, entity: { type: 'Person', id, label: name } });
      }),
  };
}

/** As {@link requirePerson}, for a change of it: of two at once the second finds what the first has left. @throws CatalogError FORBIDDEN, NOT_FOUND */
export async function lockPerson(tx: Db, actor: Actor): Promise<Profile> {
  await tx.$queryRaw`SELECT 1 FROM "user" WHERE "id" = ${actor.userId} FOR NO KEY UPDATE`;
  return requirePerson(tx, actor);
}

/** Whose account it is. @throws CatalogError FORBIDDEN for an API key, NOT_FOUND */
export async function requirePerson(tx: Db, { userId, key }: Actor): Promise<Profile> {
  if (key !== undefined) {
    throw new CatalogError('FORBIDDEN', 'An account is a matter of its person; sign in.');
  }
  const select = { id: true, name: true, email: true };
  const person = await tx.user.findUnique({ where: { id: userId }, select });
  if (person === null) throw notFound('person');
  return person;
}
