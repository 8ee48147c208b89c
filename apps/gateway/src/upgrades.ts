/** @file WebSocket upgrades: who takes which, and how they all end. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Somebody who takes upgrade requests. */
export interface UpgradeHandler {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Sends upgrades to the handler of their path, others to `otherwise`; `close` ends all that are open. */
export function handleUpgrades(
  server: Server,
  handlers: { readonly otherwise: UpgradeHandler } & Readonly<Record<string, UpgradeHandler>>,
): { close(): void } {
  const open = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A client that vanishes is no fault of ours, and without a listener it would end the process.
    socket.on('error', () => socket.destroy());
    const path = new URL(request.url ?? '/', 'http://gateway').pathname;
    (handlers[path] ?? handlers.otherwise).upgrade(request, socket, head);
  });
  return {
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}
