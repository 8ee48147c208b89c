/** @file Versions of generators and recognisers. */

import type { Actor } from '../actor.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import type { Db, ServiceContext } from '../context.ts';
import { isUniqueViolation } from '../database/unique-violation.ts';
import { CatalogError } from '../errors.ts';
import type { ModelKind, ModelState, ModelVersion, Prisma } from '../generated/client.ts';
import { isGiven } from '../given.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import { checkText } from '../names.ts';

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

/** Model versions. */
export interface ModelService {
  /** Registers a version; the same digest again returns the one that is there. @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (other files under the same name and version) */
  registerModelVersion(input: NewModelVersion & { readonly actor: Actor }): Promise<ModelVersion>;
  /** As registerModelVersion for the models that come with Colloid; trusted, no actor. Call it when a team is made and when the server starts. */
  ensureBuiltInModel(input: NewModelVersion): Promise<ModelVersion>;
  listModelVersions(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly kind?: ModelKind | null | undefined;
  }): Promise<ModelVersion[]>;
  /** One version or null per id. */
  modelVersionsByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(ModelVersion | null)[]>;
}

/** Makes the service of model versions. */
export function createModelService({ prisma }: ServiceContext): ModelService {
  return {
    async registerModelVersion({ actor, ...model }) {
      await requireRole(prisma, { actor, teamId: model.teamId, action: 'model.register' });
      return register(prisma, model, false);
    },

    ensureBuiltInModel: (model) => register(prisma, model, true),

    async listModelVersions({ actor, teamId, kind }) {
      await requireRole(prisma, { actor, teamId, action: 'model.read' });
      return prisma.modelVersion.findMany({
        where: { teamId, ...(!isGiven(kind) ? {} : { kind }) },
        orderBy: [{ kind: 'asc' }, { name: 'asc' }, { id: 'desc' }],
      });
    },

    async modelVersionsByIds({ actor, ids }) {
      const rows = await prisma.modelVersion.findMany({
        where: { id: { in: cleanIds(ids) }, team: visibleTeams(actor) },
      });
      return inIdOrder(ids, rows);
    },
  };
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

function sameOrConflict(existing: ModelVersion, model: NewModelVersion): ModelVersion {
  if (existing.digest === model.digest) return existing;
  throw new CatalogError(
    'CONFLICT',
    `${existing.kind} '${existing.name}' ${existing.version} is already registered with other files (digest ${existing.digest}); versions never change, so give the new files a new version.`,
    { path: ['version'] },
  );
}
