/** @file A sample as everything but the queries of the database sees it. */

import type { Sample as SampleRow } from '../generated/client.ts';

/** One image. What a query compares (`covariateWeights`) says again what its `covariates` do. */
export type Sample = Omit<SampleRow, 'covariateWeights'>;
