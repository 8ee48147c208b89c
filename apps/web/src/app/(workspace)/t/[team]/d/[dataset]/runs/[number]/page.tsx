/** @file One run, live or finished. */
import type { Metadata } from 'next';
import { RunPage } from '@/features/run/run-page.tsx';
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
  return { title: `Run ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <RunPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
    />
  );
}
