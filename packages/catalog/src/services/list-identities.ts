/** @file The identities of a version: in pages, counted, and as what searches outside the database need of them. */

import type { Actor } from '../actor.ts';
import type { Identity, PrismaClient } from '../generated/client.ts';
import { readPage, type Page, type PageRequest } from '../paging/page.ts';
import { compileIdentityFilter, type IdentityWhere } from '../selection/filter.ts';
import { keyLength, readKeyset } from '../selection/keyset.ts';
import { identityOrder, type IdentityOrder } from '../selection/orders.ts';
import { BLOCK_BITS, identityMembership, loadVersionScope } from '../selection/version-scope.ts';
import { isOneRun, listByNearest } from './nearest-identities.ts';

/** Which identities of a version, and how they are listed. */
export interface IdentityList {
  readonly actor: Actor;
  readonly versionId: string;
  readonly page?: PageRequest;
  readonly where?: IdentityWhere | null | undefined;
  /** @default 'ORDINAL' */
  readonly orderBy?: IdentityOrder | null | undefined;
}

/** The identities of a run that a version holds. */
export interface RunMembers {
  readonly runId: string;
  readonly has: (ordinal: number) => boolean;
}

/** @throws CatalogError NOT_FOUND, INVALID (filter, cursor, an order that is not known of the version) */
export async function listIdentities(
  prisma: PrismaClient,
  { actor, versionId, page = {}, where, orderBy }: IdentityList,
): Promise<Page<Identity>> {
  const scope = await loadVersionScope(prisma, { actor, versionId });
  if (orderBy === 'NEAREST_IN_VERSION' && !isOneRun(scope)) {
    return listByNearest(prisma, { scope, where, page });
  }
  const { join, condition } = identityMembership(scope);
  const filter = compileIdentityFilter(where, scope);
  // In a version that is one run, the nearest of the run is that of the version.
  const inRun = orderBy === 'NEAREST_IN_VERSION' ? 'NEAREST_DISTANCE' : orderBy;
  const order = identityOrder(inRun ?? 'ORDINAL');
  return readPage<Identity>(page, {
    keyLength: keyLength(order),
    keyOf: order.keyOf,
    read: (query) =>
      readKeyset<Identity>(
        order,
        query,
        (range) => prisma.$queryRaw`SELECT i.* FROM "identity" i ${join}
          WHERE ${condition} AND ${filter.condition} ${range}`,
      ),
  });
}

/** @throws CatalogError NOT_FOUND, INVALID (filter) */
export async function countIdentities(
  prisma: PrismaClient,
  { actor, versionId, where }: Pick<IdentityList, 'actor' | 'versionId' | 'where'>,
): Promise<number> {
  const scope = await loadVersionScope(prisma, { actor, versionId });
  const filter = compileIdentityFilter(where, scope);
  if (filter.isEverything) return scope.identityCount;
  const { join, condition } = identityMembership(scope);
  const [row] = await prisma.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS "count" FROM "identity" i ${join} WHERE ${condition} AND ${filter.condition}`;
  return Number(row?.count ?? 0n);
}

/** Which identities of each of its runs a version holds. @throws CatalogError NOT_FOUND */
export async function identityMembers(
  prisma: PrismaClient,
  { actor, versionId }: Pick<IdentityList, 'actor' | 'versionId'>,
): Promise<readonly RunMembers[]> {
  const scope = await loadVersionScope(prisma, { actor, versionId });
  const blocks = await prisma.selectionBlock.findMany({
    where: { versionId: scope.versionId, entity: 'IDENTITY' },
  });
  const bits = new Map(blocks.map(({ runId, block, bits }) => [`${runId} ${block}`, bits]));
  return scope.parts.map(({ runId, stride }) => ({
    runId,
    has: (ordinal) =>
      stride === null ||
      bits.get(`${runId} ${Math.floor(ordinal / BLOCK_BITS)}`)?.[ordinal % BLOCK_BITS] === '1',
  }));
}
