/** @file Errors of the gateway itself; failures of the domain come as CatalogError and are mapped in graphql/error-table.ts. */

/** What went wrong; a caller decides by this, never by the message. */
export type GatewayErrorCode =
  'INVALID_CONFIG' | 'PORT_TAKEN' | 'PORT_REFUSED' | 'UNKNOWN_USER' | 'USER_REFUSED';

/** The gateway cannot start or cannot do what was asked; the message says what is wrong and what to do. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Whether `error` is a {@link GatewayError}, with that code where one is given. */
export function isGatewayError(error: unknown, code?: GatewayErrorCode): error is GatewayError {
  return error instanceof GatewayError && (code === undefined || error.code === code);
}
