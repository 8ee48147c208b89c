/** @file Where something came from, and what came of it. */
import type { Metadata } from 'next';
import { LineagePage } from '@/features/lineage/lineage-page.tsx';

export const metadata: Metadata = { title: 'Lineage' };

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly id: string }>;
}

export default async function Page({ params }: PageProps) {
  const { team, id } = await params;
  return <LineagePage team={decodeURIComponent(team)} id={decodeURIComponent(id)} />;
}
