/** @file The numbers of what the controls select. */
import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { SubsetFacetsDocument } from '@/generated/graphql.ts';
import { type QueryState, toQuery } from './query-state.ts';

/** The counts of a query; those before stay until the new ones are there. */
export function useFacets(version: string, state: QueryState) {
  const query = useMemo(() => toQuery(state), [state]);
  const { data, previousData, error } = useQuery(SubsetFacetsDocument, {
    variables: { version, query },
  });
  const node = (data ?? previousData)?.node;
  return { facets: node && 'selection' in node ? node.selection.facets : undefined, error };
}
