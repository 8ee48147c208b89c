/** @file One dataset: budget, versions, runs. */
import type { Metadata } from 'next';
import { DatasetPage } from '@/features/dataset/dataset-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly dataset: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).dataset) };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset } = await params;
  return <DatasetPage team={decodeURIComponent(team)} dataset={decodeURIComponent(dataset)} />;
}
