/** @file What a command can tell a person who has to do something about it. */

export type CliErrorCode =
  | 'INVALID_ENVIRONMENT'
  | 'DATA_FOLDER'
  | 'DISK_FULL'
  | 'PORT_TAKEN'
  | 'ALREADY_RUNNING'
  | 'BUILD_FAILED'
  | 'SERVICE_FAILED'
  | 'RUN_FAILED'
  | 'INVALID_OPTION'
  | 'TEAM_UNCLEAR'
  | 'MODEL_UNCLEAR'
  | 'AUDIT_BROKEN'
  | 'RELEASE_BROKEN'
  | 'DATASET_UNKNOWN'
  | 'LINEAGE_REFUSED'
  | 'INVALID_RECIPE'
  | 'INVALID_DATASET'
  | 'OUTPUT_FOLDER'
  | 'DATASET_FOLDER'
  | 'INPUT_FILE'
  | 'RECOGNISER_UNKNOWN'
  | 'UNKNOWN_BENCHMARK';

/** A failure whose message is one sentence with a remedy; the command exits with status 1. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
