/** @file One identity with its variations. */
import type { Metadata } from 'next';
import { IdentityPage } from '@/features/identity/identity-page.tsx';
import { pathNumber } from '@/lib/path-number.ts';

interface PageProps {
  readonly params: Promise<{
    readonly team: string;
    readonly dataset: string;
    readonly number: string;
    readonly ordinal: string;
  }>;
}

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const { dataset, number, ordinal } = await params;
  return { title: `Identity ${ordinal} · ${decodeURIComponent(dataset)} v${number}` };
}

export default async function Page({ params }: PageProps) {
  const { team, dataset, number, ordinal } = await params;
  return (
    <IdentityPage
      team={decodeURIComponent(team)}
      dataset={decodeURIComponent(dataset)}
      number={pathNumber(number)}
      ordinal={pathNumber(ordinal)}
    />
  );
}
