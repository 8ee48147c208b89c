/** @file The models of a team. */
import { ModelsPage } from '@/features/models/models-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Models' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <ModelsPage team={decodeURIComponent(team)} />;
}
