/** @file One published release, for those who do not belong to its team. */
import type { Metadata } from 'next';
import { PublishedReleasePage } from '@/features/releases/published-release-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly id: string }>;
}

export const metadata: Metadata = { title: 'Published release' };

export default async function Page({ params }: PageProps) {
  return <PublishedReleasePage id={decodeURIComponent((await params).id)} />;
}
