/** @file One version of a dataset: figures, histograms, identities. */
import type { Metadata } from 'next';
import { VersionPage } from '@/features/version/version-page.tsx';
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
  return { title: `Version ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <VersionPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
    />
  );
}
