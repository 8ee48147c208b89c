'use client';
/** @file One run, live: what the query brought, what the subscription adds, and what was missed while disconnected. */
import { skipToken, useApolloClient, useQuery, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { isActive } from '@/components/run-state.tsx';
import {
  RunMissedDocument,
  RunPageDocument,
  type RunPageQuery,
  RunProgressDocument,
} from '@/generated/graphql.ts';
import { type LiveState, useLiveState } from '@/lib/connection-context.tsx';
import {
  EMPTY_STREAM,
  knownSoFar,
  mergeReport,
  type RunReport,
  type RunStream,
} from './run-stream.ts';

const POLL_WHILE_LOST_MS = 5000;

/** A run as the page needs it. */
export interface LiveRun {
  readonly data: RunPageQuery | undefined;
  readonly error: unknown;
  readonly stream: RunStream;
  readonly live: LiveState;
  readonly refetch: () => void;
}

/** Follows the run at this address until it has ended. */
export function useRunStream(team: string, dataset: string, number: number): LiveRun {
  const client = useApolloClient();
  const { data, error, refetch } = useQuery(RunPageDocument, {
    variables: { team, dataset, number },
    fetchPolicy: 'cache-and-network',
  });
  const run = data?.team?.dataset?.run ?? null;
  const id = run?.id ?? null;
  const [added, setAdded] = useState<{ readonly id: string | null; readonly stream: RunStream }>({
    id: null,
    stream: EMPTY_STREAM,
  });
  const report = useCallback(
    (part: RunReport) => {
      setAdded((current) => ({
        id,
        stream: mergeReport(current.id === id ? current.stream : EMPTY_STREAM, part),
      }));
    },
    [id],
  );
  const stream = useMemo(() => {
    if (run === null) return EMPTY_STREAM;
    const queried = mergeReport(EMPTY_STREAM, run);
    return added.id === run.id ? mergeReport(queried, added.stream) : queried;
  }, [run, added]);
  const newest = useRef(stream);
  useEffect(() => {
    newest.current = stream;
  }, [stream]);

  const fetchMissed = useCallback(() => {
    if (id === null) return;
    client
      .query({
        query: RunMissedDocument,
        variables: { id, ...knownSoFar(newest.current) },
        fetchPolicy: 'network-only',
      })
      .then(({ data: missed }) => {
        const node = missed?.node;
        if (node && 'references' in node) {
          report({
            iterations: [...node.references, ...node.variations],
            previews: node.previews,
            logLines: node.logLines,
          });
        }
      })
      .catch(() => {
        // Still out of reach; the next reconnection or poll asks again, and the page says that the connection is lost.
      });
  }, [client, id, report]);

  const isLive = run !== null && isActive(run.state);
  // Its first event says that the subscription stands; only from then on nothing is missed.
  const isBeginning = useRef(true);
  useEffect(() => {
    isBeginning.current = true;
  }, [id, isLive]);
  useSubscription(
    RunProgressDocument,
    id !== null && isLive
      ? {
          variables: { id },
          ignoreResults: true,
          onData: ({ data: event }) => {
            if (isBeginning.current) fetchMissed();
            isBeginning.current = false;
            const progress = event.data?.runProgress;
            if (progress) {
              report({
                iterations: progress.iteration ? [progress.iteration] : [],
                previews: progress.preview ? [progress.preview] : [],
                logLines: progress.logLine ? [progress.logLine] : [],
              });
            }
          },
          onError: fetchMissed,
        }
      : skipToken,
  );
  const live = useLiveState(
    useCallback(() => {
      isBeginning.current = true;
    }, []),
  );
  useEffect(() => {
    if (!isLive || live === 'live') return;
    fetchMissed();
    const timer = setInterval(fetchMissed, POLL_WHILE_LOST_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isLive, live, fetchMissed]);

  // The end brings the summary and the version, which no event carries in full.
  const wasLive = useRef(false);
  useEffect(() => {
    if (wasLive.current && !isLive && id !== null) {
      void client.refetchQueries({ include: 'active' });
    }
    wasLive.current = isLive;
  }, [isLive, id, client]);

  return { data, error, stream, live, refetch: () => void refetch() };
}
