'use client';
/** @file Gives components the Apollo client and the state of the live connection. */
import { ApolloProvider } from '@apollo/client/react';
import type { Client as SocketClient } from 'graphql-ws';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { createConnection } from './apollo.ts';

const SocketContext = createContext<SocketClient | null>(null);

/** Whether updates arrive: `idle` before the first subscription, `live`, or `lost` while reconnecting. */
export type LiveState = 'idle' | 'live' | 'lost';

/** Puts one connection to the gateway above `children`. */
export function ConnectionProvider({ children }: { readonly children: ReactNode }) {
  const [connection] = useState(createConnection);
  return (
    <SocketContext value={connection.socket}>
      <ApolloProvider client={connection.client}>{children}</ApolloProvider>
    </SocketContext>
  );
}

/**
 * Follows the socket. `onReconnect` is called after every reconnection, when what was sent in the meantime has to be
 * fetched.
 */
export function useLiveState(onReconnect: () => void): LiveState {
  const socket = useContext(SocketContext);
  const [state, setState] = useState<LiveState>('idle');
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
