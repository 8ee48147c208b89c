/** @file The report as it lies on the row of a model version: what the inspection found, and where its sample images are. */

import { ZModelReport } from '@colloid/sampler/model';
import { z } from 'zod';

export const ZStoredModelReport = ZModelReport.extend({
  /** One sheet of images of a generator, row by row; null where there are none. */
  samples: z
    .object({
      objectKey: z.string(),
      count: z.number().int(),
      columns: z.number().int(),
      rows: z.number().int(),
    })
    .nullable(),
});
export type StoredModelReport = z.infer<typeof ZStoredModelReport>;
