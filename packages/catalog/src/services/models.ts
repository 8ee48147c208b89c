/** @file Versions of generators and recognisers. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { modelEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import {
  lendTransaction,
  type Db,
  type EnqueueTransaction,
  type ServiceContext,
} from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import { Prisma, type ModelKind, type ModelState, type ModelVersion } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import { checkText } from '../names.ts';
import { inUse, usersOf } from './model-changes.ts';

/** What there is to know of a model version when it is registered. */
export interface NewModelVersion {
  readonly teamId: string;
  readonly kind: ModelKind;
  readonly name: string;
  readonly version: string;
  /** SHA-256 over the model's files, hexadecimal. */
  readonly digest: string;
  readonly licence: string;
  readonly manifest: Prisma.InputJsonValue;
  /** File name → SHA-256 of its content in the object store. */
  readonly files: Readonly<Record<string, string>>;
  readonly state: ModelState;
  readonly report?: Prisma.InputJsonValue | undefined;
}

/** A version whose files have been stored and whose model has not been looked at yet. */
export type SubmittedModelVersion = Omit<NewModelVersion, 'state' | 'report'>;

/** What names a version within its team. */
export interface ModelVersionName {
  readonly teamId: string;
  readonly kind: ModelKind;
  readonly name: string;
  readonly version: string;
}

/** Adds the job that checks a version inside the transaction that makes its row. */
export type EnqueueModelCheck = (
  transaction: EnqueueTransaction,
  modelVersionId: string,
) => Promise<void>;

/** Model versions. */
export interface ModelService {
  /**
   * Registers a version as CHECKING and enqueues its check. The same files again return the version that is there; a REFUSED one
   * is checked again, and may be replaced by other files where nothing uses it.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (other files under the name and version of one that is not REFUSED, or in use)
   */
  registerModelVersion(
    input: SubmittedModelVersion & { readonly actor: Actor },
    enqueue: EnqueueModelCheck,
  ): Promise<ModelVersion>;
  /** Throws what registerModelVersion would, before anybody sends gigabytes. @throws CatalogError NOT_FOUND, FORBIDDEN */
  requireRegistrar(input: { readonly actor: Actor; readonly teamId: string }): Promise<void>;
  /** As registerModelVersion for the models that come with Colloid; trusted, no actor. Call it when a team is made and when the server starts. */
  ensureBuiltInModel(input: NewModelVersion): Promise<ModelVersion>;
  listModelVersions(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly kind?: ModelKind | null | undefined;
  }): Promise<ModelVersion[]>;
  /** The version, or null where there is none that the actor may see. */
  modelVersionByName(
    input: ModelVersionName & { readonly actor: Actor },
  ): Promise<ModelVersion | null>;
  /** One version or null per id. */
  modelVersionsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(ModelVersion | null)[]>;
}

/** Makes the service of model versions. */
export function createModelService({ prisma }: ServiceContext): ModelService {
  return {
    registerModelVersion: ({ actor, ...model }, enqueue) =>
      change(prisma, actor, async (tx) => {
        await requireRole(tx, { actor, teamId: model.teamId, action: 'model.register' });
        // Two people who register one name at once: the second one finds the first one's row.
        await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${model.teamId}::uuid FOR NO KEY UPDATE`;
        const row = await submit(tx, model, actor);
        if (row.state === 'CHECKING') await enqueue(lendTransaction(tx), row.id);
        return row;
      }),

    async requireRegistrar({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'model.register' });
    },

    ensureBuiltInModel: (model) => register(prisma, model, true),

    async listModelVersions({ actor, teamId, kind }) {
      await requireRole(prisma, { actor, teamId, action: 'model.read' });
      return prisma.modelVersion.findMany({
        where: { teamId, ...(!isGiven(kind) ? {} : { kind }) },
        orderBy: [{ kind: 'asc' }, { name: 'asc' }, { id: 'desc' }],
      });
    },

    async modelVersionByName({ actor, ...key }) {
      await requireRole(prisma, { actor, teamId: key.teamId, action: 'model.read' });
      return prisma.modelVersion.findUnique({ where: { teamId_kind_name_version: key } });
    },

    async modelVersionsByIds({ actor, ids }) {
      const rows = await prisma.modelVersion.findMany({
        where: { id: { in: cleanIds(ids) }, team: visibleTeams(actor, 'model.read') },
      });
      return inIdOrder(ids, rows);
    },
  };
}

async function submit(tx: Db, model: SubmittedModelVersion, actor: Actor): Promise<ModelVersion> {
  const { teamId, kind } = model;
  const name = checkText(model.name, 'name', 100);
  const version = checkText(model.version, 'version', 100);
  const key = { teamId_kind_name_version: { teamId, kind, name, version } };
  const existing = await tx.modelVersion.findUnique({ where: key });
  if (existing === null) {
    const data = { ...model, name, version, state: 'CHECKING', createdById: actor.userId } as const;
    return recordSubmission(tx, await tx.modelVersion.create({ data }));
  }
  if (existing.state !== 'REFUSED') return sameOrConflict(existing, model);
  // One that was READY before it was checked again may be in use.
  const users = existing.digest === model.digest ? [] : await usersOf(tx, existing);
  if (users.length > 0) throw inUse(existing, users, 'replaced');
  const { digest, licence, manifest, files } = model;
  const resubmitted = await tx.modelVersion.update({
    where: { id: existing.id },
    data: {
      digest,
      licence,
      manifest,
      files,
      state: 'CHECKING',
      refusal: null,
      checkedAt: null,
      report: Prisma.DbNull,
      createdById: actor.userId,
    },
  });
  return recordSubmission(tx, resubmitted, { digest: existing.digest, licence: existing.licence });
}

function recordSubmission(tx: Db, model: ModelVersion, before?: object): ModelVersion {
  const { teamId, digest, licence } = model;
  const after = { digest, licence };
  recordChange(tx, { teamId, action: 'model.register', entity: modelEntity(model), before, after });
  return model;
}

async function register(db: Db, model: NewModelVersion, isBuiltIn: boolean): Promise<ModelVersion> {
  const { teamId, kind, report, ...rest } = model;
  const name = checkText(model.name, 'name', 100);
  const version = checkText(model.version, 'version', 100);
  const key = { teamId_kind_name_version: { teamId, kind, name, version } };
  const existing = await db.modelVersion.findUnique({ where: key });
  if (existing !== null) return sameOrConflict(existing, model);
  try {
    return await db.modelVersion.create({
      data: {
        ...rest,
        teamId,
        kind,
        name,
        version,
        isBuiltIn,
        ...(report === undefined ? {} : { report }),
      },
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return sameOrConflict(await db.modelVersion.findUniqueOrThrow({ where: key }), model);
  }
}

function sameOrConflict(
  existing: ModelVersion,
  model: Pick<NewModelVersion, 'digest'>,
): ModelVersion {
  if (existing.digest === model.digest) return existing;
  throw new CatalogError(
    'CONFLICT',
    `${existing.kind} '${existing.name}' ${existing.version} is already registered with other files (digest ${existing.digest}); versions never change, so give the new files a new version.`,
    { path: ['version'] },
  );
}
