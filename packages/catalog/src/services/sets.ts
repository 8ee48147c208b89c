/** @file What galleries and covariate sets have in common: names, and when a name may be given again. */

import type { EnqueueTransaction } from '../context.ts';
import { CatalogError } from '../errors.ts';
import type { Prisma, SetState } from '../generated/client.ts';

/** Names and versions as recipes write them: name@version. */
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** What there is to know of a set when it is registered; its content is made by a worker. */
export interface NewSet {
  readonly teamId: string;
  /** Lower-case letters, digits and hyphens, at most 64. */
  readonly name: string;
  /** Letters, digits, dots, dashes and underscores, at most 32. */
  readonly version: string;
  readonly description?: string | null | undefined;
  readonly licence?: string | null | undefined;
  /** What it is made from: its kind, and SHA-256 of each file by name. Equal sources are the same set. */
  readonly source: Prisma.InputJsonObject;
}

/** Adds the job that makes a set inside the transaction that makes its row. */
export type EnqueueSet = (transaction: EnqueueTransaction, setId: string) => Promise<void>;

/** What names a set within its team. */
export interface SetName {
  readonly teamId: string;
  readonly name: string;
  readonly version: string;
}

/** A row of either kind, as far as its life goes. */
interface SetRow {
  readonly name: string;
  readonly version: string;
  readonly state: SetState;
}

/** @throws CatalogError INVALID unless a recipe can name the set. */
export function checkSetName({ name, version }: Pick<NewSet, 'name' | 'version'>): void {
  if (!NAME.test(name)) {
    throw new CatalogError(
      'INVALID',
      `'${name}' cannot name a set; use 1 to 64 lower-case letters, digits and hyphens, a letter or digit first.`,
      { path: ['name'] },
    );
  }
  if (!VERSION.test(version)) {
    throw new CatalogError(
      'INVALID',
      `'${version}' cannot be a version; use 1 to 32 letters, digits, dots, dashes and underscores, a letter or digit first.`,
      { path: ['version'] },
    );
  }
}

/** How messages and recipes call a set. */
export function referenceOf({ name, version }: Pick<SetRow, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

/** The refusal of another content under a name that is taken. */
export function nameIsTaken(what: string, row: SetRow): CatalogError {
  return new CatalogError(
    'CONFLICT',
    `The ${what} '${referenceOf(row)}' is registered already with another source; sets never change, so give this one a new version.`,
    { path: ['version'] },
  );
}
