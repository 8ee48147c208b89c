/** @file One gallery. */
import type { Metadata } from 'next';
import { GalleryPage } from '@/features/sets/gallery-page.tsx';

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
    <GalleryPage
      team={decodeURIComponent(team)}
      name={decodeURIComponent(name)}
      version={decodeURIComponent(version)}
    />
  );
}
