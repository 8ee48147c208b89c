/** @file Another e-mail address. */
import { ChangeEmailPage } from '@/features/auth/change-email-page.tsx';

export const metadata = { title: 'Change of address', referrer: 'no-referrer' };

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  const { token } = await searchParams;
  return <ChangeEmailPage token={typeof token === 'string' ? token : ''} />;
}
