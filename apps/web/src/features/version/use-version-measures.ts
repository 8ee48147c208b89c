/** @file What was measured of a version, followed while a worker is at it. */
import { useQuery } from '@apollo/client/react';
import { type VersionMeasuresQuery, VersionMeasuresDocument } from '@/generated/graphql.ts';
import { usePollWhile } from '../sets/poll-while.ts';

/** The version with its measures and measurements. */
export type MeasuredVersion = Extract<
  NonNullable<VersionMeasuresQuery['node']>,
  { measurements: unknown }
>;

/** A measurement that was asked for. */
export type Measurement = MeasuredVersion['measurements'][number];

/** Whether a worker has it, or will. */
export function isGoing({ state }: Pick<Measurement, 'state'>): boolean {
  return state === 'QUEUED' || state === 'RUNNING';
}

/** `version` is null until it is known; the metrics of the page follow, since they are of the same thing in the cache. */
export function useVersionMeasures(id: string) {
  const query = useQuery(VersionMeasuresDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const node = query.data?.node;
  const version: MeasuredVersion | null = node && 'measurements' in node ? node : null;
  usePollWhile(version?.measurements.some(isGoing) === true, query);
  return { version, error: query.error, refetch: query.refetch };
}
