/** @file How the audit log names the things that change. */

import type { Db } from '../context.ts';
import type {
  CovariateSet,
  Dataset,
  Gallery,
  ModelVersion,
  Recipe,
  Run,
  Subset,
} from '../generated/client.ts';
import type { Change } from './change.ts';

/** A dataset. */
export function datasetEntity({ id, title }: Dataset): Change['entity'] {
  return { type: 'Dataset', id, label: title, datasetId: id };
}

/** A version of a model. */
export function modelEntity({ id, name, version }: ModelVersion): Change['entity'] {
  return { type: 'ModelVersion', id, label: `${name}@${version}` };
}

/** A version of a gallery. */
export function galleryEntity({ id, name, version }: Gallery): Change['entity'] {
  return { type: 'Gallery', id, label: `${name}@${version}` };
}

/** A version of a covariate set. */
export function covariateSetEntity({ id, name, version }: CovariateSet): Change['entity'] {
  return { type: 'CovariateSet', id, label: `${name}@${version}` };
}

/** A version of a recipe. */
export function recipeEntity({ id, name, version }: Recipe): Change['entity'] {
  return { type: 'Recipe', id, label: `${name}, version ${version}` };
}

/** A run, by its dataset and number. */
export async function runEntity(
  tx: Db,
  { id, datasetId, number }: Pick<Run, 'id' | 'datasetId' | 'number'>,
): Promise<Change['entity']> {
  return { type: 'Run', id, label: `${await titleOf(tx, datasetId)}, run ${number}`, datasetId };
}

/** A version of a dataset. */
export async function versionEntity(
  tx: Db,
  {
    id,
    datasetId,
    number,
  }: { readonly id: string; readonly datasetId: string; readonly number: number },
): Promise<Change['entity']> {
  const label = `${await titleOf(tx, datasetId)}, version ${number}`;
  return { type: 'DatasetVersion', id, label, datasetId };
}

/** A saved subset, by its dataset and name. */
export async function subsetEntity(
  tx: Db,
  { id, datasetId, name }: Subset,
): Promise<Change['entity']> {
  return { type: 'Subset', id, label: `${await titleOf(tx, datasetId)}, ${name}`, datasetId };
}

async function titleOf(tx: Db, datasetId: string): Promise<string> {
  const where = { id: datasetId };
  return (await tx.dataset.findUniqueOrThrow({ where, select: { title: true } })).title;
}
