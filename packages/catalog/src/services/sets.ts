/** @file What galleries and covariate sets have in common: names, and when a name may be given again. */

import type { Actor } from '../actor.ts';
import { recordChange, type Change } from '../audit/change.ts';
import { canonicalJson } from '../canonical-json.ts';
import { lendTransaction, type Db, type EnqueueTransaction } from '../context.ts';
import { CatalogError } from '../errors.ts';
import { Prisma, type SetState } from '../generated/client.ts';
import { checkLength } from '../names.ts';

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
  readonly id: string;
  readonly teamId: string;
  readonly source: Prisma.JsonValue;
  readonly licence: string | null;
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
export function nameIsTaken(what: string, row: Pick<SetRow, 'name' | 'version'>): CatalogError {
  return new CatalogError(
    'CONFLICT',
    `The ${what} '${referenceOf(row)}' is registered already with another source; sets never change, so give this one a new version.`,
    { path: ['version'] },
  );
}

/** One kind of set: its table, and the model versions that its content is for. */
export interface SetKind<Row extends SetRow, Models extends SetModels> {
  /** As messages call it. */
  readonly what: string;
  readonly action: 'gallery.register' | 'covariates.register';
  readonly entity: (row: Row) => Change['entity'];
  readonly modelsOf: (row: Row) => Models;
  readonly find: (tx: Db, key: SetName) => Promise<Row | null>;
  readonly create: (tx: Db, data: SetName & SetContent & Models) => Promise<Row>;
  readonly replace: (tx: Db, id: string, data: SetContent & Models & Beginning) => Promise<Row>;
}

type SetModels = Readonly<Record<string, string | null>>;

interface SetContent {
  readonly source: Prisma.InputJsonObject;
  readonly description: string;
  readonly licence: string | null;
  readonly createdById: string;
}

/** How a set that was refused begins anew. */
const BEGINNING = {
  state: 'CHECKING',
  progress: 0,
  refusal: null,
  checkedAt: null,
  report: Prisma.DbNull,
} as const;
type Beginning = typeof BEGINNING;

/**
 * Makes the row of a set and enqueues its making, in this transaction. The same source again gives the row that is there; a REFUSED one
 * is replaced, since nothing can have used it.
 *
 * @throws CatalogError CONFLICT where name and version are taken, INVALID for texts that are too long
 */
export async function submitSet<Row extends SetRow, Models extends SetModels>(
  tx: Db,
  kind: SetKind<Row, Models>,
  given: {
    readonly set: NewSet;
    readonly models: Models;
    readonly actor: Actor;
    readonly enqueue: EnqueueSet;
  },
): Promise<Row> {
  const { teamId } = given.set;
  // Two people who register one name at once: the second one finds the first one's row.
  await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR NO KEY UPDATE`;
  const row = await insertOrReplace(tx, kind, given);
  if (row.state === 'CHECKING') await given.enqueue(lendTransaction(tx), row.id);
  return row;
}

async function insertOrReplace<Row extends SetRow, Models extends SetModels>(
  tx: Db,
  kind: SetKind<Row, Models>,
  { set, models, actor }: { readonly set: NewSet; readonly models: Models; readonly actor: Actor },
): Promise<Row> {
  const key = { teamId: set.teamId, name: set.name, version: set.version };
  const existing = await kind.find(tx, key);
  const content = {
    ...models,
    source: set.source,
    description: checkLength(set.description ?? '', 'description', 2000),
    licence: checkLength(set.licence ?? '', 'licence', 200) || null,
    createdById: actor.userId,
  };
  if (existing === null) {
    return recordSubmission(tx, kind, await kind.create(tx, { ...key, ...content }));
  }
  if (existing.state !== 'REFUSED') {
    const told = (of: Models, source: Prisma.JsonValue | Prisma.InputJsonObject): string =>
      canonicalJson({ of, source });
    if (told(kind.modelsOf(existing), existing.source) === told(models, set.source))
      return existing;
    throw nameIsTaken(kind.what, existing);
  }
  const replaced = await kind.replace(tx, existing.id, { ...content, ...BEGINNING });
  return recordSubmission(tx, kind, replaced, existing);
}

function recordSubmission<Row extends SetRow, Models extends SetModels>(
  tx: Db,
  kind: SetKind<Row, Models>,
  row: Row,
  before?: Row,
): Row {
  const told = (of: Row) => ({ ...kind.modelsOf(of), source: of.source, licence: of.licence });
  recordChange(tx, {
    teamId: row.teamId,
    action: kind.action,
    entity: kind.entity(row),
    ...(before === undefined ? {} : { before: told(before) }),
    after: told(row),
  });
  return row;
}
