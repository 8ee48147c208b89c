'use client';
/** @file One webhook: what was sent to it, how that went, and sending it again. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Center, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSend } from '@tabler/icons-react';
import { Dialog } from '@/components/dialog.tsx';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  ChangeWebhookDocument,
  DeleteWebhookDocument,
  RedeliverWebhookDocument,
  WebhookPageDocument,
} from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { settingsPath, teamPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { useLeaveRemoved } from '@/lib/use-leave-removed.ts';
import { usePollWhile } from '../sets/poll-while.ts';
import classes from '../team/team.module.css';
import { DeliveryRow } from './delivery-row.tsx';
import { topicsOf, WebhookState } from './webhooks-panel.tsx';

const PAGE = 30;

interface WebhookPageProps {
  readonly team: string;
  readonly id: string;
}

/** The page at `/t/<team>/settings/webhooks/<id>`; it reads again while something is on its way. */
export function WebhookPage({ team: slug, id }: WebhookPageProps) {
  const leaveRemoved = useLeaveRemoved();
  const [isDeleting, dialog] = useDisclosure(false);
  const { data, error, loading, refetch, fetchMore, startPolling, stopPolling } = useQuery(
    WebhookPageDocument,
    { variables: { team: slug, id, first: PAGE }, fetchPolicy: 'cache-and-network' },
  );
  const { failure, isBusy, run } = useChange();
  const [change] = useMutation(ChangeWebhookDocument);
  const [remove] = useMutation(DeleteWebhookDocument);
  const [redeliver] = useMutation(RedeliverWebhookDocument, { refetchQueries: ['WebhookPage'] });
  const webhook = data?.team?.webhooks[0];
  const rows = webhook?.deliveries.edges.map(({ node }) => node) ?? [];
  usePollWhile(
    rows.some(({ state }) => state === 'PENDING'),
    { startPolling, stopPolling },
  );
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={300} role="status" aria-label="Loading the webhook" />;
  }
  if (data.team === null || webhook === undefined)
    return (
      <NotFoundState what="webhook" backHref={settingsPath(slug)} backLabel="Go to the settings" />
    );
  const isEnabled = webhook.disabledAt === null;
  const { deliveries } = webhook;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: data.team.name, href: teamPath(slug) },
          { label: 'Settings', href: settingsPath(slug) },
          { label: 'Webhook' },
        ]}
        title={new URL(webhook.url).host}
        badge={<WebhookState webhook={webhook} />}
        description={
          <>
            <Text span className={classes.address}>
              {webhook.url}
            </Text>
            <br />
            {topicsOf(webhook)}
          </>
        }
        actions={
          <>
            <Button
              variant="default"
              onClick={() =>
                void run(async () => {
                  const input = { webhookId: id, isEnabled: !isEnabled };
                  return (await change({ variables: { input } })).data?.changeWebhook.userErrors;
                })
              }
            >
              {isEnabled ? 'Disable' : 'Enable'}
            </Button>
            <Button variant="default" onClick={dialog.open}>
              Delete
            </Button>
          </>
        }
      />
      <Stack gap={20}>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        {webhook.disabledReason !== null && <Alert color="amber">{webhook.disabledReason}</Alert>}
        <Panel
          title={formatCounted(deliveries.totalCount, 'delivery', 'deliveries')}
          padded={false}
        >
          {rows.length === 0 && (
            <div className={classes.padded}>
              <EmptyState compact icon={<IconSend size={20} />} title="Nothing was sent yet">
                The next thing that happens in the team is sent there.
              </EmptyState>
            </div>
          )}
          <ul className={classes.list} aria-label="Deliveries">
            {rows.map((row) => (
              <DeliveryRow
                key={row.id}
                delivery={row}
                onAgain={
                  isEnabled
                    ? () =>
                        void run(async () => {
                          const variables = { input: { deliveryId: row.id } };
                          return (await redeliver({ variables })).data?.redeliverWebhook.userErrors;
                        })
                    : undefined
                }
              />
            ))}
          </ul>
          {deliveries.pageInfo.hasNextPage && (
            <Center p={16}>
              <Button
                variant="default"
                loading={loading}
                onClick={() =>
                  void fetchMore({ variables: { after: deliveries.pageInfo.endCursor } })
                }
              >
                Show more
              </Button>
            </Center>
          )}
        </Panel>
      </Stack>
      <Dialog opened={isDeleting} onClose={dialog.close} title="Delete this webhook?" size="sm">
        <Stack>
          <Text>
            Nothing more is sent there, what is on its way is dropped, and the log of deliveries
            goes. This cannot be undone.
          </Text>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              Keep
            </Button>
            <Button
              color="clay"
              loading={isBusy}
              onClick={() =>
                void run(async () => {
                  const variables = { input: { webhookId: id } };
                  return (await remove({ variables })).data?.deleteWebhook.userErrors;
                }).then((isDone) => {
                  dialog.close();
                  if (isDone) leaveRemoved({ __typename: 'Webhook', id }, settingsPath(slug));
                })
              }
            >
              Delete the webhook
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
