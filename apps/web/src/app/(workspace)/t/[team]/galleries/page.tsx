/** @file The galleries of a team. */
import { GalleriesPage } from '@/features/sets/galleries-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Galleries' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <GalleriesPage team={decodeURIComponent(team)} />;
}
