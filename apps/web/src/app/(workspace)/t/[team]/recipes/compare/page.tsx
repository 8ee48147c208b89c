/** @file Two recipes of a team side by side. */
import type { Metadata } from 'next';
import { CompareRecipesPage } from '@/features/recipes/compare-recipes-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata: Metadata = { title: 'Compare recipes' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <CompareRecipesPage team={decodeURIComponent(team)} />;
}
