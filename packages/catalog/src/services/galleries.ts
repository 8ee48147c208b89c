/** @file Galleries: embeddings of one recogniser version. */

import type { Actor } from '../actor.ts';
import { change, recordChange } from '../audit/change.ts';
import { galleryEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import { canonicalJson } from '../canonical-json.ts';
import { lendTransaction, type Db, type ServiceContext } from '../context.ts';
import { Prisma, type Gallery } from '../generated/client.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import { checkLength } from '../names.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { requireModel } from './require-model.ts';
import { checkSetName, nameIsTaken, type EnqueueSet, type NewSet, type SetName } from './sets.ts';

/** A gallery to be made. */
export interface NewGallery extends NewSet {
  /** The recogniser that made the embeddings, or will. */
  readonly recogniserVersionId: string;
}

/** Galleries. */
export interface GalleryService {
  /**
   * Registers a gallery as CHECKING and enqueues its making. The same source again returns the gallery that is there; a REFUSED
   * one may be replaced, since nothing can have used it.
   *
   * @throws CatalogError NOT_FOUND, FORBIDDEN, CONFLICT (name and version are taken), INVALID (name, or a recogniser that is not READY)
   */
  registerGallery(
    input: NewGallery & { readonly actor: Actor },
    enqueue: EnqueueSet,
  ): Promise<Gallery>;
  /** Throws what registerGallery would, before anybody sends gigabytes. @throws CatalogError NOT_FOUND, FORBIDDEN */
  requireRegistrar(input: { readonly actor: Actor; readonly teamId: string }): Promise<void>;
  /** One gallery or null per id. */
  galleriesByIds(input: {
    readonly actor: Actor;
    readonly ids: readonly string[];
  }): Promise<(Gallery | null)[]>;
  /** The gallery, or null where there is none that the actor may see. */
  galleryByName(input: SetName & { readonly actor: Actor }): Promise<Gallery | null>;
  /** The team's galleries in every state, newest first. */
  listGalleries(input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly page?: PageRequest;
  }): Promise<Page<Gallery>>;
  countGalleries(input: { readonly actor: Actor; readonly teamId: string }): Promise<number>;
}

/** Makes the service of galleries. */
export function createGalleryService({ prisma }: ServiceContext): GalleryService {
  return {
    registerGallery: ({ actor, ...gallery }, enqueue) =>
      change(prisma, actor, async (tx) => {
        const { teamId, recogniserVersionId: id } = gallery;
        await requireRole(tx, { actor, teamId, action: 'gallery.register' });
        checkSetName(gallery);
        await requireModel(tx, { teamId, id, kind: 'RECOGNISER' });
        // Two people who register one name at once: the second one finds the first one's row.
        await tx.$queryRaw`SELECT 1 FROM "team" WHERE "id" = ${teamId}::uuid FOR NO KEY UPDATE`;
        const row = await submit(tx, gallery, actor);
        if (row.state === 'CHECKING') await enqueue(lendTransaction(tx), row.id);
        return row;
      }),

    async requireRegistrar({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'gallery.register' });
    },

    async galleriesByIds({ actor, ids }) {
      const rows = await prisma.gallery.findMany({
        where: { id: { in: cleanIds(ids) }, team: visibleTeams(actor, 'gallery.read') },
      });
      return inIdOrder(ids, rows);
    },

    async galleryByName({ actor, ...key }) {
      await requireRole(prisma, { actor, teamId: key.teamId, action: 'gallery.read' });
      return prisma.gallery.findUnique({ where: { teamId_name_version: key } });
    },

    async listGalleries({ actor, teamId, page = {} }) {
      await requireRole(prisma, { actor, teamId, action: 'gallery.read' });
      return readDescending(page, {
        keyOf: (gallery: Gallery) => gallery.id,
        isKey: isUuid,
        find: ({ key, order, take }) =>
          prisma.gallery.findMany({ where: { teamId, id: key }, orderBy: { id: order }, take }),
      });
    },

    async countGalleries({ actor, teamId }) {
      await requireRole(prisma, { actor, teamId, action: 'gallery.read' });
      return prisma.gallery.count({ where: { teamId } });
    },
  };
}

async function submit(tx: Db, gallery: NewGallery, actor: Actor): Promise<Gallery> {
  const { teamId, name, version } = gallery;
  const existing = await tx.gallery.findUnique({
    where: { teamId_name_version: { teamId, name, version } },
  });
  const content = {
    recogniserVersionId: gallery.recogniserVersionId,
    source: gallery.source,
    description: checkLength(gallery.description ?? '', 'description', 2000),
    licence: checkLength(gallery.licence ?? '', 'licence', 200) || null,
    createdById: actor.userId,
  };
  if (existing === null) {
    const data = { teamId, name, version, ...content };
    return recordSubmission(tx, await tx.gallery.create({ data }));
  }
  if (existing.state !== 'REFUSED') {
    const isSame =
      existing.recogniserVersionId === content.recogniserVersionId &&
      canonicalJson(existing.source) === canonicalJson(content.source);
    if (isSame) return existing;
    throw nameIsTaken('gallery', existing);
  }
  const resubmitted = await tx.gallery.update({
    where: { id: existing.id },
    data: {
      ...content,
      state: 'CHECKING',
      progress: 0,
      refusal: null,
      checkedAt: null,
      report: Prisma.DbNull,
    },
  });
  return recordSubmission(tx, resubmitted, existing);
}

function recordSubmission(tx: Db, gallery: Gallery, before?: Gallery): Gallery {
  const { teamId } = gallery;
  const told = ({ recogniserVersionId, source, licence }: Gallery) => ({
    recogniserVersionId,
    source,
    licence,
  });
  recordChange(tx, {
    teamId,
    action: 'gallery.register',
    entity: galleryEntity(gallery),
    ...(before === undefined ? {} : { before: told(before) }),
    after: told(gallery),
  });
  return gallery;
}
