/** @file Every parameter of every algorithm: the one source for validation, form and docs. */

import { LANGEVIN_TABLE, RANDOM_TABLE, REJECT_TABLE, REPULSE_TABLE } from './reference-tables.ts';
import { COVARIATES_TABLE, DISCO_TABLE, DISPERSION_TABLE } from './variation-tables.ts';

/** Tables by algorithm of the references. */
export const REFERENCE_TABLES = {
  langevin: LANGEVIN_TABLE,
  random: RANDOM_TABLE,
  reject: REJECT_TABLE,
  repulse: REPULSE_TABLE,
} as const;

/** Tables by algorithm of the variations. */
export const VARIATION_TABLES = {
  dispersion: DISPERSION_TABLE,
  disco: DISCO_TABLE,
  covariates: COVARIATES_TABLE,
} as const;

/** All tables by algorithm. */
export const PARAMETER_TABLE = { ...REFERENCE_TABLES, ...VARIATION_TABLES } as const;
