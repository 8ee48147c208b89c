/** @file One version of a model with its report. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ModelPage } from '@/features/models/model-page.tsx';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly kind: string;
    readonly name: string;
    readonly version: string;
  }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { name, version } = await params;
  return { title: `${decodeURIComponent(name)}@${decodeURIComponent(version)}` };
}

export default async function Page({ params }: PageProps) {
  const { team, kind, name, version } = await params;
  if (kind !== 'generator' && kind !== 'recogniser') notFound();
  return (
    <ModelPage
      team={decodeURIComponent(team)}
      kind={kind === 'generator' ? 'GENERATOR' : 'RECOGNISER'}
      name={decodeURIComponent(name)}
      version={decodeURIComponent(version)}
    />
  );
}
