/** @file Which samples of a version: a query by controls. */
import type { Metadata } from 'next';
import { QueryPage } from '@/features/subsets/query-page.tsx';
import { pathNumber } from '@/lib/path-number.ts';
import { type SearchParams, searchText } from '@/lib/search-text.ts';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly dataset: string;
    readonly number: string;
  }>;
  readonly searchParams: Promise<SearchParams>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { dataset, number } = await params;
  return { title: `Query · Version ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params, searchParams }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <QueryPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
      search={searchText(await searchParams)}
    />
  );
}
