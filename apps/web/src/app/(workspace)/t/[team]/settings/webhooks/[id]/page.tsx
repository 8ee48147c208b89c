/** @file What was delivered to a webhook. */
import { WebhookPage } from '@/features/webhooks/webhook-page.tsx';

interface PageProps {
  readonly params: Promise<{ readonly team: string; readonly id: string }>;
}

export const metadata = { title: 'Webhook' };

export default async function Page({ params }: PageProps) {
  const { team, id } = await params;
  return <WebhookPage team={decodeURIComponent(team)} id={decodeURIComponent(id)} />;
}
