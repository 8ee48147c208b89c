/** @file The form that changes a release. */
import type { Metadata } from 'next';
import { EditReleasePage } from '@/features/releases/edit-release-page.tsx';
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
  return { title: `Edit release ${number} · ${decodeURIComponent(dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number } = await params;
  return (
    <EditReleasePage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
    />
  );
}
