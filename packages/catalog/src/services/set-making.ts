/** @file What workers write about galleries and covariate sets while they make them. Trusted: no actor. */

import { change, recordChange } from '../audit/change.ts';
import { covariateSetEntity, galleryEntity } from '../audit/entities.ts';
import type { ServiceContext } from '../context.ts';
import type { CovariateSet, Gallery, ModelVersion, Prisma } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';

/** A gallery with the recogniser it is for. */
export type GalleryForMaking = Gallery & { readonly recogniserVersion: ModelVersion };

/** A covariate set with its models. */
export type CovariateSetForMaking = CovariateSet & {
  readonly generatorVersion: ModelVersion;
  readonly recogniserVersion: ModelVersion | null;
};

/** How a making ended without a set: one sentence with the remedy, and what was found until then. */
export interface SetRefusal {
  readonly state: 'REFUSED';
  readonly refusal: string;
  readonly report?: Prisma.InputJsonValue | undefined;
}

/** Where the content of a set lies. */
export interface SetContent {
  readonly state: 'READY';
  /** SHA-256 of the content, hexadecimal. */
  readonly digest: string;
  readonly objectKey: string;
  readonly report?: Prisma.InputJsonValue | undefined;
}

/** Who the rows of a gallery are. */
export interface GalleryPeople {
  /** SHA-256 of the content that says so, hexadecimal. */
  readonly labelsDigest: string;
  /** How many they are. */
  readonly people: number;
}

/** Making sets. Writes about a set that is gone or no longer CHECKING change nothing and answer false. */
export interface SetMakingService {
  /** The gallery that is to be made; null where it is gone or made, and there is nothing to do. */
  loadGalleryForMaking(galleryId: string): Promise<GalleryForMaking | null>;
  finishGallery(
    galleryId: string,
    ending: SetRefusal | (SetContent & { readonly count: number; readonly people?: GalleryPeople }),
  ): Promise<boolean>;
  /** The covariate set that is to be made; null where it is gone or made, and there is nothing to do. */
  loadCovariateSetForMaking(covariateSetId: string): Promise<CovariateSetForMaking | null>;
  finishCovariateSet(
    covariateSetId: string,
    ending: SetRefusal | (SetContent & { readonly directions: Prisma.InputJsonValue }),
  ): Promise<boolean>;
  /** Whether a set that is still to be made, in any team, is made from the file with that digest. */
  isSourceAwaited(digest: string): Promise<boolean>;
  /** `progress` 0 to 1. */
  recordGalleryProgress(galleryId: string, progress: number): Promise<boolean>;
  /** `progress` 0 to 1. */
  recordCovariateSetProgress(covariateSetId: string, progress: number): Promise<boolean>;
}

/** Makes the service of making. */
export function createSetMakingService({ prisma }: ServiceContext): SetMakingService {
  const unmade = (id: string) => ({ id, state: 'CHECKING' }) as const;
  const share = (progress: number): number => Math.min(1, Math.max(0, progress));
  return {
    async loadGalleryForMaking(id) {
      if (!isUuid(id)) return null;
      const include = { recogniserVersion: true };
      return prisma.gallery.findFirst({ where: unmade(id), include });
    },

    finishGallery: (id, ending) =>
      change(prisma, null, async (tx) => {
        const [gallery] = await tx.gallery.updateManyAndReturn({
          where: unmade(id),
          data: finished(galleryColumns(ending)),
        });
        if (gallery === undefined) return false;
        recordChange(tx, {
          teamId: gallery.teamId,
          action: 'gallery.make',
          entity: galleryEntity(gallery),
          after: endingOf(gallery),
        });
        return true;
      }),

    async loadCovariateSetForMaking(id) {
      if (!isUuid(id)) return null;
      const include = { generatorVersion: true, recogniserVersion: true };
      return prisma.covariateSet.findFirst({ where: unmade(id), include });
    },

    finishCovariateSet: (id, ending) =>
      change(prisma, null, async (tx) => {
        const [set] = await tx.covariateSet.updateManyAndReturn({
          where: unmade(id),
          data: finished(ending),
        });
        if (set === undefined) return false;
        recordChange(tx, {
          teamId: set.teamId,
          action: 'covariates.make',
          entity: covariateSetEntity(set),
          after: endingOf(set),
        });
        return true;
      }),

    async isSourceAwaited(digest) {
      const [row] = await prisma.$queryRaw<{ awaited: boolean }[]>`
        SELECT EXISTS (
          SELECT 1 FROM "gallery" WHERE "state" = 'CHECKING' AND strpos("source"::text, ${digest}) > 0
          UNION ALL
          SELECT 1 FROM "covariate_set" WHERE "state" = 'CHECKING' AND strpos("source"::text, ${digest}) > 0
        ) AS "awaited"`;
      return row?.awaited ?? false;
    },

    async recordGalleryProgress(id, progress) {
      const data = { progress: share(progress) };
      return (await prisma.gallery.updateMany({ where: unmade(id), data })).count > 0;
    },

    async recordCovariateSetProgress(id, progress) {
      const data = { progress: share(progress) };
      return (await prisma.covariateSet.updateMany({ where: unmade(id), data })).count > 0;
    },
  };
}

/** What the log tells of an ending. */
function endingOf({ state, refusal, digest }: Gallery | CovariateSet) {
  return { state, refusal, digest };
}

function galleryColumns(ending: Parameters<SetMakingService['finishGallery']>[1]) {
  if (ending.state === 'REFUSED') return ending;
  const { people, ...content } = ending;
  return { ...content, ...people };
}

function finished<E extends SetRefusal | SetContent>({ report, ...ending }: E) {
  return {
    ...ending,
    ...(report === undefined ? {} : { report }),
    ...(ending.state === 'READY' ? { progress: 1 } : {}),
    checkedAt: new Date(),
  };
}
