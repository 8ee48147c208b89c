/** @file Two versions of a dataset side by side. */
import type { Metadata } from 'next';
import { ComparePage } from '@/features/compare/compare-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly dataset: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `Compare versions · ${decodeURIComponent((await params).dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset } = await params;
  return <ComparePage team={decodeURIComponent(team)} dataset={decodeURIComponent(dataset)} />;
}
