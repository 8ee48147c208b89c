/** @file Requests that come after the port is taken and before there is anything to answer them. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** Keeps requests waiting, since Node leaves one that nobody listens for without an answer for ever. */
export function holdRequests(server: Server): {
  /** Answers those that wait, and all that come, by the listener. */
  readonly passTo: (listener: RequestListener) => void;
} {
  const waiting: (readonly [IncomingMessage, ServerResponse])[] = [];
  const hold: RequestListener = (request, response) => {
    waiting.push([request, response]);
  };
  server.on('request', hold);
  return {
    passTo(listener) {
      server.off('request', hold);
      server.on('request', listener);
      for (const [request, response] of waiting.splice(0)) listener(request, response);
    },
  };
}
