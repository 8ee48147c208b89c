/** @file What workers write about a model version when they have looked at it. Trusted: no actor. */

import { change, recordChange } from '../audit/change.ts';
import { modelEntity } from '../audit/entities.ts';
import type { ServiceContext } from '../context.ts';
import type { ModelVersion, Prisma } from '../generated/client.ts';
import { isUuid } from '../paging/single-key.ts';

/** What a check came to. */
export type ModelVerdict =
  | { readonly state: 'READY' }
  /** `refusal`: one sentence with the remedy. */
  | { readonly state: 'REFUSED'; readonly refusal: string };

/** Checks of model versions. */
export interface ModelCheckService {
  /** The version that is to be checked; null where it is gone or has been checked, and there is nothing to do. */
  loadForCheck(modelVersionId: string): Promise<ModelVersion | null>;
  /**
   * Ends the check of the files with that digest. Nothing happens, and false is returned, where the version is gone, has been
   * checked, or has other files by now.
   */
  finishCheck(
    input: {
      readonly modelVersionId: string;
      readonly digest: string;
      /** @default none: nothing could be found out */
      readonly report?: Prisma.InputJsonValue;
    } & ModelVerdict,
  ): Promise<boolean>;
}

/** Makes the service of checks. */
export function createModelCheckService({ prisma }: ServiceContext): ModelCheckService {
  return {
    async loadForCheck(modelVersionId) {
      if (!isUuid(modelVersionId)) return null;
      return prisma.modelVersion.findFirst({ where: { id: modelVersionId, state: 'CHECKING' } });
    },

    finishCheck: ({ modelVersionId, digest, report, ...verdict }) =>
      change(prisma, null, async (tx) => {
        const refusal = verdict.state === 'REFUSED' ? verdict.refusal : null;
        const [model] = await tx.modelVersion.updateManyAndReturn({
          where: { id: modelVersionId, digest, state: 'CHECKING' },
          data: {
            state: verdict.state,
            refusal,
            ...(report === undefined ? {} : { report }),
            checkedAt: new Date(),
          },
        });
        if (model === undefined) return false;
        const { teamId } = model;
        const after = { state: verdict.state, refusal };
        recordChange(tx, { teamId, action: 'model.check', entity: modelEntity(model), after });
        return true;
      }),
  };
}
