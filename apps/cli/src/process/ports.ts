/** @file Ports: one that people know, and free ones for services behind it. */

import { createServer } from 'node:net';

import { CliError } from '../errors.ts';

/**
 * @throws {CliError} `PORT_TAKEN` when something else listens there already, or the port may not be used.
 */
export async function requirePort(host: string, port: number): Promise<void> {
  try {
    await listenOnce(host, port);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason =
      code === 'EADDRINUSE'
        ? 'is used by another program'
        : `cannot be used (${code ?? 'unknown'})`;
    throw new CliError(
      'PORT_TAKEN',
      `Port ${port} on ${host} ${reason}; stop that program or choose another port with COLLOID_PORT.`,
      { cause },
    );
  }
}

/** A port on the loopback interface that was free at the moment of asking. */
export async function freePort(): Promise<number> {
  return listenOnce('127.0.0.1', 0);
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const taken = address !== null && typeof address === 'object' ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
