/** @file Taking a port. */
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';

import { GatewayError } from './errors.ts';

/**
 * Listens and returns the address as an origin.
 *
 * @throws GatewayError PORT_TAKEN or PORT_REFUSED, one sentence that names the port and its variable.
 */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, host, port));
    });
    server.listen(port, host, () => {
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      resolve(`http://${nameOf(host)}:${actual}`);
    });
  });
}

/** A host that listens everywhere is reached here by the loopback address. */
function nameOf(host: string): string {
  if (['0.0.0.0', '::', '127.0.0.1'].includes(host)) return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): GatewayError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new GatewayError(
        'PORT_TAKEN',
        `Port ${port} is taken by another program; stop it, or set COLLOID_PORT to a free port.`,
        error,
      );
    case 'EACCES':
      return new GatewayError(
        'PORT_REFUSED',
        `Port ${port} may not be used by this account; set COLLOID_PORT to a port above 1023.`,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new GatewayError(
        'PORT_REFUSED',
        `This machine has no address '${host}'; set COLLOID_HOST to 127.0.0.1 or 0.0.0.0.`,
        error,
      );
    default:
      return new GatewayError(
        'PORT_REFUSED',
        `Port ${port} on ${host} cannot be used (${error.message}); set COLLOID_PORT and COLLOID_HOST.`,
        error,
      );
  }
}
