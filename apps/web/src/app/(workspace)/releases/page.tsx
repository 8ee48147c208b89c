/** @file Every release that was published for everybody. */
import type { Metadata } from 'next';
import { PublishedReleasesPage } from '@/features/releases/published-releases-page.tsx';

export const metadata: Metadata = { title: 'Published releases' };

export default function Page() {
  return <PublishedReleasesPage />;
}
