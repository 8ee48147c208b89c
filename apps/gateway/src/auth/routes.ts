/** @file `/api/auth/*`. */
import { toNodeHandler } from 'better-auth/node';
import type { RequestHandler } from 'express';

import { CLIENT_ADDRESS_HEADER } from './create-auth.ts';
import type { Auth } from './create-auth.ts';

/** Hands requests to better-auth, telling it the address they come from. */
export function authHandler(auth: Auth): RequestHandler {
  const handle = toNodeHandler(auth);
  return (request, response) => {
    // Attempts are counted by address, so a client must not be able to name its own.
    request.headers[CLIENT_ADDRESS_HEADER] = request.ip ?? '';
    response.set('Cache-Control', 'no-store');
    return handle(request, response);
  };
}
