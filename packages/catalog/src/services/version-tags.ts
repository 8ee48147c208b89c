/** @file Tags: names that one version of a dataset has at a time. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { versionEntity } from '../audit/entities.ts';
import { CatalogError, notFound } from '../errors.ts';
import type { DatasetVersion, PrismaClient } from '../generated/client.ts';
import { requireVersion } from './version-role.ts';

const TAG = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** A tag of a version, and who changes it. */
export interface TagInput {
  readonly actor: Actor;
  readonly versionId: string;
  readonly name: string;
}

/** See SubsetService.tagVersion. */
export function tagVersion(
  prisma: PrismaClient,
  { actor, versionId, name }: TagInput,
): Promise<DatasetVersion> {
  return change(prisma, actor, async (tx) => {
    const { version, teamId } = await requireVersion(tx, {
      actor,
      versionId,
      action: 'version.tag',
    });
    if (!TAG.test(name)) {
      throw new CatalogError(
        'INVALID',
        `'${name}' cannot be a tag; use 1 to 64 lower-case letters, digits, dots, underscores and hyphens, with a letter or digit at both ends.`,
        { path: ['name'] },
      );
    }
    const { datasetId } = version;
    const { count } = await tx.versionTag.createMany({
      data: { datasetId, name, versionId, createdById: actor.userId },
      skipDuplicates: true,
    });
    if (count > 0) {
      recordChange(tx, {
        teamId,
        action: 'version.tag',
        entity: await versionEntity(tx, version),
        after: { tag: name },
      });
      return version;
    }
    const where = { datasetId_name: { datasetId, name } };
    const taken = await tx.versionTag.findUnique({ where, include: { version: true } });
    if (taken === null || taken.versionId === versionId) return version;
    throw new CatalogError(
      'CONFLICT',
      `Version ${taken.version.number} has the tag '${name}'; take it away there first.`,
      { path: ['name'] },
    );
  });
}

/** See SubsetService.untagVersion. */
export function untagVersion(
  prisma: PrismaClient,
  { actor, versionId, name }: TagInput,
): Promise<DatasetVersion> {
  return change(prisma, actor, async (tx) => {
    const { version, teamId } = await requireVersion(tx, {
      actor,
      versionId,
      action: 'version.tag',
    });
    const { count } = await tx.versionTag.deleteMany({ where: { versionId, name } });
    if (count === 0) throw notFound('tag of this version', ['name']);
    recordChange(tx, {
      teamId,
      action: 'version.untag',
      entity: await versionEntity(tx, version),
      before: { tag: name },
    });
    return version;
  });
}
