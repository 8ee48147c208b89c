/** @file One covariate set with its directions. */
import type { Metadata } from 'next';
import { CovariateSetPage } from '@/features/sets/covariate-set-page.tsx';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly name: string;
    readonly version: string;
  }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { name, version } = await params;
  return { title: `${decodeURIComponent(name)}@${decodeURIComponent(version)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, name, version } = await params;
  return (
    <CovariateSetPage
      team={decodeURIComponent(team)}
      name={decodeURIComponent(name)}
      version={decodeURIComponent(version)}
    />
  );
}
