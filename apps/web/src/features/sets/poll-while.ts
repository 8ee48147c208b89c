/** @file Asks again while something is being made. */
import { useEffect } from 'react';

const POLL_MS = 2000;

/** Polls a query as long as `isGoing`. */
export function usePollWhile(
  isGoing: boolean,
  query: { readonly startPolling: (ms: number) => void; readonly stopPolling: () => void },
): void {
  const { startPolling, stopPolling } = query;
  useEffect(() => {
    if (!isGoing) return undefined;
    startPolling(POLL_MS);
    return stopPolling;
  }, [isGoing, startPolling, stopPolling]);
}
