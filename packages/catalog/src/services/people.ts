/** @file The names of the people who made things. */

import type { Actor } from '../actor.ts';
import type { ServiceContext } from '../context.ts';

/** A person as other members see them. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** A person as they see themselves. */
export interface Profile extends Person {
  readonly email: string;
}

/** People. */
export interface PeopleService {
  /** The actor themselves, or null where their account is gone. */
  profileOf(input: { readonly actor: Actor }): Promise<Profile | null>;
  /** One person or null per id; only oneself and members of one's own teams. */
  peopleByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Person | null)[]>;
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
  };
}
