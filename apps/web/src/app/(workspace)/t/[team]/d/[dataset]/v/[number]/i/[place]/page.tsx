/** @file One identity with its variations. */
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { IdentityPage } from '@/features/identity/identity-page.tsx';
import { readPlace } from '@/lib/identity-place.ts';
import { pathNumber } from '@/lib/path-number.ts';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly dataset: string;
    readonly number: string;
    /** `r3-42`: identity 42 of run 3; or its number alone. */
    readonly place: string;
  }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { dataset, number, place } = await params;
  return { title: `Identity ${place} · ${decodeURIComponent(dataset)} v${number}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number, place: text } = await params;
  const place = readPlace(text);
  if (place === null) notFound();
  return (
    <IdentityPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
      place={place}
    />
  );
}
