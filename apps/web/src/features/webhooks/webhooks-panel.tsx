'use client';
/** @file The webhooks of a team, and the dialog that makes one. */
import { useMutation, useQuery } from '@apollo/client/react';
import {
  Alert,
  Badge,
  Box,
  Button,
  Checkbox,
  Group,
  Modal,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import Link from 'next/link';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  CreateWebhookDocument,
  type NotificationTopic,
  TeamWebhooksDocument,
  type WebhookRowFragment,
} from '@/generated/graphql.ts';
import { webhookPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { TOPICS } from '../notifications/topics.ts';
import { ShowOnce } from '../team/show-once.tsx';
import classes from '../team/team.module.css';

interface WebhooksPanelProps {
  readonly team: { readonly id: string; readonly slug: string };
}

/** The list; each leads to the log of its deliveries. */
export function WebhooksPanel({ team }: WebhooksPanelProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { data, error, refetch } = useQuery(TeamWebhooksDocument, {
    variables: { team: team.slug },
    fetchPolicy: 'cache-and-network',
  });
  const webhooks = data?.team?.webhooks;
  return (
    <Panel
      title="Webhooks"
      hint="Addresses that are told what happens in the team, by a signed POST for each event."
      padded={false}
      actions={
        <Button size="xs" onClick={dialog.open}>
          New webhook
        </Button>
      }
    >
      {webhooks === undefined && (
        <div className={classes.padded}>
          {error === undefined ? (
            <Skeleton h={60} />
          ) : (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
        </div>
      )}
      {webhooks?.length === 0 && (
        <Text c="dimmed" className={classes.padded}>
          There is none yet.
        </Text>
      )}
      <ul className={classes.list} aria-label="Webhooks">
        {webhooks?.map((webhook) => (
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
      </ul>
      <NewWebhookDialog
        key={String(isOpen)}
        opened={isOpen}
        teamId={team.id}
        onClose={dialog.close}
        onMade={(made) => {
          dialog.close();
          setSecret(made);
        }}
      />
      <ShowOnce
        title="The secret of your webhook"
        hint="Copy it now, it is not shown again. The receiver checks the signature of each event with it."
        value={secret}
        onClose={() => setSecret(null)}
      />
    </Panel>
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

interface NewWebhookDialogProps {
  readonly teamId: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}

function NewWebhookDialog({ teamId, opened, onClose, onMade }: NewWebhookDialogProps) {
  const [url, setUrl] = useState('');
  const [topics, setTopics] = useState<string[]>([]);
  const { failure, isBusy, run } = useChange();
  const [create] = useMutation(CreateWebhookDocument, { refetchQueries: ['TeamWebhooks'] });
  const submit = async () => {
    await run(async () => {
      const input = { teamId, url, topics: topics as NotificationTopic[] };
      const { createWebhook } = (await create({ variables: { input } })).data ?? {};
      if (createWebhook?.issued) onMade(createWebhook.issued.secret);
      return createWebhook?.userErrors;
    });
  };
  return (
    <Modal opened={opened} onClose={onClose} title="New webhook">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        <Stack>
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
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
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              Make webhook
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
