/** @file The query that a version was selected by, leading to the query page of the version it is from. */
import Link from 'next/link';
import { describeQuery } from '@/features/subsets/describe-query.ts';
import { fromQuery, writeAddress } from '@/features/subsets/query-state.ts';
import { queryPath } from '@/lib/routes.ts';
import classes from './version.module.css';

interface SelectedByProps {
  readonly team: string;
  readonly dataset: string;
  readonly parent: number;
  /** `DatasetVersion.query`, as it was stored. */
  readonly stored: unknown;
}

/** A few words of the query as a link; nothing where none is stored. */
export function SelectedBy({ team, dataset, parent, stored }: SelectedByProps) {
  const { query } = Object(stored) as { readonly query?: unknown };
  if (query === undefined) return null;
  const state = fromQuery(query);
  const address = writeAddress(state);
  return (
    <>
      {': '}
      <Link
        href={`${queryPath(team, dataset, parent)}${address === '' ? '' : `?${address}`}`}
        className={classes.link}
      >
        {describeQuery(state)}
      </Link>
    </>
  );
}
