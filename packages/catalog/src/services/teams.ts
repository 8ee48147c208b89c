/** @file Teams and who belongs to them. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { LIVING_TEAM, visibleTeams } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import type { Membership, Role, Team } from '../generated/client.ts';
import { cleanIds, inIdOrder, inOrder } from '../in-order.ts';
import { checkSlug, checkText } from '../names.ts';
import { rolesFor } from '../permissions.ts';
import { deleteTeam, renameTeam, requireFreeSlug, restoreTeam, slugTaken } from './change-team.ts';
import { purgeTeams } from './purge-teams.ts';
import { lockTeamFor, writeRole } from './write-role.ts';

/** A team that was deleted and can be brought back, as its owners see it. */
export interface DeletedTeam extends Pick<Team, 'id' | 'slug' | 'name'> {
  readonly deletedAt: Date;
  /** Name of who did it; null where their account is gone. */
  readonly deletedBy: string | null;
  /** From then on it is removed. */
  readonly purgeAfter: Date;
}

/** Teams and memberships. */
export interface TeamService {
  /** Creates a team whose owner is the actor. @throws CatalogError INVALID, CONFLICT (slug taken) */
  createTeam(input: {
    readonly actor: Actor;
    readonly slug: string;
    readonly name: string;
  }): Promise<Team>;
  /**
   * Gives a team another name, another address, or both; what is left out stays. The address it had leads to it, and is given to
   * nobody else, for FORMER_SLUG_DAYS.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID, CONFLICT (address taken)
   */
  renameTeam(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly name?: string | null | undefined;
    readonly slug?: string | null | undefined;
  }): Promise<Team>;
  /**
   * Hides a team from everybody, and has it removed after TEAM_GRACE_DAYS. `slug` is its address, typed once more.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, INVALID (another slug), CONFLICT (unfinished runs, published releases)
   */
  deleteTeam(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly slug: string;
  }): Promise<Team>;
  /** Brings a deleted team back, for one of its owners. @throws CatalogError NOT_FOUND, CONFLICT (not deleted), GONE (too late) */
  restoreTeam(input: { readonly actor: Actor; readonly teamId: string }): Promise<Team>;
  /** Deleted teams that the actor can bring back, the one that goes first first; none by an API key. */
  deletedTeamsOf(input: { readonly actor: Actor }): Promise<DeletedTeam[]>;
  /** Trusted: removes the rows of deleted teams whose time is over, and returns which. */
  purgeTeams(options?: {
    readonly signal?: AbortSignal | undefined;
  }): Promise<Pick<Team, 'id' | 'slug'>[]>;
  /** The team at this address, or at which it was until lately; null where there is none that the actor may see. */
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
          await requireFreeSlug(tx, slug, team.id);
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
        throw slugTaken(slug, error);
      }
    },

    renameTeam: (input) => renameTeam(prisma, input),
    deleteTeam: (input) => deleteTeam(prisma, input),
    restoreTeam: (input) => restoreTeam(prisma, input),
    purgeTeams: (options) => purgeTeams(prisma, options),

    async deletedTeamsOf({ actor: { userId, key } }) {
      if (key !== undefined) return [];
      const rows = await prisma.team.findMany({
        where: {
          purgeAfter: { gt: new Date() },
          memberships: { some: { userId, role: { in: [...rolesFor('team.delete')] } } },
        },
        orderBy: { purgeAfter: 'asc' },
      });
      const people = await prisma.user.findMany({
        where: { id: { in: rows.flatMap(({ deletedById }) => deletedById ?? []) } },
        select: { id: true, name: true },
      });
      return rows.flatMap(({ id, slug, name, deletedAt, deletedById, purgeAfter }) => {
        if (deletedAt === null || purgeAfter === null) return [];
        const deletedBy = people.find((person) => person.id === deletedById)?.name ?? null;
        return [{ id, slug, name, deletedAt, deletedBy, purgeAfter }];
      });
    },

    async teamBySlug({ actor, slug }) {
      const visible = visibleTeams(actor);
      const team = await prisma.team.findFirst({ where: { AND: [{ slug }, visible] } });
      if (team !== null) return team;
      const formerSlugs = { some: { slug, heldUntil: { gt: new Date() } } };
      return prisma.team.findFirst({ where: { AND: [{ formerSlugs }, visible] } });
    },

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
        where: { role: 'OWNER', team: LIVING_TEAM },
        include: { team: true },
        orderBy: [{ team: { slug: 'asc' } }, { createdAt: 'asc' }],
        distinct: ['teamId'],
      });
      return rows.map(({ team, userId }) => ({ team, owner: { userId } }));
    },

    addMember: ({ actor, teamId, userId, role }) =>
      change(prisma, actor, async (tx) => {
        await lockTeamFor(tx, { actor, teamId, action: 'member.add' });
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
