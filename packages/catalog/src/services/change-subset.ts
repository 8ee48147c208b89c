/** @file Renaming and deleting a saved subset. Its query never changes. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { subsetEntity } from '../audit/entities.ts';
import { requireScope, teamDatasets } from '../authorise.ts';
import type { Db } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { PrismaClient, Subset } from '../generated/client.ts';
import { checkText } from '../names.ts';
import { isUuid } from '../paging/single-key.ts';
import { requireVersion } from './version-role.ts';

/** A saved subset, and who changes it. */
export interface SubsetInput {
  readonly actor: Actor;
  readonly subsetId: string;
}

/** See SubsetService.renameSubset. */
export async function renameSubset(
  prisma: PrismaClient,
  { actor, subsetId, name }: SubsetInput & { readonly name: string },
): Promise<Subset> {
  try {
    return await change(prisma, actor, async (tx) => {
      const { subset, teamId } = await requireSubset(tx, { actor, subsetId });
      const data = { name: checkText(name, 'name', 100) };
      if (data.name === subset.name) return subset;
      const renamed = await tx.subset.update({ where: { id: subset.id }, data });
      recordChange(tx, {
        teamId,
        action: 'subset.rename',
        entity: await subsetEntity(tx, renamed),
        before: { name: subset.name },
        after: { name: renamed.name },
      });
      return renamed;
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new CatalogError(
      'CONFLICT',
      `The dataset already has a subset named '${name.trim()}'; choose another name.`,
      { path: ['name'], cause: error },
    );
  }
}

/** See SubsetService.deleteSubset. */
export function deleteSubset(
  prisma: PrismaClient,
  { actor, subsetId }: SubsetInput,
): Promise<Subset> {
  return change(prisma, actor, async (tx) => {
    const { subset, teamId } = await requireSubset(tx, { actor, subsetId });
    const entity = await subsetEntity(tx, subset);
    await tx.subset.delete({ where: { id: subset.id } });
    recordChange(tx, {
      teamId,
      action: 'subset.delete',
      entity,
      before: { versionId: subset.versionId, query: subset.query },
    });
    return subset;
  });
}

/** Locks the row, so that of two changes at once the second sees what the first did. */
async function requireSubset(
  tx: Db,
  { actor, subsetId }: SubsetInput,
): Promise<{ readonly subset: Subset; readonly teamId: string }> {
  requireScope(actor, 'subset.change');
  const seen = isUuid(subsetId)
    ? await tx.subset.findFirst({ where: { id: subsetId, dataset: teamDatasets(actor) } })
    : null;
  if (seen === null) throw notFound('subset', ['subsetId']);
  const { versionId } = seen;
  const { teamId } = await requireVersion(tx, { actor, versionId, action: 'subset.change' });
  await tx.$queryRaw`SELECT 1 FROM "subset" WHERE "id" = ${subsetId}::uuid FOR UPDATE`;
  const subset = await tx.subset.findUnique({ where: { id: subsetId } });
  if (subset === null) throw notFound('subset', ['subsetId']);
  return { subset, teamId };
}
