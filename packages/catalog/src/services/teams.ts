/** @file Teams and who belongs to them. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import type { Membership, Role, Team } from '../generated/client.ts';
import { cleanIds, inIdOrder, inOrder } from '../in-order.ts';
import { checkSlug, checkText } from '../names.ts';
import { lockTeam, writeRole } from './write-role.ts';

/** Teams and memberships. */
export interface TeamService {
  /** Creates a team whose owner is the actor. @throws CatalogError INVALID, CONFLICT (slug taken) */
  createTeam(input: {
    readonly actor: Actor;
    readonly slug: string;
    readonly name: string;
  }): Promise<Team>;
  /** The team, or null where there is none that the actor may see. */
  teamBySlug(input: { readonly actor: Actor; readonly slug: string }): Promise<Team | null>;
  /** One team or null per id. */
  teamsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Team | null)[]>;
  /** The teams of the actor with their role, by name. */
  teamsOf(input: {
    readonly actor: Actor;
  }): Promise<{ readonly team: Team; readonly role: Role }[]>;
  /** The actor's own membership per team id. */
  membershipsOf(input: {
    readonly actor: Actor;
    readonly teamIds: readonly string[];
  }): Promise<(Membership | null)[]>;
  /** The actor's own membership of a team. */
  membershipOf(input: {
    readonly actor: Actor;
    readonly teamId: string;
  }): Promise<Membership | null>;
  /** Trusted, for whoever has the installation's own keys: every team with the person who has owned it longest, by slug. */
  teamsForOperator(): Promise<{ readonly team: Team; readonly owner: Actor }[]>;
  /** Adds a member, or changes the role of one. @throws CatalogError NOT_FOUND (no such user), CONFLICT (the last owner) */
  addMember(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly userId: string;
    readonly role: Role;
  }): Promise<Membership>;
}

/** Makes the service of teams. */
export function createTeamService({ prisma }: ServiceContext): TeamService {
  const membershipsOf: TeamService['membershipsOf'] = async ({ actor, teamIds }) => {
    const rows = await prisma.membership.findMany({
      where: { userId: actor.userId, teamId: { in: cleanIds(teamIds) } },
    });
    return inOrder(teamIds, rows, { key: (id) => id, item: (row) => row.teamId });
  };

  return {
    async createTeam({ actor, slug, name }) {
      checkSlug(slug);
      const title = checkText(name, 'name');
      try {
        return await change(prisma, actor, async (tx) => {
          const memberships = { create: { userId: actor.userId, role: 'OWNER' } } as const;
          const team = await tx.team.create({ data: { slug, name: title, memberships } });
          recordChange(tx, {
            teamId: team.id,
            action: 'team.create',
            entity: { type: 'Team', id: team.id, label: title },
            after: { slug, name: title },
          });
          return team;
        });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        throw new CatalogError(
          'CONFLICT',
          `There is already a team at '${slug}'; choose another address.`,
          { path: ['slug'], cause: error },
        );
      }
    },

    teamBySlug: ({ actor, slug }) =>
      prisma.team.findFirst({ where: { AND: [{ slug }, visibleTeams(actor)] } }),

    async teamsByIds({ actor, ids }) {
      const where = { AND: [{ id: { in: cleanIds(ids) } }, visibleTeams(actor)] };
      return inIdOrder(ids, await prisma.team.findMany({ where }));
    },

    async teamsOf({ actor }) {
      const rows = await prisma.membership.findMany({
        where: { userId: actor.userId, team: visibleTeams(actor) },
        include: { team: true },
        orderBy: [{ team: { name: 'asc' } }, { teamId: 'asc' }],
      });
      return rows.map(({ team, role }) => ({ team, role }));
    },

    membershipsOf,

    membershipOf: async ({ actor, teamId }) =>
      (await membershipsOf({ actor, teamIds: [teamId] }))[0] ?? null,

    async teamsForOperator() {
      const rows = await prisma.membership.findMany({
        where: { role: 'OWNER' },
        include: { team: true },
        orderBy: [{ team: { slug: 'asc' } }, { createdAt: 'asc' }],
        distinct: ['teamId'],
      });
      return rows.map(({ team, userId }) => ({ team, owner: { userId } }));
    },

    addMember: ({ actor, teamId, userId, role }) =>
      change(prisma, actor, async (tx) => {
        await requireRole(tx, { actor, teamId, action: 'member.add' });
        await lockTeam(tx, teamId);
        if ((await tx.user.count({ where: { id: userId } })) === 0) {
          throw new CatalogError(
            'NOT_FOUND',
            `There is no user '${userId}'; they have to sign up first.`,
            { path: ['userId'] },
          );
        }
        return writeRole(tx, { teamId, userId, role, action: 'member.add' });
      }),
  };
}
