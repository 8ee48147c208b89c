'use client';
/** @file Asks the gateway what a recipe would take, a moment after the last change. */
import { useQuery } from '@apollo/client/react';
import { useDebouncedValue } from '@mantine/hooks';
import { RunEstimateDocument, type RunEstimateQuery } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';

const DEBOUNCE_MS = 350;

/** The newest estimate there is, whether it is of an older recipe, and why there is none. */
export interface EstimateState {
  readonly estimate: RunEstimateQuery['estimateRun'] | null;
  readonly isStale: boolean;
  readonly failure: string | null;
}

/** Follows `definition`; asks nothing while `isValid` is false. */
export function useEstimate(
  teamId: string | null,
  definition: Readonly<Record<string, unknown>>,
  isValid: boolean,
): EstimateState {
  const key = JSON.stringify(definition);
  const [settled] = useDebouncedValue(key, DEBOUNCE_MS);
  const { data, previousData, loading, error } = useQuery(RunEstimateDocument, {
    variables: { input: { teamId: teamId ?? '', definition: JSON.parse(settled) as unknown } },
    skip: teamId === null || !isValid,
  });
  const newest = data ?? previousData;
  return {
    estimate: newest?.estimateRun ?? null,
    isStale: loading || settled !== key || !isValid,
    failure: error === undefined || !isValid ? null : describeError(error).message,
  };
}
