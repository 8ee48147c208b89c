/** @file Which samples of a version: a query by controls. */
import type { Metadata } from 'next';
import { QueryPage } from '@/features/subsets/query-page.tsx';
import { pathNumber } from '@/lib/path-number.ts';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly dataset: string;
    readonly number: string;
  }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { dataset, number } = await params;
  return { title: `Query · Version ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <QueryPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
    />
  );
}
