'use client';
/** @file The e-mail address that one signs in with, and asking for another one. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import { AskForEmailDocument, OwnEmailDocument } from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';

/** The form; nothing before the address is known. */
export function EmailPanel() {
  const { data, error, refetch } = useQuery(OwnEmailDocument, { fetchPolicy: 'cache-and-network' });
  const viewer = data?.viewer ?? null;
  if (viewer === null) {
    if (error === undefined) return null;
    return (
      <Panel title="E-mail address">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  return (
    <EmailForm
      key={`${viewer.email} ${viewer.askedEmail ?? ''}`}
      email={viewer.email}
      asked={viewer.askedEmail}
    />
  );
}

interface EmailFormProps {
  readonly email: string;
  /** What was asked for and not confirmed. */
  readonly asked: string | null;
}

function EmailForm({ email, asked }: EmailFormProps) {
  const [next, setNext] = useState('');
  const { failure, isBusy, run } = useChange();
  const [ask] = useMutation(AskForEmailDocument);
  const askFor = (wanted: string) =>
    run(async () => {
      const variables = { input: { email: wanted } };
      return (await ask({ variables })).data?.askForEmail.userErrors;
    });
  return (
    <Panel
      title="E-mail address"
      hint={`You sign in as ${email}. Invitations to a team have to name this address.`}
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mb={12}>
          {failure}
        </Alert>
      )}
      {asked === null ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void askFor(next);
          }}
          noValidate
        >
          <Group align="flex-end" gap="sm">
            <TextInput
              label="New e-mail address"
              type="email"
              flex="1 1 220px"
              maw={360}
              value={next}
              autoComplete="email"
              onChange={(event) => setNext(event.currentTarget.value)}
            />
            <Button type="submit" loading={isBusy} disabled={next.trim() === ''}>
              Ask for it
            </Button>
          </Group>
        </form>
      ) : (
        <Group justify="space-between" align="flex-start" gap="sm">
          <Text flex="1 1 260px" role="status" style={{ overflowWrap: 'anywhere' }}>
            You asked for <strong>{asked}</strong>. Now somebody has to send a link there: an owner
            of your team makes it in the settings of the team, beside your name, or whoever runs
            Colloid does. Open it signed in here. Until then you keep {email}.
          </Text>
          <Button variant="default" loading={isBusy} onClick={() => void askFor(email)}>
            Take it back
          </Button>
        </Group>
      )}
    </Panel>
  );
}
