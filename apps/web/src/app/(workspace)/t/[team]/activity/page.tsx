/** @file What happened in a team, as all of its members may know it. */
import { ActivityPage } from '@/features/team/activity-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string }>;
}

export const metadata = { title: 'Activity' };

export default async function Page({ params }: PageProps) {
  const { team } = await params;
  return <ActivityPage team={decodeURIComponent(team)} />;
}
