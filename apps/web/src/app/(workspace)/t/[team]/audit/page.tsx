/** @file Every change in a team. */
import { AuditPage } from '@/features/team/audit-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Audit log' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <AuditPage team={decodeURIComponent(team)} />;
}
