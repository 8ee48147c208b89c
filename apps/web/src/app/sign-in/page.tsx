/** @file Sign-in, by password or by a one-time address. */
import { SignInPage } from '@/features/auth/sign-in-page.tsx';

export const metadata = { title: 'Sign in' };

interface PageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  const { token, next } = await searchParams;
  return <SignInPage token={single(token)} next={single(next)} />;
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
