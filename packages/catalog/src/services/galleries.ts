/** @file Galleries: embeddings of one recogniser version. */

import type { Actor } from '../actor.ts';
import { change } from '../audit/change.ts';
import { galleryEntity } from '../audit/entities.ts';
import { requireRole, visibleTeams } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import type { Gallery } from '../generated/client.ts';
import { cleanIds, inIdOrder } from '../in-order.ts';
import type { Page, PageRequest } from '../paging/page.ts';
import { isUuid, readDescending } from '../paging/single-key.ts';
import { requireModel } from './require-model.ts';
import { checkSetName, submitSet } from './sets.ts';
import type { EnqueueSet, NewSet, SetKind, SetName } from './sets.ts';

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
        const models = { recogniserVersionId: id };
        return submitSet(tx, GALLERY, { set: gallery, models, actor, enqueue });
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

const GALLERY: SetKind<Gallery, { readonly recogniserVersionId: string }> = {
  what: 'gallery',
  action: 'gallery.register',
  entity: galleryEntity,
  modelsOf: ({ recogniserVersionId }) => ({ recogniserVersionId }),
  find: (tx, key) => tx.gallery.findUnique({ where: { teamId_name_version: key } }),
  create: (tx, data) => tx.gallery.create({ data }),
  replace: (tx, id, data) => tx.gallery.update({ where: { id }, data }),
};
