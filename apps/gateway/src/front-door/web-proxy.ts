/** @file Everything that is not the gateway's own goes to the web application, so that a browser sees one origin. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { createProxyServer } from 'http-proxy-3';
import type { Logger } from 'pino';

import { badGatewayPage } from './bad-gateway-page.ts';

/** Passes requests and upgrades on. */
export interface WebProxy {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** A web application that is just starting may take a connection and never answer on it. */
const ANSWER_TIMEOUT_MS = 30_000;

/** A proxy to `webUrl`; without one, or while nothing answers there, every request gets a page that says so. */
export function createWebProxy(options: {
  readonly webUrl: string | undefined;
  readonly log: Logger;
  /** Longest silence of the web application before a request is given up. @default 30000 */
  readonly answerTimeoutMs?: number;
}): WebProxy {
  const { webUrl, log, answerTimeoutMs = ANSWER_TIMEOUT_MS } = options;
  if (webUrl === undefined) return withoutWeb();
  const proxy = createProxyServer({
    target: webUrl,
    ws: true,
    xfwd: true,
    changeOrigin: false,
    proxyTimeout: answerTimeoutMs,
  });
  proxy.on('error', (error, request, target) => {
    log.warn({ err: error, path: request.url }, 'the web application did not answer');
    if (target === undefined) return;
    if (target instanceof Socket) target.destroy();
    else sendBadGateway(target, webUrl);
  });
  // The library pipes what comes and never ends what it sends where that breaks off: the browser would wait for ever.
  proxy.on('proxyRes', (answer, request, response) => {
    answer.once('close', () => {
      if (answer.complete) return;
      log.warn({ path: request.url }, 'the web application broke off its answer');
      response.destroy();
    });
  });
  return {
    request: (request, response) => {
      proxy.web(request, response);
    },
    upgrade: (request, socket, head) => {
      proxy.ws(request, socket, head);
    },
    close: () => {
      proxy.close();
    },
  };
}

function withoutWeb(): WebProxy {
  return {
    request: (_request, response) => {
      sendBadGateway(response, undefined);
    },
    upgrade: (_request, socket) => {
      socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    },
    close: () => undefined,
  };
}

function sendBadGateway(response: ServerResponse, webUrl: string | undefined): void {
  // Once the answer has begun there is no other way to say that it is not whole.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response
    .writeHead(502, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(badGatewayPage(webUrl));
}
