/** @file An invitation to a team. */
import { InvitationPage } from '@/features/auth/invitation-page.tsx';

export const metadata = { title: 'Invitation', referrer: 'no-referrer' };

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  const { token } = await searchParams;
  return <InvitationPage token={typeof token === 'string' ? token : ''} />;
}
