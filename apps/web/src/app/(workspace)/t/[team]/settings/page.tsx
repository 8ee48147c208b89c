/** @file Members, invitations and API keys of a team. */
import { TeamSettingsPage } from '@/features/team/team-settings-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Team settings' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <TeamSettingsPage team={decodeURIComponent(team)} />;
}
