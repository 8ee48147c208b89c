/** @file The covariates of a team. */
import { CovariatesPage } from '@/features/sets/covariates-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Covariates' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <CovariatesPage team={decodeURIComponent(team)} />;
}
