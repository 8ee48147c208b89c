/** @file Messages between whoever has a model inspected and the process that does it. */

import type { ImageBatch } from '../chain/open-chain.ts';
import type { ExecutionProvider } from '../runtime/types.ts';
import type { CheckEvent } from './check-log.ts';
import type { ModelReport } from './report.ts';

export interface InspectionJob {
  readonly folder: string;
  readonly provider: ExecutionProvider | 'auto';
  readonly threads: number | null;
}

export type InspectionMessage =
  | { readonly kind: 'check'; readonly event: CheckEvent }
  | {
      readonly kind: 'done';
      readonly report: ModelReport;
      readonly samples: ImageBatch | null;
    }
  /** A fault of the surroundings, such as a provider that is not there. */
  | { readonly kind: 'fault'; readonly message: string };
