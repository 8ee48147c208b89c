/** @file All datasets of a team. */
import { DatasetsPage } from '@/features/datasets/datasets-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Datasets' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <DatasetsPage team={decodeURIComponent(team)} />;
}
