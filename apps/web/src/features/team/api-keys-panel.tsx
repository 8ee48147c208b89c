'use client';
/** @file API keys: made, shown once, listed, revoked. */
import { useMutation } from '@apollo/client/react';
import {
  Alert,
  Badge,
  Box,
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type ApiKeyRowFragment,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  type Role,
  type TeamSettingsPageQuery,
} from '@/generated/graphql.ts';
import { hasRole } from '@/lib/roles.ts';
import { useChange } from '@/lib/use-change.ts';
import { ShowOnce } from './show-once.tsx';
import classes from './team.module.css';

interface ApiKeysPanelProps {
  readonly team: { readonly id: string; readonly viewerRole: Role };
  readonly keys: readonly ApiKeyRowFragment[];
  readonly permissions: TeamSettingsPageQuery['permissions'];
}

const DEFAULT_DAYS = 90;

/** The list and the dialog. */
export function ApiKeysPanel({ team, keys, permissions }: ApiKeysPanelProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { failure, run } = useChange();
  const [revoke] = useMutation(RevokeApiKeyDocument, { refetchQueries: ['TeamSettingsPage'] });
  return (
    <Panel
      title="API keys"
      hint="A key acts for you in this team: send it as “Authorization: Bearer …” to /graphql."
      padded={false}
      actions={
        <Button size="xs" onClick={dialog.open}>
          New key
        </Button>
      }
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mx={20} mb={12}>
          {failure}
        </Alert>
      )}
      {keys.length === 0 && (
        <Text c="dimmed" className={classes.padded}>
          There is none yet.
        </Text>
      )}
      <ul className={classes.list} aria-label="API keys">
        {keys.map((key) => (
          <li key={key.id} className={classes.row}>
            <Box className={classes.rowMain}>
              <Text fw={560}>
                {key.name} <code>{key.prefix}…</code>
              </Text>
              <Text size="sm" c="dimmed" component="div">
                {key.userName} · {key.scopes.join(', ')}
              </Text>
              <Text size="sm" c="dimmed" component="div">
                {key.lastUsedAt === null ? (
                  'never used'
                ) : (
                  <>
                    used <Moment at={key.lastUsedAt} />
                  </>
                )}{' '}
                · works until {key.expiresAt.slice(0, 10)}
              </Text>
            </Box>
            <KeyState apiKey={key} />
            {key.revokedAt === null && (
              <Button
                variant="default"
                size="xs"
                aria-label={`Revoke the key ${key.name}`}
                onClick={() =>
                  void run(async () => {
                    const variables = { input: { keyId: key.id } };
                    return (await revoke({ variables })).data?.revokeApiKey.userErrors;
                  })
                }
              >
                Revoke
              </Button>
            )}
          </li>
        ))}
      </ul>
      <NewKeyDialog
        key={String(isOpen)}
        opened={isOpen}
        team={team}
        permissions={permissions}
        onClose={dialog.close}
        onMade={(made) => {
          dialog.close();
          setSecret(made);
        }}
      />
      <ShowOnce
        title="Your new key"
        hint="Copy it now: only its beginning is kept, and it is not shown again."
        value={secret}
        onClose={() => setSecret(null)}
      />
    </Panel>
  );
}

function KeyState({ apiKey }: { readonly apiKey: ApiKeyRowFragment }) {
  if (apiKey.revokedAt !== null) return <Badge color="gray">Revoked</Badge>;
  const isOver = new Date(apiKey.expiresAt) <= new Date();
  return isOver ? <Badge color="amber">Expired</Badge> : <Badge>Active</Badge>;
}

interface NewKeyDialogProps extends Omit<ApiKeysPanelProps, 'keys'> {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}

function NewKeyDialog({ team, permissions, opened, onClose, onMade }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | string>(DEFAULT_DAYS);
  const [scopes, setScopes] = useState<string[]>([]);
  const { failure, isBusy, run } = useChange();
  const [create] = useMutation(CreateApiKeyDocument, { refetchQueries: ['TeamSettingsPage'] });
  const submit = async () => {
    await run(async () => {
      const variables = { input: { teamId: team.id, name, scopes, days: Number(days) } };
      const { createApiKey } = (await create({ variables })).data ?? {};
      if (createApiKey?.issued) onMade(createApiKey.issued.secret);
      return createApiKey?.userErrors;
    });
  };
  const offered = permissions.filter(
    ({ isScope, leastRole }) => isScope && hasRole(team.viewerRole, leastRole),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="New API key">
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
            label="Name"
            placeholder="For example, nightly export"
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NumberInput
            label="Days it works"
            min={1}
            max={366}
            allowDecimal={false}
            value={days}
            onChange={setDays}
          />
          <Checkbox.Group
            label="What it may do"
            description="Reading what a change needs comes along."
            value={scopes}
            onChange={setScopes}
          >
            <div className={classes.scopes} tabIndex={0} role="group" aria-label="Scopes">
              {offered.map(({ action, description }) => (
                <Checkbox key={action} value={action} label={action} description={description} />
              ))}
            </div>
          </Checkbox.Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy}>
              Make key
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
