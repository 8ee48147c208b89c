/** @file Reading the audit log: all of it for those who answer for the team, what happened for all of its members. */

import type { Actor } from '../actor.ts';
import { ACTIVITY_ACTIONS } from '../audit/actions.ts';
import { auditHeads, exportEvents, type AuditExport, type AuditHead } from '../audit/export.ts';
import { verifyAudit, type ChainReport } from '../audit/verify.ts';
import { requireRole, teamDatasets } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import type { AuditEvent, Prisma } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isNumber, readDescending } from '../paging/single-key.ts';

/** Which events of a team. */
export interface AuditScope {
  readonly actor: Actor;
  readonly teamId: string;
  /** Only events of this kind of entity, such as 'Dataset'. */
  readonly entityType?: string | null | undefined;
}

/** The audit log. */
export interface AuditService {
  /** Every event of the team, newest first. @throws CatalogError NOT_FOUND, FORBIDDEN */
  listEvents(input: AuditScope & { readonly page?: PageRequest }): Promise<Page<AuditEvent>>;
  countEvents(input: AuditScope): Promise<number>;
  /** What all members may know of what happened, newest first. @throws CatalogError NOT_FOUND, FORBIDDEN */
  listActivity(input: AuditScope & { readonly page?: PageRequest }): Promise<Page<AuditEvent>>;
  countActivity(input: AuditScope): Promise<number>;
  /** Trusted: the events of a chain, oldest first, with what their digests are over. */
  exportEvents(input: AuditExport): AsyncIterable<AuditEvent>;
  /** Trusted: the last event of every chain, to be noted elsewhere. */
  heads(): Promise<AuditHead[]>;
  /** Trusted: checks every chain of the installation. */
  verify(): Promise<ChainReport[]>;
}

/** Makes the service of the audit log. */
export function createAuditService({ prisma }: ServiceContext): AuditService {
  const read = (where: Prisma.AuditEventWhereInput, page: PageRequest = {}) =>
    readDescending(page, {
      keyOf: (event: AuditEvent) => event.sequence,
      isKey: isNumber,
      find: ({ key, order, take }) =>
        prisma.auditEvent.findMany({
          where: { AND: [where, { sequence: key }] },
          orderBy: { sequence: order },
          take,
        }),
    });

  const everything = async ({ actor, teamId, entityType }: AuditScope) => {
    await requireRole(prisma, { actor, teamId, action: 'audit.read' });
    return { chain: teamId, ...(isGiven(entityType) ? { entityType } : {}) };
  };

  const activity = async ({ actor, teamId, entityType }: AuditScope) => {
    await requireRole(prisma, { actor, teamId, action: 'activity.read' });
    const hidden = await prisma.dataset.findMany({
      where: { teamId, NOT: teamDatasets(actor) },
      select: { id: true },
    });
    return {
      chain: teamId,
      ...(isGiven(entityType) ? { entityType } : {}),
      action: { in: [...ACTIVITY_ACTIONS] },
      OR: [{ datasetId: null }, { datasetId: { notIn: hidden.map(({ id }) => id) } }],
    };
  };

  return {
    listEvents: async ({ page, ...scope }) => read(await everything(scope), page),
    countEvents: async (scope) => prisma.auditEvent.count({ where: await everything(scope) }),
    listActivity: async ({ page, ...scope }) => read(await activity(scope), page),
    countActivity: async (scope) => prisma.auditEvent.count({ where: await activity(scope) }),
    exportEvents: (input) => exportEvents(prisma, input),
    heads: () => auditHeads(prisma),
    verify: () => verifyAudit(prisma),
  };
}
