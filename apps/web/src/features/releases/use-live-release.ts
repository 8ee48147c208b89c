'use client';
/** @file One release, live: what the query brought, and every change after it. */
import { skipToken, useQuery, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect } from 'react';
import {
  ReleaseChangedDocument,
  ReleasePageDocument,
  type ReleasePageQuery,
} from '@/generated/graphql.ts';
import { useLiveState } from '@/lib/connection-context.tsx';

const POLL_WHILE_LOST_MS = 5000;

/** A release as its page needs it. */
export interface LiveRelease {
  readonly data: ReleasePageQuery | undefined;
  readonly error: unknown;
  readonly refetch: () => void;
}

/** Follows the release at this address; what the subscription brings goes into the cache that the query reads. */
export function useLiveRelease(team: string, dataset: string, number: number): LiveRelease {
  const { data, error, refetch } = useQuery(ReleasePageDocument, {
    variables: { team, dataset, number },
    fetchPolicy: 'cache-and-network',
  });
  const id = data?.team?.dataset?.release?.id ?? null;
  const again = useCallback(() => {
    refetch().catch(() => {
      // Still out of reach; the next reconnection or poll asks again.
    });
  }, [refetch]);
  useSubscription(
    ReleaseChangedDocument,
    id === null ? skipToken : { variables: { id }, ignoreResults: true, onError: again },
  );
  const live = useLiveState(again);
  useEffect(() => {
    if (live !== 'lost' || id === null) return;
    const timer = setInterval(again, POLL_WHILE_LOST_MS);
    return () => {
      clearInterval(timer);
    };
  }, [live, id, again]);
  return { data, error, refetch: again };
}
