/** @file The recipe form that starts a run. */
import type { Metadata } from 'next';
import { NewRunPage } from '@/features/recipe/new-run-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly dataset: string }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  return { title: `New run · ${decodeURIComponent((await params).dataset)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset } = await params;
  return <NewRunPage team={decodeURIComponent(team)} dataset={decodeURIComponent(dataset)} />;
}
