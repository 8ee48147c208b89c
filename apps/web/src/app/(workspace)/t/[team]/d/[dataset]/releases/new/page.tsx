/** @file The form that proposes a release. */
import type { Metadata } from 'next';
import { NewReleasePage } from '@/features/releases/new-release-page.tsx';
import { pathNumber } from '@/lib/path-number.ts';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly dataset: string }>;
  readonly searchParams: Promise<{ readonly version?: string | string[] }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `New release · ${decodeURIComponent((await params).dataset)}` };
}

export default async function Page({ params, searchParams }: PageProps) {
  const { team, dataset } = await params;
  const { version } = await searchParams;
  return (
    <NewReleasePage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      version={typeof version === 'string' ? pathNumber(version) : null}
    />
  );
}
