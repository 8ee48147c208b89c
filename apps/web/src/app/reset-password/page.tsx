/** @file A new password. */
import { ResetPasswordPage } from '@/features/auth/reset-password-page.tsx';

export const metadata = { title: 'New password', referrer: 'no-referrer' };

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  const { token } = await searchParams;
  return <ResetPasswordPage token={typeof token === 'string' ? token : ''} />;
}
