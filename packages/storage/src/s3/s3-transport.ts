/** @file The HTTP connections to an S3 server: kept alive, and given up on when nothing comes. */
import http from 'node:http';
import https from 'node:https';

/** Longest silence before a request is given up. */
export const SILENCE_TIMEOUT_MS = 30_000;

/** Time to reach the server at all. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What the S3 client needs to make requests, and how to let go of it. */
export interface S3Transport {
  readonly agent: http.Agent;
  readonly transport: Pick<typeof http, 'request'>;
  close(): void;
}

/** An error that says that nothing came for too long, with the operating system's code for it. */
export function timeoutError(what: string, timeoutMs: number): Error {
  return Object.assign(new Error(`${what} for ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' });
}

/** Connections for one store, so that closing it closes nobody else's. */
export function openTransport(secure: boolean): S3Transport {
  const module = secure ? https : http;
  const agent = new module.Agent({ keepAlive: true });
  const request = (
    options: http.RequestOptions,
    onResponse?: (response: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    // Set among the options, the timeout also covers the time before the connection stands.
    const made = module.request({ ...options, timeout: CONNECT_TIMEOUT_MS }, (response) => {
      // A slow reader of the body is no silent server: reading has its own limit, see `readAll`.
      made.setTimeout(0);
      onResponse?.(response);
    });
    let limitMs = CONNECT_TIMEOUT_MS;
    made.once('socket', (socket) => {
      const connected = (): void => {
        limitMs = SILENCE_TIMEOUT_MS;
        made.setTimeout(limitMs);
      };
      if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
      else connected();
    });
    made.on('timeout', () => made.destroy(timeoutError('The S3 server was silent', limitMs)));
    return made;
  };
  return {
    agent,
    // The S3 client calls only this one of `request`'s overloads.
    transport: { request: request as typeof http.request },
    close: () => agent.destroy(),
  };
}
