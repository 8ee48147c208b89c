/** @file Ports of this machine that nobody listens on. */

import { createServer } from 'node:net';
import { EmbeddedPostgresError } from './errors.ts';
import { portTaken } from './server-process.ts';

/** Checks that `port` is free, or finds one where it is 0. @throws EmbeddedPostgresError PORT_TAKEN */
export function claimPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : null;
      if (code === 'EADDRINUSE') reject(portTaken(port));
      else {
        reject(
          new EmbeddedPostgresError(
            'START_FAILED',
            `Port ${port} on 127.0.0.1 cannot be used (${String(code)}); choose one from 1024 to 65535.`,
            error,
          ),
        );
      }
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
