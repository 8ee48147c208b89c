'use client';
/** @file API keys: made, shown once, listed, revoked. */
import { useMutation } from '@apollo/client/react';
import { Alert, Badge, Box, Button, Checkbox, NumberInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { FormDialog } from '@/components/form-dialog.tsx';
import { Moment } from '@/components/moment.tsx';
import {
  type ApiKeyRowFragment,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  type Role,
  type TeamSettingsPageQuery,
} from '@/generated/graphql.ts';
import { formatDate } from '@/lib/format.ts';
import { hasRole } from '@/lib/roles.ts';
import { useChange } from '@/lib/use-change.ts';
import { type MakeDialogProps, SecretsPanel } from './secrets-panel.tsx';
import classes from './team.module.css';

interface ApiKeysPanelProps {
  readonly team: { readonly id: string; readonly viewerRole: Role };
  readonly keys: readonly ApiKeyRowFragment[];
  readonly permissions: TeamSettingsPageQuery['permissions'];
}

const DEFAULT_DAYS = 90;

/** The list and the dialog. */
export function ApiKeysPanel({ team, keys, permissions }: ApiKeysPanelProps) {
  const { failure, run } = useChange();
  const [revoke] = useMutation(RevokeApiKeyDocument, { refetchQueries: ['TeamSettingsPage'] });
  return (
    <SecretsPanel
      title="API keys"
      hint="A key acts for you in this team: send it as “Authorization: Bearer …” to /graphql."
      action="New key"
      empty="There is none yet. A program that signs in by itself needs one."
      once={{
        title: 'Your new key',
        hint: 'Copy it now: only its beginning is kept, and it is not shown again.',
      }}
      notice={
        failure === null ? undefined : (
          <Alert color="clay" role="alert" mx={20} mb={12}>
            {failure}
          </Alert>
        )
      }
      rows={keys.map((key) => (
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
              · works until {formatDate(key.expiresAt)}
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
      dialog={(props) => <NewKeyDialog team={team} permissions={permissions} {...props} />}
    />
  );
}

function KeyState({ apiKey }: { readonly apiKey: ApiKeyRowFragment }) {
  if (apiKey.revokedAt !== null) return <Badge color="gray">Revoked</Badge>;
  const isOver = new Date(apiKey.expiresAt) <= new Date();
  return isOver ? <Badge color="amber">Expired</Badge> : <Badge>Active</Badge>;
}

type NewKeyDialogProps = Omit<ApiKeysPanelProps, 'keys'> & MakeDialogProps;

function NewKeyDialog({ team, permissions, opened, onClose, onMade }: NewKeyDialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | string>(DEFAULT_DAYS);
  const [scopes, setScopes] = useState<string[]>([]);
  const { failure, isBusy, run } = useChange();
  const [create] = useMutation(CreateApiKeyDocument, { refetchQueries: ['TeamSettingsPage'] });
  const submit = () =>
    run(async () => {
      const variables = { input: { teamId: team.id, name, scopes, days: Number(days) } };
      const { createApiKey } = (await create({ variables })).data ?? {};
      if (createApiKey?.issued) onMade(createApiKey.issued.secret);
      return createApiKey?.userErrors;
    });
  const offered = permissions.filter(
    ({ isScope, leastRole }) => isScope && hasRole(team.viewerRole, leastRole),
  );
  return (
    <FormDialog
      title="New API key"
      action="Make key"
      opened={opened}
      failure={failure}
      isBusy={isBusy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
