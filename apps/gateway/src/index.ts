/** @file The gateway as a library: for the CLI and for tests. */
export { issueEmailConfirmationAsOperator } from './auth/email-confirmation.ts';
export { issueResetAsOperator, PASSWORD_RESET_MINUTES } from './auth/password-reset.ts';
export type { IssuedReset } from './auth/password-reset.ts';
export { createOneTimeSignIn, ensureUser, ONE_TIME_SIGN_IN_MINUTES } from './auth/users.ts';
export type { EnsuredUser, OneTimeSignIn } from './auth/users.ts';
export { MIN_SECRET_LENGTH } from './config.ts';
export type { GatewayConfig, LogLevel, SignUpPolicy } from './config.ts';
export { ENVIRONMENT_VARIABLES, readConfig } from './env.ts';
export { GatewayError, isGatewayError } from './errors.ts';
export type { GatewayErrorCode } from './errors.ts';
export { startGateway } from './server.ts';
export type { RunningGateway } from './server.ts';
