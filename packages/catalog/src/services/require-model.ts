/** @file A model that a team may use. */

import type { Db } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { ModelKind, ModelVersion } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';

/** The model, which nobody removes before the transaction ends. @throws CatalogError INVALID where the team has no such model of that kind, or it is not READY. */
export async function requireModel(
  db: Db,
  wanted: { readonly teamId: string; readonly id: string; readonly kind: ModelKind },
): Promise<ModelVersion> {
  const field = wanted.kind === 'GENERATOR' ? 'generatorVersionId' : 'recogniserVersionId';
  const model = isUuid(wanted.id) ? await hold(db, wanted) : null;
  const word = wanted.kind.toLowerCase();
  if (model === null || model.kind !== wanted.kind) {
    throw new CatalogError('INVALID', `The team has no such ${word}; choose one of its models.`, {
      path: [field],
    });
  }
  if (model.state !== 'READY') {
    throw new CatalogError(
      'INVALID',
      `The ${word} '${model.name}' ${model.version} is ${model.state}, and only READY models can be used; see its report.`,
      { path: [field] },
    );
  }
  return model;
}

/** Whoever removes it (lockModel) is waited for, or waits; what else is written of it goes on. */
async function hold(
  db: Db,
  { id, teamId }: { readonly id: string; readonly teamId: string },
): Promise<ModelVersion | null> {
  await db.$queryRaw`
    SELECT 1 FROM "model_version" WHERE "id" = ${id}::uuid AND "teamId" = ${teamId}::uuid FOR KEY SHARE`;
  return db.modelVersion.findFirst({ where: { id, teamId } });
}
