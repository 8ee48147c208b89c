'use client';
/** @file The webhooks of a team, and the dialog that makes one. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Badge, Box, Button, Checkbox, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { FormDialog } from '@/components/form-dialog.tsx';
import {
  CreateWebhookDocument,
  type NotificationTopic,
  TeamWebhooksDocument,
  type WebhookRowFragment,
} from '@/generated/graphql.ts';
import { webhookPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { TOPICS } from '../notifications/topics.ts';
import { type MakeDialogProps, SecretsPanel } from '../team/secrets-panel.tsx';
import classes from '../team/team.module.css';

interface WebhooksPanelProps {
  readonly team: { readonly id: string; readonly slug: string };
}

/** The list; each leads to the log of its deliveries. */
export function WebhooksPanel({ team }: WebhooksPanelProps) {
  const { data, error, refetch } = useQuery(TeamWebhooksDocument, {
    variables: { team: team.slug },
    fetchPolicy: 'cache-and-network',
  });
  const webhooks = data?.team?.webhooks;
  return (
    <SecretsPanel
      title="Webhooks"
      hint="Addresses that are told what happens in the team, by a signed POST for each event."
      action="New webhook"
      empty="There is none yet. A server of yours that wants to hear of runs or releases needs one."
      once={{
        title: 'The secret of your webhook',
        hint: 'Copy it now, it is not shown again. The receiver checks the signature of each event with it.',
      }}
      notice={
        webhooks === undefined && (
          <div className={classes.padded}>
            {error === undefined ? (
              <Skeleton h={60} role="status" aria-label="Loading the webhooks" />
            ) : (
              <ErrorState error={error} onRetry={() => void refetch()} />
            )}
          </div>
        )
      }
      rows={webhooks?.map((webhook) => (
        <li key={webhook.id} className={classes.row}>
          <Box className={classes.rowMain}>
            <Text fw={560}>{webhook.url}</Text>
            <Text size="sm" c="dimmed">
              {topicsOf(webhook)}
            </Text>
            {webhook.disabledReason !== null && <Text size="sm">{webhook.disabledReason}</Text>}
          </Box>
          <WebhookState webhook={webhook} />
          <Button
            component={Link}
            href={webhookPath(team.slug, webhook.id)}
            variant="default"
            size="xs"
            aria-label={`Deliveries to ${webhook.url}`}
          >
            Deliveries
          </Button>
        </li>
      ))}
      dialog={(props) => <NewWebhookDialog teamId={team.id} {...props} />}
    />
  );
}

/** Whether events are sent to it. */
export function WebhookState({ webhook }: { readonly webhook: WebhookRowFragment }) {
  return webhook.disabledAt === null ? <Badge>Active</Badge> : <Badge color="gray">Disabled</Badge>;
}

/** What it is told of, in words. */
export function topicsOf({ topics }: Pick<WebhookRowFragment, 'topics'>): string {
  if (topics.length === 0) return 'Everything that happens';
  return TOPICS.filter(({ topic }) => topics.includes(topic))
    .map(({ word }) => word)
    .join(' · ');
}

interface NewWebhookDialogProps extends MakeDialogProps {
  readonly teamId: string;
}

function NewWebhookDialog({ teamId, opened, onClose, onMade }: NewWebhookDialogProps) {
  const [url, setUrl] = useState('');
  const [topics, setTopics] = useState<string[]>([]);
  const { failure, isBusy, run } = useChange();
  const [create] = useMutation(CreateWebhookDocument, { refetchQueries: ['TeamWebhooks'] });
  const submit = () =>
    run(async () => {
      const input = { teamId, url, topics: topics as NotificationTopic[] };
      const { createWebhook } = (await create({ variables: { input } })).data ?? {};
      if (createWebhook?.issued) onMade(createWebhook.issued.secret);
      return createWebhook?.userErrors;
    });
  return (
    <FormDialog
      title="New webhook"
      action="Make webhook"
      opened={opened}
      failure={failure}
      isBusy={isBusy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextInput
        label="Address"
        type="url"
        placeholder="https://example.org/hooks/colloid"
        data-autofocus
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <Checkbox.Group
        label="What it is told of"
        description="Nothing chosen: everything that happens. Private datasets are never told of."
        value={topics}
        onChange={setTopics}
      >
        <Stack gap={8} mt={8}>
          {TOPICS.map(({ topic, word }) => (
            <Checkbox key={topic} value={topic} label={word} />
          ))}
        </Stack>
      </Checkbox.Group>
    </FormDialog>
  );
}
