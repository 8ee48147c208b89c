/** @file PostgreSQL as a part of Colloid: started and stopped with it, under its data folder. */

export {
  EmbeddedPostgresError,
  isEmbeddedPostgresError,
  type EmbeddedPostgresErrorCode,
} from './errors.ts';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start.ts';
