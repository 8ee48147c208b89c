/** @file One release: review, publication, retraction. */
import type { Metadata } from 'next';
import { ReleasePage } from '@/features/releases/release-page.tsx';
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
  return { title: `Release ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <ReleasePage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
    />
  );
}
