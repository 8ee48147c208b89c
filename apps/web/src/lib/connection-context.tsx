'use client';
/** @file Gives components the Apollo client and the state of the live connection. */
import { ApolloProvider } from '@apollo/client/react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { type Connection, createConnection } from './apollo.ts';

const SocketContext = createContext<Connection | null>(null);

/** Whether updates arrive: `idle` before the first subscription, `live`, or `lost` while reconnecting. */
export type LiveState = 'idle' | 'live' | 'lost';

/** Puts one connection to the gateway above `children`. */
export function ConnectionProvider({ children }: { readonly children: ReactNode }) {
  const [connection] = useState(createConnection);
  return (
    <SocketContext value={connection}>
      <ApolloProvider client={connection.client}>{children}</ApolloProvider>
    </SocketContext>
  );
}

/**
 * Follows the socket. `onReconnect` is called after every reconnection, when what was sent in the meantime has to be
 * fetched.
 */
export function useLiveState(onReconnect: () => void): LiveState {
  const connection = useContext(SocketContext);
  const socket = connection?.socket ?? null;
  // The bell may have opened it long before this page.
  const [state, setState] = useState<LiveState>(() =>
    connection?.isOpen() === true ? 'live' : 'idle',
  );
  useEffect(() => {
    if (socket === null) return;
    const stops = [
      socket.on('connected', (_socket, _payload, wasRetry) => {
        setState('live');
        if (wasRetry) onReconnect();
      }),
      socket.on('closed', (event) => {
        // 1000 is our own orderly close when nothing is subscribed any more.
        const isOrderly = event instanceof CloseEvent && event.code === 1000;
        setState(isOrderly ? 'idle' : 'lost');
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [socket, onReconnect]);
  return state;
}
