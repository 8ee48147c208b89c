/** @file The recipes of a team. */
import type { Metadata } from 'next';
import { RecipesPage } from '@/features/recipes/recipes-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata: Metadata = { title: 'Recipes' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <RecipesPage team={decodeURIComponent(team)} />;
}
